package object

import "sigs.k8s.io/kustomize/kyaml/yaml"

// These functions read YAML nodes directly, without a conversion to Go values, to
// avoid a copy of every object.

// At returns the node at path in nested mappings, or nil.
func At(n *yaml.Node, path ...string) *yaml.Node {
	for _, key := range path {
		n = Child(n, key)
	}
	return n
}

// Child returns the value of key in the mapping n, or nil.
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

// Keys returns the keys of n if it is a mapping, or nil.
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

// Items returns the items of n if it is a list, or nil.
func Items(n *yaml.Node) []*yaml.Node {
	if n == nil || n.Kind != yaml.SequenceNode {
		return nil
	}
	return n.Content
}

// Resolved returns n, or the node that the alias n refers to.
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

// IsMapping reports whether n is a mapping.
func IsMapping(n *yaml.Node) bool { return n != nil && n.Kind == yaml.MappingNode }

// IsText reports whether n is a string, or missing or null.
func IsText(n *yaml.Node) bool {
	return n == nil || n.Kind == yaml.ScalarNode && (n.ShortTag() == yaml.NodeTagString || n.ShortTag() == yaml.NodeTagNull)
}
