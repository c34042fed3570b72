package kustomize

import (
	"sigs.k8s.io/kustomize/api/resource"

	"github.com/previewset/previewset/kustomize/object"
)

// checkImages refuses entries that match no image of the base. It refuses an entry of a base
// with components only if objects, which are built, also do not have its image. objects are
// nil for an overlay that is not built.
func (b *Base) checkImages(unmatched []unmatchedImage, objects []*resource.Resource) error {
	if len(unmatched) == 0 || objects == nil && len(b.renderer.components) > 0 {
		return nil
	}
	built := imagesInAll(objects, b.renderer.table)
	var errs []error
	for _, u := range unmatched {
		//promise:image-entries-match
		if len(b.renderer.components) == 0 || !u.isIn(built) {
			reason, fix := u.problem(b.facts.images)
			if row := b.rowOfImage(u); row != "" {
				fix = row
			}
			errs = append(errs, &object.RefusedError{Path: b.renderer.base, Reason: reason, Fix: fix})
		}
	}
	return object.Joined(errs)
}

// rowOfImage returns the remedy that adds the field of the base with the image of u to
// overlay.fields; "" if no text of the base is this image.
func (b *Base) rowOfImage(u unmatchedImage) string {
	matcher := newImageMatcher(string(u.Name))
	for _, r := range b.facts.objects {
		if b.renderer.scope("").IsAdmin(r) {
			continue
		}
		if row := b.facts.editor.RowForImage(r, matcher.matches); row != "" {
			return row
		}
	}
	return ""
}
