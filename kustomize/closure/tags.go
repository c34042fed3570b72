package closure

import (
	"slices"

	"sigs.k8s.io/kustomize/api/resource"
	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/previewset/previewset/kustomize/object"
)

// IsPlain reports whether all texts in r mean what they are: they have no custom tag.
func IsPlain(r *resource.Resource) bool { return findCustomTag(r.YNode()) == nil }

// findCustomTag returns a node in n with a tag other than plainTags, or nil.
func findCustomTag(n *yaml.Node) *yaml.Node {
	n = object.Resolved(n)
	if !slices.Contains(plainTags, n.ShortTag()) {
		return n
	}
	for _, child := range n.Content {
		if found := findCustomTag(child); found != nil {
			return found
		}
	}
	return nil
}
