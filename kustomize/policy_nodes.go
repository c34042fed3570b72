package kustomize

import (
	"slices"

	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// The rules read YAML nodes and not Go values, which spares a copy of every
// object. What is missing and what is null are the same to them, as they are to
// the API server. What has another type than it should have is never taken for
// harmless.

// node returns what lies at path in nested mappings, or nil.
func node(n *yaml.Node, path ...string) *yaml.Node {
	for _, key := range path {
		n = child(n, key)
	}
	return n
}

func child(n *yaml.Node, key string) *yaml.Node {
	if n == nil || n.Kind != yaml.MappingNode {
		return nil
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		if scalar(resolved(n.Content[i])) == key {
			return resolved(n.Content[i+1])
		}
	}
	return nil
}

// resolved returns n, or what it is an alias of.
func resolved(n *yaml.Node) *yaml.Node {
	if n.Kind == yaml.AliasNode {
		return n.Alias
	}
	return n
}

func isNull(n *yaml.Node) bool {
	return n == nil || n.Kind == yaml.ScalarNode && n.ShortTag() == yaml.NodeTagNull
}

func isFalse(n *yaml.Node) bool {
	return isNull(n) || n.Kind == yaml.ScalarNode && n.ShortTag() == yaml.NodeTagBool && n.Value == "false"
}

func isMapping(n *yaml.Node) bool { return isNull(n) || n.Kind == yaml.MappingNode }

// isOneOf reports whether n is null or a scalar of that text.
func isOneOf(n *yaml.Node, texts ...string) bool {
	return isNull(n) || n.Kind == yaml.ScalarNode && slices.Contains(texts, n.Value)
}

// isEach reports whether n is null or a list of what good accepts.
func isEach(n *yaml.Node, good func(*yaml.Node) bool) bool {
	if isNull(n) {
		return true
	}
	return n.Kind == yaml.SequenceNode && !slices.ContainsFunc(n.Content, func(item *yaml.Node) bool {
		return !good(resolved(item))
	})
}

// scalar returns the text of a scalar, or "".
func scalar(n *yaml.Node) string {
	if n == nil || n.Kind != yaml.ScalarNode {
		return ""
	}
	return n.Value
}
