package template

import (
	"fmt"

	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// interned has one node for each content. So content that many objects share, such as
// their labels, is in memory once, and is filled once for each preview.
type interned map[string]*yaml.Node

// node returns the shared node with the content of n, which has no aliases.
func (nodes interned) node(n *yaml.Node) *yaml.Node {
	shared := &yaml.Node{Kind: n.Kind, Tag: n.Tag, Value: n.Value}
	key := fmt.Sprintf("%d %q %q", n.Kind, n.Tag, n.Value)
	for _, c := range n.Content {
		child := nodes.node(c)
		shared.Content = append(shared.Content, child)
		key += fmt.Sprintf(" %p", child)
	}
	if _, ok := nodes[key]; !ok {
		nodes[key] = shared
	}
	return nodes[key]
}
