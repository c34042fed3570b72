package edits

import (
	"regexp"

	"sigs.k8s.io/kustomize/api/resource"

	"github.com/previewset/previewset/kustomize/fields"
	"github.com/previewset/previewset/kustomize/object"
)

// kustomizeImages matches the pointers of the images that Kustomize itself replaces, in
// all kinds: those in lists of containers at any depth (api/filters/imagetag/legacy.go), and
// those of volumes (api/internal/konfig/builtinpluginconsts/images.go).
var kustomizeImages = regexp.MustCompile(`/(containers|initContainers)/[0-9]+/image$|^/spec(/template/spec|/jobTemplate/spec/template/spec)?/volumes/[0-9]+/image/reference$`)

// Images returns the places of the images in r, each of them once. It leaves out those that
// the set keeps, and that Kustomize does not replace either.
func Images(r *resource.Resource, table *fields.Table) []fields.Place {
	var all []fields.Place
	seen, kept := map[string]bool{}, table.Kept(r)
	add := func(p fields.Place) {
		if kept[p.Node] && !kustomizeImages.MatchString(p.Pointer) {
			return
		}
		if object.String(p.Node) != "" && !seen[p.Pointer] {
			seen[p.Pointer] = true
			all = append(all, p)
		}
	}
	for place := range table.Containers(r) {
		add(place.Child("image"))
	}
	for _, row := range table.Rows(r.GetGvk(), fields.Image) {
		for _, place := range row.Places(r.YNode()) {
			add(place)
		}
	}
	fields.Texts(r.YNode(), func(p fields.Place) bool {
		if kustomizeImages.MatchString(p.Pointer) {
			add(p)
		}
		return true
	})
	return all
}

// imageEdits returns the edits of the images in r that Kustomize does not replace.
func (e *Editor) imageEdits(r *resource.Resource) []Edit {
	if !e.images {
		return nil
	}
	var edits []Edit
	for _, place := range Images(r, e.table) {
		if !kustomizeImages.MatchString(place.Pointer) {
			edits = append(edits, Edit{Place: place, Image: object.String(place.Node)})
		}
	}
	return edits
}
