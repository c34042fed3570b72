package simulation_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// point is a place in the product that a marker comment names.
type point struct {
	name   string
	path   string // absolute
	source []byte
	// node is what the marker stands above: a statement, a clause of a switch or
	// select, an element of a composite literal, or a function.
	node ast.Node
	// siblings are node and its neighbours, in order: the clauses of the same
	// switch or select, or the elements of the same literal.
	siblings []ast.Node
	file     *token.File
}

// offset returns the offset of pos in the source.
func (p point) offset(pos token.Pos) int { return p.file.Offset(pos) }

// text returns the source of a node.
func (p point) text(n ast.Node) string { return p.between(n.Pos(), n.End()) }

func (p point) between(from, to token.Pos) string {
	return string(p.source[p.offset(from):p.offset(to)])
}

// marker is the form of a marker comment. It is on a line of its own.
var marker = regexp.MustCompile(`^//promise:([a-z0-9-]+)$`)

// findPoints returns the points of all Go files below root, by name. It leaves out
// tests and the directory test.
func findPoints(root string) (map[string]point, error) {
	points := map[string]point{}
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && path != root && (entry.Name()[0] == '.' || entry.Name()[0] == '_' || path == filepath.Join(root, "test")):
			return filepath.SkipDir
		case entry.IsDir(), !strings.HasSuffix(path, ".go"), strings.HasSuffix(path, "_test.go"):
			return nil
		}
		found, err := pointsOf(path)
		if err != nil {
			return err
		}
		for _, p := range found {
			if other, ok := points[p.name]; ok {
				return fmt.Errorf("%s and %s both have the marker //promise:%s", other.path, p.path, p.name)
			}
			points[p.name] = p
		}
		return nil
	})
	return points, err
}

func pointsOf(path string) (points []point, err error) {
	source, err := os.ReadFile(path)
	if err != nil || !strings.Contains(string(source), "//promise:") {
		return nil, err
	}
	set := token.NewFileSet()
	parsed, err := parser.ParseFile(set, path, source, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	for _, group := range parsed.Comments {
		for _, comment := range group.List {
			if !strings.HasPrefix(comment.Text, "//promise:") {
				continue
			}
			match := marker.FindStringSubmatch(comment.Text)
			if match == nil {
				return nil, fmt.Errorf("%s: the marker %q does not have the form %s", path, comment.Text, marker)
			}
			p := point{name: match[1], path: path, source: source, file: set.File(comment.Pos())}
			if p.node, p.siblings = nodeAt(parsed, p.file, p.file.Line(comment.Pos())+1); p.node == nil {
				return nil, fmt.Errorf("%s: nothing that %s can name begins on the next line", path, comment.Text)
			}
			points = append(points, p)
		}
	}
	return points, nil
}

// nodeAt returns the outermost node that begins on the line and can be a point,
// and its siblings.
func nodeAt(parsed *ast.File, file *token.File, line int) (found ast.Node, siblings []ast.Node) {
	var parents []ast.Node
	ast.Inspect(parsed, func(n ast.Node) bool {
		if n == nil {
			parents = parents[:len(parents)-1]
			return true
		}
		if found == nil && file.Line(begin(n)) == line {
			found, siblings = n, siblingsOf(n, parents)
			if !canBePoint(n, siblings) {
				found, siblings = nil, nil
			}
		}
		parents = append(parents, n)
		return true
	})
	return found, siblings
}

// begin returns the position of n without its documentation.
func begin(n ast.Node) token.Pos {
	if f, ok := n.(*ast.FuncDecl); ok {
		return f.Type.Pos()
	}
	return n.Pos()
}

func canBePoint(n ast.Node, siblings []ast.Node) bool {
	switch n.(type) {
	case *ast.BlockStmt:
		return false
	case ast.Stmt, *ast.FuncDecl:
		return true
	}
	return siblings != nil
}

// siblingsOf returns the elements or clauses that n is one of; nil if n is neither.
func siblingsOf(n ast.Node, parents []ast.Node) (siblings []ast.Node) {
	if len(parents) == 0 {
		return nil
	}
	switch parent := parents[len(parents)-1].(type) {
	case *ast.CompositeLit:
		for _, element := range parent.Elts {
			siblings = append(siblings, element)
		}
	case *ast.BlockStmt:
		for _, statement := range parent.List {
			switch statement.(type) {
			case *ast.CaseClause, *ast.CommClause:
				siblings = append(siblings, statement)
			}
		}
	}
	if !slices.Contains(siblings, n) {
		return nil
	}
	return siblings
}
