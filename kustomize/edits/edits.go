package edits

import (
	"slices"

	"sigs.k8s.io/kustomize/api/resource"

	"github.com/previewset/previewset/kustomize/fields"
)

// Settings are the settings of a set, and how the objects of its base were built.
type Settings struct {
	// Table has the known fields, and those of the set.
	Table *fields.Table
	// Admin is the administration namespace, "" for none.
	Admin string
	// Parameters is the name of the ConfigMap with the parameters of a preview.
	Parameters string
	// Images is true if the overlays replace images.
	Images bool
	// Sample has the names of the sample preview with which the objects were built.
	// Components can have copied them to the objects.
	Sample Names
	// Before are the hosts of the base before its components.
	Before []string
}

// New returns the Editor for a base with these objects.
func New(objects []*resource.Resource, s Settings) *Editor {
	e := &Editor{table: s.Table, parameters: s.Parameters, images: s.Images, sample: newSample(s.Sample), own: namespacesOf(objects, s.Admin, s.Sample.Namespace)}
	e.rules = e.baseRules(objects)
	e.Hosts, e.ServesOwn = e.baseHosts(objects)
	e.Hosts = union(e.Hosts, e.sample.in(objects, s.Before))
	e.Named = union(s.Before, e.Hosts)
	e.findListeners(objects)
	return e
}

// Edits returns the edits of r, at most one of each field, and none of a field that is kept.
func (e *Editor) Edits(r *resource.Resource) []Edit {
	seen := map[string]bool{}
	edits := slices.DeleteFunc(slices.Concat(e.hostEdits(r), e.imageEdits(r)), func(d Edit) bool {
		duplicate := seen[d.Place.Pointer]
		seen[d.Place.Pointer] = true
		return duplicate
	})
	kept := e.table.Kept(r)
	return slices.DeleteFunc(e.namespaceEdits(r, edits), func(d Edit) bool { return kept[d.Place.Node] })
}
