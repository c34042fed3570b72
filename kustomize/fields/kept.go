package fields

import (
	"sigs.k8s.io/kustomize/api/resource"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// Kept returns the values in r that the set keeps. The hosts that r serves are not among them:
// a preview must not have them.
func (t *Table) Kept(r *resource.Resource) map[*yaml.Node]bool {
	kept := map[*yaml.Node]bool{}
	for _, row := range t.Rows(r.GetGvk(), Kept) {
		for _, place := range row.Places(r.YNode()) {
			if place.Node != nil {
				kept[place.Node] = true
			}
		}
	}
	if len(kept) == 0 {
		return nil
	}
	for _, row := range t.Rows(r.GetGvk(), Host) {
		for _, place := range row.Places(r.YNode()) {
			delete(kept, place.Node)
		}
	}
	return kept
}
