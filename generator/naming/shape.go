package naming

import "text/template/parse"

// shape is a template that is nothing but text around one key: the id, or the
// number, which is a value of its own for each change. So what it makes is one
// too.
type shape struct {
	prefix, key, suffix string
}

// render returns the name for one value of the key.
func (s shape) render(word string) string { return s.prefix + word + s.suffix }

// shapeOf returns the shape of t where {{.set}} is set and {{.variant}} variant,
// and false if it has none: if it has other parameters, functions, conditions,
// two keys or none.
func shapeOf(t *Template, set, variant string) (shape, bool) {
	var s shape
	for _, n := range t.tmpl.Root.Nodes {
		text, key := piece(n)
		switch {
		case key == "set":
			text = set
		case key == "variant":
			text = variant
		case key == "id" || key == "number":
			if s.key != "" {
				return shape{}, false
			}
			s.key = key
			continue
		case key != "" || text == "":
			return shape{}, false
		}
		if s.key == "" {
			s.prefix += text
		} else {
			s.suffix += text
		}
	}
	return s, s.key != "" && len(s.prefix)+len(s.suffix) <= maxHost
}

// piece returns the text of a text node, the name of the parameter of an action
// that is one as it is, and nothing for other nodes.
func piece(n parse.Node) (text, key string) {
	switch n := n.(type) {
	case *parse.TextNode:
		return string(n.Text), ""
	case *parse.ActionNode:
		if len(n.Pipe.Decl) > 0 || len(n.Pipe.Cmds) != 1 || len(n.Pipe.Cmds[0].Args) != 1 {
			return "", ""
		}
		if f, ok := n.Pipe.Cmds[0].Args[0].(*parse.FieldNode); ok && len(f.Ident) == 1 {
			return "", f.Ident[0]
		}
	}
	return "", ""
}
