package naming

import "text/template/parse"

// keyTemplate is a template that consists of text around one key, which is the id
// or the number. The key has a different value for each change, so the output has
// too.
type keyTemplate struct {
	prefix, key, suffix string
}

// render returns the output for one value of the key.
func (k keyTemplate) render(value string) string { return k.prefix + value + k.suffix }

// keyTemplateOf returns t as a keyTemplate, with set for {{.set}}, variant for
// {{.variant}}, and host, which may be nil, for {{.host}}. It returns false if t has other
// parameters, functions or conditions, or if it does not have exactly one key.
func keyTemplateOf(t *Template, set, variant string, host *keyTemplate) (keyTemplate, bool) {
	var result keyTemplate
	for _, n := range t.tmpl.Root.Nodes {
		text, key := textOrField(n)
		switch {
		case key == "set":
			text = set
		case key == "variant":
			text = variant
		case key == "id" || key == "number":
			if result.key != "" {
				return keyTemplate{}, false
			}
			result.key = key
			continue
		case key == hostField && host != nil && result.key == "":
			result.prefix += host.prefix
			result.key, result.suffix = host.key, host.suffix
			continue
		case key != "" || text == "":
			return keyTemplate{}, false
		}
		if result.key == "" {
			result.prefix += text
		} else {
			result.suffix += text
		}
	}
	return result, result.key != "" && len(result.prefix)+len(result.suffix) <= maxHost
}

// textOrField returns the text of a text node, or the name of the parameter of an
// action that consists of one parameter. For other nodes, both results are empty.
func textOrField(n parse.Node) (text, key string) {
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
