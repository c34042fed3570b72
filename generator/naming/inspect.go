package naming

import (
	"errors"
	"fmt"
	"text/template/parse"
)

// checkSafe refuses actions that could make the run time or the output of t large.
// Each remaining action runs once, or once for each element of one parameter.
func (t *Template) checkSafe() error {
	own := functions()
	return t.inspect(func(n parse.Node, inRange bool) error {
		switch n := n.(type) {
		case *parse.TemplateNode:
			return errors.New("{{template}} is not available")
		case *parse.IdentifierNode:
			if own[n.Ident] == nil && !builtin(n.Ident) {
				return fmt.Errorf("function %q is not available", n.Ident)
			}
		case *parse.RangeNode:
			t.ranges = true
			if inRange {
				return errors.New("a {{range}} inside another is not available")
			}
			if !isField(n.Pipe) {
				return errors.New("{{range}} can only iterate over a field, as in {{range .labels}}")
			}
		}
		return nil
	})
}

// isField reports whether pipe is one field, without functions.
func isField(pipe *parse.PipeNode) bool {
	if len(pipe.Cmds) != 1 || len(pipe.Cmds[0].Args) != 1 {
		return false
	}
	switch arg := pipe.Cmds[0].Args[0].(type) {
	case *parse.FieldNode:
		return true
	case *parse.VariableNode:
		return arg.Ident[0] == "$" && len(arg.Ident) > 1
	}
	return false
}

// inspect calls visit for every node of t, including nodes that are never executed.
// It stops at the first error and adds the position of the node to it.
func (t *Template) inspect(visit func(n parse.Node, inRange bool) error) error {
	tree := t.tmpl.Tree
	var walk func(n parse.Node, inRange bool) error
	walk = func(n parse.Node, inRange bool) error {
		if err := visit(n, inRange); err != nil {
			where, _ := tree.ErrorContext(n)
			return fmt.Errorf("template: %s: %w", where, err)
		}
		_, isRange := n.(*parse.RangeNode)
		for _, child := range children(n) {
			if err := walk(child, inRange || isRange); err != nil {
				return err
			}
		}
		return nil
	}
	return walk(tree.Root, false)
}

func children(n parse.Node) []parse.Node {
	switch n := n.(type) {
	case *parse.ListNode:
		return n.Nodes
	case *parse.ActionNode:
		return []parse.Node{n.Pipe}
	case *parse.CommandNode:
		return n.Args
	case *parse.ChainNode:
		return []parse.Node{n.Node}
	case *parse.IfNode:
		return branches(&n.BranchNode)
	case *parse.WithNode:
		return branches(&n.BranchNode)
	case *parse.RangeNode:
		return branches(&n.BranchNode)
	case *parse.PipeNode:
		var nodes []parse.Node
		for _, v := range n.Decl {
			nodes = append(nodes, v)
		}
		for _, c := range n.Cmds {
			nodes = append(nodes, c)
		}
		return nodes
	}
	return nil
}

func branches(n *parse.BranchNode) []parse.Node {
	nodes := []parse.Node{n.Pipe, n.List}
	if n.ElseList != nil {
		nodes = append(nodes, n.ElseList)
	}
	return nodes
}
