package kustomize

import (
	"sigs.k8s.io/kustomize/api/resource"
	"sigs.k8s.io/kustomize/kyaml/resid"

	"github.com/previewset/previewset/kustomize/object"
)

// editedObject is an object of the base that overlays change.
type editedObject struct {
	// id is the id for patches.
	id         resid.ResId
	edits      []edit
	containers []container
}

// newObject returns r as an edited object. It returns false if overlays do not change r.
func (e *editor) newObject(r *resource.Resource, admin bool) (editedObject, bool) {
	t := editedObject{id: r.CurId(), containers: containersOf(r, e.table)}
	if !admin {
		t.edits = e.edits(r)
	}
	return t, len(t.edits)+len(t.containers) > 0
}

// operations returns the operations on t. values are the values of its edits. The edits
// are first, because variables move the items of lists.
func (t editedObject) operations(values []string, env environment) []operation {
	var ops []operation
	for i, e := range t.edits {
		ops = append(ops, e.operation(values[i]))
	}
	for _, c := range t.containers {
		ops = append(ops, c.operations(env)...)
	}
	return ops
}

// patches returns the patches of all edited objects. values are the values of their edits. They
// are JSON patches, because a strategic merge patch of Kustomize merges list items with
// one key, such as two ports with one number, and a replacement can't make a list
// shorter.
func patches(edited []editedObject, values []string, env func(namespace string) environment) []patch {
	var all []patch
	for _, t := range edited {
		ops := t.operations(values[:len(t.edits)], env(t.id.Namespace))
		values = values[len(t.edits):]
		all = append(all, patch{Target: targetOf(t.id), Patch: object.Multiline(ops)})
	}
	return all
}
