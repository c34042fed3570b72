package kustomize

import (
	"sigs.k8s.io/kustomize/api/resource"
	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/previewset/previewset/kustomize/containers"
	"github.com/previewset/previewset/kustomize/fields"
	"github.com/previewset/previewset/kustomize/object"
)

// isKeepable reports whether a set can keep n, which r has: a single value, or a container
// that gets no variables.
func isKeepable(r *resource.Resource, n *yaml.Node, table *fields.Table) bool {
	if n == nil || n.Kind == yaml.ScalarNode {
		return n != nil
	}
	for place := range table.Containers(r) {
		if place.Node == n && containers.HasVariables(n) {
			return false
		}
	}
	return object.String(object.Child(n, "image")) != ""
}

// changedKept returns the name of the first field of base that the set keeps, and that has
// another value in built; "" for none.
func changedKept(base, built *resource.Resource, table *fields.Table) string {
	for _, row := range table.Rows(base.GetGvk(), fields.Kept) {
		after := row.Places(built.YNode())
		for i, place := range row.Places(base.YNode()) {
			if !object.IsMapping(place.Node) && (i >= len(after) || object.Scalar(after[i].Node) != object.Scalar(place.Node)) {
				return place.Name
			}
		}
	}
	return ""
}
