package policy

import (
	"slices"

	"sigs.k8s.io/kustomize/api/resource"
	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/previewset/previewset/kustomize/object"
)

// onlyPlainYAML refuses keys and values whose tag is not of YAML's core schema.
// Kustomize prints them as the tag says: a kind that is !!binary is one text here,
// and another in what Argo CD applies. It comes first, since every other law and
// rule reads texts.
func onlyPlainYAML(r *resource.Resource, _ Scope) (reason, fix string) {
	n := tagged(r.YNode())
	if n == nil {
		return "", ""
	}
	return "it has the YAML tag " + object.OneLine(n.ShortTag()) + ", which can make another value of a text", "write the value itself, without a tag"
}

// tagged returns a node of n with a tag that is not of the core schema, or nil.
func tagged(n *yaml.Node) *yaml.Node {
	n = object.Resolved(n)
	if !slices.Contains(plainTags, n.ShortTag()) {
		return n
	}
	for _, child := range n.Content {
		if found := tagged(child); found != nil {
			return found
		}
	}
	return nil
}
