package policy

import (
	"slices"

	"sigs.k8s.io/kustomize/api/resource"
	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/previewset/previewset/kustomize/object"
)

// onlyPlainYAML refuses keys and values with a tag other than plainTags. Kustomize
// converts them when it prints: a kind with the tag !!binary has one text here, and
// another in the manifests that Argo CD applies. This rule is the first, because all
// other rules compare texts.
func onlyPlainYAML(r *resource.Resource, _ Scope) (reason, fix string) {
	n := findCustomTag(r.YNode())
	if n == nil {
		return "", ""
	}
	return "it has the YAML tag " + object.OneLine(n.ShortTag()) + ", which can change the value of a text", "write the value without a tag"
}

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
