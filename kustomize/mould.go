package kustomize

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"

	"sigs.k8s.io/kustomize/api/resource"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// mould is what the overlays of one shape build to, with placeholders where the
// values are. Kustomize builds it once, and every preview is cast in it: that
// copies what differs, while a build parses the base and looks for what to change
// in each object of it again.
//
// That is the same only where Kustomize copies the values, and neither compares
// nor computes with them: see uniform.go. A cast only ever lets an overlay pass.
// One that would be refused is built, and what Kustomize makes decides.
type mould struct {
	objects []*yaml.Node
	// holes are the nodes that differ from preview to preview.
	holes map[*yaml.Node]hole
}

// hole is a scalar with its text, or, without any, what such scalars lie in.
type hole struct {
	index int
	parts []part
}

// moulds has the mould of a shape as soon as there is one.
type moulds struct {
	built atomic.Int32
	mould atomic.Pointer[mould]
}

// add says that an overlay of a shape was built to objects. Its mould is made
// with the second, because making it takes as long as a build: most syncs have
// one new preview. It is kept if what is cast in it are those objects.
func (m *moulds) add(b *Base, d draft, objects []*resource.Resource) {
	if m.built.Add(1) != 2 {
		return
	}
	if made := b.newMould(d); made != nil && sameObjects(made.cast(d.values), objects) {
		m.mould.Store(made)
	}
}

// newMould builds the shape of d with placeholders; nil if that does not work.
func (b *Base) newMould(d draft) *mould {
	values := make([]string, len(d.values))
	for slot := range values {
		values[slot] = placeholder(slot)
	}
	files, err := d.shape.fill(values)
	if err != nil {
		return nil
	}
	built, err := run(b.files.with(d.content.dir, files), d.content.dir)
	if err != nil {
		return nil
	}
	m := &mould{holes: map[*yaml.Node]hole{}}
	same := interned{}
	for _, r := range built.Resources() {
		if !isNamespace(r) && r.GetNamespace() != placeholder(0) {
			return nil // it could share a namespace with some previews, and not with others
		}
		object, ok := same.node(r.YNode())
		if !ok {
			return nil
		}
		m.find(object)
		m.objects = append(m.objects, object)
	}
	return m
}

// find adds the holes in n, and reports whether there are any.
func (m *mould) find(n *yaml.Node) bool {
	if _, ok := m.holes[n]; ok {
		return true
	}
	found := false
	for _, child := range n.Content {
		found = m.find(child) || found
	}
	switch {
	case strings.Contains(n.Value, placeholderPrefix):
		m.holes[n] = hole{len(m.holes), split(n.Value)}
		return true
	case found:
		m.holes[n] = hole{len(m.holes), nil}
	}
	return found
}

// cast returns the objects with values in their holes. What is the same in many
// objects, or for all previews, is shared: they must not be changed.
func (m *mould) cast(values []string) []*resource.Resource {
	c := casting{m, values, make([]yaml.Node, len(m.holes))}
	objects := make([]*resource.Resource, len(m.objects))
	for i, n := range m.objects {
		objects[i] = &resource.Resource{RNode: *yaml.NewRNode(c.fill(n))}
	}
	return objects
}

// casting is one cast: the holes that were filled so far, by their index, are
// those that have a kind.
type casting struct {
	*mould
	values []string
	filled []yaml.Node
}

// fill returns n with values in its holes.
func (c casting) fill(n *yaml.Node) *yaml.Node {
	h, ok := c.holes[n]
	if !ok {
		return n
	}
	made := &c.filled[h.index]
	if made.Kind != 0 {
		return made
	}
	*made = *n
	if h.parts != nil {
		made.Value = join(h.parts, c.values)
		return made
	}
	made.Content = make([]*yaml.Node, len(n.Content))
	for i, child := range n.Content {
		made.Content[i] = c.fill(child)
	}
	return made
}

// interned are nodes by all that they say, so that labels, say, which all objects
// have, are in memory once, and filled once a preview.
type interned map[string]*yaml.Node

// node returns n with the nodes of others in place of its equals, without
// comments; false if there are aliases in it, which Kustomize leaves nowhere.
func (same interned) node(n *yaml.Node) (*yaml.Node, bool) {
	made := &yaml.Node{Kind: n.Kind, Style: n.Style, Tag: n.Tag, Value: n.Value}
	key := fmt.Sprintf("%d %d %q %q", n.Kind, n.Style, n.Tag, n.Value)
	for _, c := range n.Content {
		child, ok := same.node(c)
		if !ok {
			return nil, false
		}
		made.Content = append(made.Content, child)
		key += fmt.Sprintf(" %p", child)
	}
	if _, ok := same[key]; !ok {
		same[key] = made
	}
	return same[key], n.Kind != yaml.AliasNode
}

// sameObjects reports whether a and b are printed the same.
func sameObjects(a, b []*resource.Resource) bool {
	return slices.EqualFunc(a, b, func(a, b *resource.Resource) bool {
		left, err := a.AsYAML()
		right, otherErr := b.AsYAML()
		return err == nil && otherErr == nil && bytes.Equal(left, right)
	})
}
