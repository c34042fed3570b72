package object

import "sigs.k8s.io/kustomize/kyaml/yaml"

// YAML nodes are read as they are and not as Go values, which spares a copy of
// every object.

// At returns what lies at path in nested mappings, or nil.
func At(n *yaml.Node, path ...string) *yaml.Node {
	for _, key := range path {
		n = Child(n, key)
	}
	return n
}

// Child returns what the mapping n has for key, or nil.
func Child(n *yaml.Node, key string) *yaml.Node {
	if n == nil || n.Kind != yaml.MappingNode {
		return nil
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		if Scalar(Resolved(n.Content[i])) == key {
			return Resolved(n.Content[i+1])
		}
	}
	return nil
}

// Keys returns the keys of n if it is a mapping.
func Keys(n *yaml.Node) []string {
	if n == nil || n.Kind != yaml.MappingNode {
		return nil
	}
	var keys []string
	for i := 0; i < len(n.Content); i += 2 {
		keys = append(keys, Scalar(Resolved(n.Content[i])))
	}
	return keys
}

// Items returns what is in n if it is a list.
func Items(n *yaml.Node) []*yaml.Node {
	if n == nil || n.Kind != yaml.SequenceNode {
		return nil
	}
	return n.Content
}

// Resolved returns n, or what it is an alias of.
func Resolved(n *yaml.Node) *yaml.Node {
	if n.Kind == yaml.AliasNode {
		return n.Alias
	}
	return n
}

// Scalar returns the text of n if it is a scalar of any type, or "".
func Scalar(n *yaml.Node) string {
	if n == nil || n.Kind != yaml.ScalarNode {
		return ""
	}
	return n.Value
}

// String returns the text of n if it is a string, or "".
func String(n *yaml.Node) string {
	if n == nil || n.Kind != yaml.ScalarNode || n.ShortTag() != yaml.NodeTagString {
		return ""
	}
	return n.Value
}
