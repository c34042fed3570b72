package template

import (
	"fmt"

	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// interned are nodes by all that they say, so that labels, say, which all objects
// have, are in memory once, and filled once a preview.
type interned map[string]*yaml.Node

// node returns n with the nodes of others in place of its equals, without
// comments; false if there are aliases in it.
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
