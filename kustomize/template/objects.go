package template

import (
	"strings"

	"sigs.k8s.io/kustomize/api/resource"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// Objects are objects with placeholders that Kustomize built. They are safe for
// concurrent use.
type Objects struct {
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

// NewObjects returns a template of objects with placeholders. It returns false if
// they have YAML aliases; Kustomize's output has none.
func NewObjects(objects []*resource.Resource) (*Objects, bool) {
	o := &Objects{variable: map[*yaml.Node]variable{}}
	nodes := interned{}
	for _, r := range objects {
		n, ok := nodes.node(r.YNode())
		if !ok {
			return nil, false
		}
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

// Fill returns the objects with values in place of their placeholders. The caller
// must not change them: they share nodes with each other and with the results of
// other calls.
func (o *Objects) Fill(values []string) []*resource.Resource {
	f := filling{o.variable, values, make([]yaml.Node, len(o.variable))}
	objects := make([]*resource.Resource, len(o.nodes))
	for i, n := range o.nodes {
		objects[i] = &resource.Resource{RNode: *yaml.NewRNode(f.node(n))}
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
