package fields

import (
	"iter"

	"sigs.k8s.io/kustomize/api/resource"

	"github.com/previewset/previewset/kustomize/object"
)

// Containers returns the places of the containers of r, each of them once.
func (t *Table) Containers(r *resource.Resource) iter.Seq[Place] {
	return func(yield func(Place) bool) {
		seen := map[string]bool{}
		for _, row := range t.Rows(r.GetGvk(), Containers) {
			for _, place := range row.Places(r.YNode()) {
				if !object.IsMapping(place.Node) || seen[place.Pointer] {
					continue
				}
				seen[place.Pointer] = true
				if !yield(place) {
					return
				}
			}
		}
	}
}
