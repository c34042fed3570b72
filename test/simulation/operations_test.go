package simulation_test

import (
	"cmp"
	"errors"
	"fmt"
	"go/ast"
	"go/token"
	"slices"
)

// operation breaks the mechanism at a point. It depends on the kind of the point's
// node, never on an identifier in it. Where possible, the replaced code stays in the source, so
// that each import and variable is still used.
type operation func(point) ([]edit, error)

// edit replaces a part of a file, from one offset to another.
type edit struct {
	from, to int
	text     string
}

var errNode = errors.New("the operation does not fit the node")

// mutated returns the source of the point's file, broken.
func (p point) mutated(o operation) ([]byte, error) {
	edits, err := o(p)
	if err != nil {
		return nil, fmt.Errorf("%s, //promise:%s: %w (%T)", p.path, p.name, err, p.node)
	}
	slices.SortStableFunc(edits, func(a, b edit) int { return cmp.Compare(b.from, a.from) })
	source := p.source
	for _, e := range edits {
		source = slices.Concat(source[:e.from], []byte(e.text), source[e.to:])
	}
	return source, nil
}

// around puts text before and after a part of the source.
func (p point) around(from, to token.Pos, before, after string) []edit {
	start, end := p.offset(from), p.offset(to)
	return []edit{{start, start, before}, {end, end, after}}
}

// conditionTrue makes the condition of an if statement, a case clause or a returned
// expression always true. The condition is evaluated nevertheless.
func conditionTrue(p point) ([]edit, error) { return p.condition(" || true)") }

// conditionFalse is conditionTrue for false.
func conditionFalse(p point) ([]edit, error) { return p.condition(" && false)") }

func (p point) condition(rest string) ([]edit, error) {
	var condition ast.Expr
	switch n := p.node.(type) {
	case *ast.IfStmt:
		condition = n.Cond
	case *ast.CaseClause:
		if len(n.List) == 1 {
			condition = n.List[0]
		}
	case *ast.ReturnStmt:
		if len(n.Results) == 1 {
			condition = n.Results[0]
		}
	}
	if condition == nil {
		return nil, errNode
	}
	return p.around(condition.Pos(), condition.End(), "((", ")"+rest), nil
}

// leftTrue makes the left operand of the first && or || in the node true.
func leftTrue(p point) ([]edit, error) {
	binary := p.firstLogical()
	if binary == nil {
		return nil, errNode
	}
	return p.around(binary.X.Pos(), binary.X.End(), "((", ") || true)"), nil
}

// rightFalse makes the right operand of the first && or || in the node false.
func rightFalse(p point) ([]edit, error) {
	binary := p.firstLogical()
	if binary == nil {
		return nil, errNode
	}
	return p.around(binary.Y.Pos(), binary.Y.End(), "((", ") && false)"), nil
}

func (p point) firstLogical() (found *ast.BinaryExpr) {
	ast.Inspect(p.node, func(n ast.Node) bool {
		binary, ok := n.(*ast.BinaryExpr)
		if ok && found == nil && (binary.Op == token.LAND || binary.Op == token.LOR) {
			found = binary
		}
		return found == nil
	})
	return found
}

// deleteStatement makes a statement, which declares nothing, unreachable.
func deleteStatement(p point) ([]edit, error) {
	if _, ok := p.node.(ast.Stmt); !ok || p.siblings != nil {
		return nil, errNode
	}
	return p.around(p.node.Pos(), p.node.End(), "if false { ", " }"), nil
}

// deleteMember deletes an element of a composite literal, or a clause of a switch
// or select.
func deleteMember(p point) ([]edit, error) {
	if p.siblings == nil {
		return nil, errNode
	}
	return []edit{{p.offset(p.node.Pos()), p.memberEnd(p.node), ""}}, nil
}

// memberEnd returns the offset behind a sibling and the comma that follows it.
func (p point) memberEnd(n ast.Node) int {
	end := p.offset(n.End())
	if end < len(p.source) && p.source[end] == ',' {
		end++
	}
	return end
}

// moveToFront makes an element of a composite literal the first.
func moveToFront(p point) ([]edit, error) {
	if _, ok := p.node.(ast.Expr); !ok || p.siblings == nil || p.siblings[0] == p.node {
		return nil, errNode
	}
	start, first := p.offset(p.node.Pos()), p.offset(p.siblings[0].Pos())
	return []edit{{start, p.memberEnd(p.node), ""}, {first, first, p.text(p.node) + ", "}}, nil
}

// takePreviousBody gives a case clause the body of the clause before it.
func takePreviousBody(p point) ([]edit, error) {
	clause, ok := p.node.(*ast.CaseClause)
	i := slices.Index(p.siblings, p.node)
	if !ok || i < 1 {
		return nil, errNode
	}
	previous, ok := p.siblings[i-1].(*ast.CaseClause)
	if !ok {
		return nil, errNode
	}
	body := p.between(previous.Colon+1, previous.End())
	return []edit{{p.offset(clause.Colon + 1), p.offset(clause.End()), body}}, nil
}

// dropLastElement deletes the last element of the composite literal that a return
// statement returns: a field keeps its zero value.
func dropLastElement(p point) ([]edit, error) {
	statement, ok := p.node.(*ast.ReturnStmt)
	if !ok || len(statement.Results) != 1 {
		return nil, errNode
	}
	literal, ok := statement.Results[0].(*ast.CompositeLit)
	if !ok || len(literal.Elts) == 0 {
		return nil, errNode
	}
	last := literal.Elts[len(literal.Elts)-1]
	return []edit{{p.offset(last.Pos()), p.memberEnd(last), ""}}, nil
}

// insertBefore inserts code before a statement. The code names identifiers of the
// product, so use it only for a mutant that no other operation can express.
func insertBefore(code string) operation {
	return func(p point) ([]edit, error) {
		if _, ok := p.node.(ast.Stmt); !ok || p.siblings != nil {
			return nil, errNode
		}
		start := p.offset(p.node.Pos())
		return []edit{{start, start, code + "; "}}, nil
	}
}
