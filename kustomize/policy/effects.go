package policy

import (
	"slices"
	"strings"

	"sigs.k8s.io/kustomize/api/resource"
)

// noEffectOutside returns the objections of all rows to r.
func noEffectOutside(r *resource.Resource, in Scope) []objection { return known().objections(r, in) }

// objections returns the objections of the rows of x to r.
func (x *index) objections(r *resource.Resource, in Scope) []objection {
	var out []objection
	for _, row := range x.ofKind(r.GetGvk()) {
		if row.Admin && !in.IsAdmin(r) {
			continue
		}
		for _, place := range row.path.Places(r.YNode()) {
			if !row.accepts(place, in) {
				out = append(out, row.objectionTo(place.Name, row.Path[strings.LastIndex(row.Path, ".")+1:], place.Node))
			}
		}
	}
	for _, o := range x.fieldObjections(r, in) {
		if !slices.Contains(out, o) {
			out = append(out, o)
		}
	}
	return out
}
