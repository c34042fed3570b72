package policy

import (
	"slices"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/previewset/previewset/kustomize/fields"
	"github.com/previewset/previewset/kustomize/object"
)

// namespaceLabel is the label that Kubernetes sets on each Namespace
// (https://kubernetes.io/docs/reference/labels-annotations-taints/#kubernetes-io-metadata-name).
const namespaceLabel = "kubernetes.io/metadata.name"

// isOwn reports whether n is the name of the preview's namespace, or empty. In a base, the
// namespace is not known yet, and each name can be it.
func (s Scope) isOwn(n *yaml.Node) bool {
	return isOneOf(n, "", s.Own) || s.Own == "" && n.Kind == yaml.ScalarNode
}

// isOwnName reports whether the place p is the name of the preview's namespace, or a list of it.
func isOwnName(p fields.Place, in Scope) bool {
	return in.isOwn(p.Node) || p.Node.Kind == yaml.SequenceNode && isListOf(p.Node, in.isOwn)
}

// isOwnReference reports whether the place p is a reference without another namespace, or a list
// of such references. A text is the name of an object of the preview.
func isOwnReference(p fields.Place, in Scope) bool {
	own := func(ref *yaml.Node) bool {
		return isNull(ref) || ref.Kind == yaml.ScalarNode || ref.Kind == yaml.MappingNode && in.isOwn(object.At(ref, "namespace"))
	}
	return own(p.Node) || p.Node.Kind == yaml.SequenceNode && isListOf(p.Node, own)
}

// selectsOwn reports whether the place p is a selector that selects only the preview's namespace,
// by its name. The field of an affinity has another meaning, and the name namespaceSelector.
func selectsOwn(p fields.Place, in Scope) bool {
	name := object.At(p.Node, "matchLabels", namespaceLabel)
	return p.Name == "namespaceSelector" || !isNull(name) && name.Value != "" && in.isOwn(name)
}

// hasOwnCredentials reports whether a value names a Secret or a ServiceAccount, in a field
// credentials or one whose name ends in Ref.
func hasOwnCredentials(n *yaml.Node) bool {
	found := false
	fields.Texts(n, func(p fields.Place) bool {
		steps := strings.Split(p.Name, ".")
		last := len(steps) - 1
		found = found || last > 0 && steps[last] == "name" && (strings.HasSuffix(steps[last-1], "Ref") || steps[last-1] == "credentials")
		return !found
	})
	return found
}

// hasOwnKeys reports whether the keys of a mapping are the name of the preview's namespace.
func hasOwnKeys(p fields.Place, in Scope) bool {
	return p.Node.Kind == yaml.MappingNode && (in.Own == "" || !slices.ContainsFunc(object.Keys(p.Node), func(key string) bool { return key != in.Own }))
}
