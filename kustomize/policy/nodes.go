package policy

import (
	"slices"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/previewset/previewset/kustomize/object"
)

// What is missing and what is null are the same to the rules, as they are to the
// API server. What has another type than it should have is never taken for
// harmless.

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
		return !good(object.Resolved(item))
	})
}
