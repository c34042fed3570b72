package fields

import (
	"strings"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/previewset/previewset/kustomize/object"
)

// Selection is what selects requests in addition to a host.
type Selection struct {
	Requests string
	// Backend gets the requests, "" if it is not known.
	Backend string
}

// Selections returns what selects requests in addition to the host at p, a place of r in
// the object n, for each rule. It returns nil if the host alone selects them.
func (r Row) Selections(n *yaml.Node, p Place) []Selection {
	var all []Selection
	for i, path := range r.matches {
		places := path.Places(p.Holder)
		if len(places) == 0 {
			places = path.Places(n)
		}
		if i == 0 {
			for _, at := range places {
				all = append(all, selection(at.Node))
			}
			continue
		}
		for k := range all {
			for _, at := range places {
				all[k].Requests += " " + text(at.Node)
			}
		}
	}
	return all
}

// selection returns the selection of a rule. The path of an Ingress has a backend, and
// for most controllers a path is a prefix unless it has another type.
func selection(n *yaml.Node) Selection {
	backend := object.Child(n, "backend")
	if backend == nil {
		return Selection{Requests: strings.TrimSuffix(text(n), "/")}
	}
	kind := object.Scalar(object.Child(n, "pathType"))
	if kind == "" || kind == "ImplementationSpecific" {
		kind = "Prefix"
	}
	return Selection{kind + " " + strings.TrimSuffix(object.Scalar(object.Child(n, "path")), "/"), text(backend)}
}

// text returns a text that is the same for equal values.
func text(n *yaml.Node) string {
	var b strings.Builder
	writeText(&b, n)
	return b.String()
}

func writeText(b *strings.Builder, n *yaml.Node) {
	if n == nil {
		return
	}
	if n = object.Resolved(n); n.Kind == yaml.ScalarNode {
		b.WriteString(n.Value)
		return
	}
	b.WriteByte('{')
	for _, part := range n.Content {
		writeText(b, part)
		b.WriteByte(' ')
	}
	b.WriteByte('}')
}
