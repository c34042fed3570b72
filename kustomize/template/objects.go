package template

import (
	"slices"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/previewset/previewset/kustomize/closure"
	"github.com/previewset/previewset/kustomize/object"
)

// Objects are objects with placeholders that Kustomize built and printed. They are safe for
// concurrent use.
type Objects struct {
	objects []closure.Object
	// nodes are the trees of objects.
	nodes []*yaml.Node
	// variable has the nodes that differ between previews.
	variable map[*yaml.Node]variable
}

// variable describes a node that differs between previews: a scalar, with the parts
// of its text, or a node that contains such scalars, without parts.
type variable struct {
	index int
	parts []part
}

// NewObjects returns a template of objects with placeholders. It returns false if an object
// has a problem, or a placeholder in a key: Kustomize prints objects in the order of their
// keys.
func NewObjects(objects []closure.Object) (*Objects, bool) {
	o := &Objects{objects: objects, variable: map[*yaml.Node]variable{}}
	nodes := interned{}
	for _, read := range objects {
		root := read.Resource().YNode()
		if read.Problem().Reason != "" || hasVariableKey(root) {
			return nil, false
		}
		n := nodes.node(root)
		o.find(n)
		o.nodes = append(o.nodes, n)
	}
	return o, true
}

// find records the variable nodes in n, and reports whether n has any.
func (o *Objects) find(n *yaml.Node) bool {
	if _, ok := o.variable[n]; ok {
		return true
	}
	found := false
	for _, child := range n.Content {
		found = o.find(child) || found
	}
	switch {
	case strings.Contains(n.Value, placeholderPrefix):
		o.variable[n] = variable{len(o.variable), split(n.Value)}
		return true
	case found:
		o.variable[n] = variable{len(o.variable), nil}
	}
	return found
}

// hasVariableKey reports whether a mapping in n has a key with a placeholder.
func hasVariableKey(n *yaml.Node) bool {
	if slices.ContainsFunc(object.Keys(n), func(key string) bool { return strings.Contains(key, placeholderPrefix) }) {
		return true
	}
	return slices.ContainsFunc(n.Content, hasVariableKey)
}

// Fill returns the objects with values in place of their placeholders. The caller
// must not change them: they share nodes with each other and with the results of
// other calls.
func (o *Objects) Fill(values []string) []closure.Object {
	f := filling{o.variable, values, make([]yaml.Node, len(o.variable))}
	objects := make([]closure.Object, len(o.nodes))
	for i, n := range o.nodes {
		objects[i] = o.objects[i].Filled(f.node(n))
	}
	return objects
}

// filling is the state of one call of Fill. filled has the results, by the index of
// the variable; a result without a kind is not filled yet.
type filling struct {
	variable map[*yaml.Node]variable
	values   []string
	filled   []yaml.Node
}

// node returns n with values in place of its placeholders.
func (f filling) node(n *yaml.Node) *yaml.Node {
	v, ok := f.variable[n]
	if !ok {
		return n
	}
	filled := &f.filled[v.index]
	if filled.Kind != 0 {
		return filled
	}
	*filled = *n
	if v.parts != nil {
		filled.Value = textOf(v.parts, f.values)
		return filled
	}
	filled.Content = make([]*yaml.Node, len(n.Content))
	for i, child := range n.Content {
		filled.Content[i] = f.node(child)
	}
	return filled
}
