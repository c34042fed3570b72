package edits

import (
	"sigs.k8s.io/kustomize/api/resource"

	"github.com/previewset/previewset/kustomize/object"
)

// Left returns the places of r that stay as they are after edits, and that could lead out of
// the preview. The reason of each has the field and the value. A Job in the administration
// namespace has no edits.
func (e *Editor) Left(r *resource.Resource, edits []Edit) []object.Problem {
	var all []object.Problem
	add := func(reason, fix string) {
		all = append(all, object.Problem{Reason: reason, Fix: fix})
	}
	kept := e.table.Kept(r)
	left := leftTexts(r, edits, kept)
	e.leftHosts(r, left, add)
	e.leftDomains(r, left, add)
	e.leftNamespaces(r, edits, kept, add)
	e.unknownHosts(r, left, add)
	e.unservedHosts(r, kept, add)
	return all
}
