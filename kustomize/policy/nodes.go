package policy

import (
	"slices"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/previewset/previewset/kustomize/object"
)

// For the rules, as for the API server, a missing value and null are the same. A value
// of the wrong type is never harmless.

func isNull(n *yaml.Node) bool {
	return n == nil || n.Kind == yaml.ScalarNode && n.ShortTag() == yaml.NodeTagNull
}

func isFalse(n *yaml.Node) bool {
	return isNull(n) || n.Kind == yaml.ScalarNode && n.ShortTag() == yaml.NodeTagBool && n.Value == "false"
}

func isMapping(n *yaml.Node) bool { return isNull(n) || n.Kind == yaml.MappingNode }

// isOneOf reports whether n is null or a scalar with one of the texts.
func isOneOf(n *yaml.Node, texts ...string) bool {
	return isNull(n) || n.Kind == yaml.ScalarNode && slices.Contains(texts, n.Value)
}

// isListOf reports whether n is null or a list of items that good accepts.
func isListOf(n *yaml.Node, good func(*yaml.Node) bool) bool {
	if isNull(n) {
		return true
	}
	return n.Kind == yaml.SequenceNode && !slices.ContainsFunc(n.Content, func(item *yaml.Node) bool {
		return !good(object.Resolved(item))
	})
}

// shortPath returns the path of a field for a message.
func shortPath(path string) string {
	const longest = 150
	return object.Shortened(object.OneLine(path), longest)
}
