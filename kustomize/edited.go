package kustomize

import (
	"slices"

	"sigs.k8s.io/kustomize/api/resource"
	"sigs.k8s.io/kustomize/kyaml/resid"

	"github.com/previewset/previewset/kustomize/fields"
	"github.com/previewset/previewset/kustomize/object"
)

// editedObject is an object of the base that overlays change.
type editedObject struct {
	id resid.ResId
	// origin is its file.
	origin string
	// target selects the object.
	target *target
	// mark is the value of patchedMark after the patch, "" for none.
	mark       string
	edits      []edit
	containers []container
}

// newObject returns r as an edited object. It returns false if overlays do not change r.
func (e *editor) newObject(r *resource.Resource, admin bool) (editedObject, bool) {
	t := editedObject{id: r.CurId(), origin: originOf(r), target: targetOf(r.CurId()), containers: containersOf(r, e.table)}
	if !admin {
		t.edits = e.edits(r)
	}
	if len(t.edits)+len(t.containers) == 0 {
		return t, false
	}
	t.edits = append(t.edits, dateEdits(r)...)
	return t, true
}

// edits returns the edits of r, at most one of each field.
func (e *editor) edits(r *resource.Resource) []edit {
	seen := map[string]bool{}
	edits := slices.DeleteFunc(slices.Concat(e.hostEdits(r), e.imageEdits(r)), func(d edit) bool {
		duplicate := seen[d.place.Pointer]
		seen[d.place.Pointer] = true
		return duplicate
	})
	return e.namespaceEdits(r, edits)
}

// dateEdits returns the edits that keep dates. A JSON patch of Kustomize changes a date
// without quotes, 2026-01-31, to a time, 2026-01-31T00:00:00Z.
func dateEdits(r *resource.Resource) (edits []edit) {
	fields.Dates(r.YNode(), func(p fields.Place) {
		edits = append(edits, edit{place: p, text: text{{literal: p.Node.Value}}})
	})
	return edits
}

// operations returns the operations on t. values are the values of its edits. The edits
// are first, because variables move the items of lists.
func (t editedObject) operations(values []string, env environment) []operation {
	var ops []operation
	for i, e := range t.edits {
		if values[i] != "" { // an image that stays
			ops = append(ops, e.operation(values[i]))
		}
	}
	for _, c := range t.containers {
		ops = append(ops, c.operations(env)...)
	}
	if t.mark != "" {
		ops = append(ops, operation{Op: "add", Path: patchedPointer, Value: t.mark})
	}
	return ops
}

// patches returns the patches of all edited objects. values are the values of their edits. They
// are JSON patches, because a strategic merge patch of Kustomize merges list items with
// one key, such as two ports with one number, and a replacement can't make a list
// shorter.
func patches(edited []editedObject, values []string, env func(editedObject) environment) []patch {
	var all []patch
	marked := false
	for _, t := range edited {
		ops := t.operations(values[:len(t.edits)], env(t))
		values = values[len(t.edits):]
		if len(ops) > 0 {
			all = append(all, patch{Target: t.target, Patch: object.Multiline(ops)})
		}
		marked = marked || t.mark == patched
	}
	if marked {
		all = append(all, patch{
			Target: &target{AnnotationSelector: patchedMark + "=" + patched},
			Patch:  object.Multiline([]operation{{Op: "remove", Path: patchedPointer}}),
		})
	}
	return all
}
