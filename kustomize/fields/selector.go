package fields

import (
	"strings"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/previewset/previewset/kustomize/object"
)

// Selector returns what selects requests in addition to the host at p, a place of r in
// the object n: a text for each rule. It returns nil if the host alone selects them.
func (r Row) Selector(n *yaml.Node, p Place) []string {
	var all []string
	for i, path := range r.matches {
		places := path.Places(p.holder)
		if len(places) == 0 {
			places = path.Places(n)
		}
		var texts []string
		for _, at := range places {
			texts = append(texts, selectorOf(at.Node))
		}
		if i == 0 {
			all = texts
			continue
		}
		for k := range all {
			all[k] += " " + strings.Join(texts, " ")
		}
	}
	return all
}

// selectorOf returns a text that is the same for values that select the same requests.
func selectorOf(n *yaml.Node) string {
	if path := object.Child(n, "path"); object.Child(n, "backend") != nil {
		return strings.TrimSuffix(object.Scalar(path), "/") + " " + strings.Replace(object.Scalar(object.Child(n, "pathType")), "ImplementationSpecific", "", 1)
	}
	var b strings.Builder
	writeSelector(&b, n)
	return strings.TrimSuffix(b.String(), "/")
}

func writeSelector(b *strings.Builder, n *yaml.Node) {
	if n == nil {
		return
	}
	if n = object.Resolved(n); n.Kind == yaml.ScalarNode {
		b.WriteString(n.Value)
		return
	}
	b.WriteByte('{')
	for _, part := range n.Content {
		writeSelector(b, part)
		b.WriteByte(' ')
	}
	b.WriteByte('}')
}
