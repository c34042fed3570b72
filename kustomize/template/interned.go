package template

import (
	"fmt"

	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// interned has one node for each content, so that what many objects share, such as
// their labels, is in memory once and is filled once for each preview.
type interned map[string]*yaml.Node

// node returns the one node with the content of n, without comments, and false if
// there are aliases in it.
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
