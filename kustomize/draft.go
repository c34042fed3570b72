package kustomize

import (
	"bytes"
	"fmt"
	"maps"
	"path"
	"slices"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/generator/naming"
	"github.com/previewset/previewset/kustomize/closure"
	"github.com/previewset/previewset/kustomize/object"
	"github.com/previewset/previewset/kustomize/template"
)

// draft is an overlay with its sources.
type draft struct {
	files    map[string][]byte
	content  content
	values   []string
	template *overlayTemplate // nil for none
}

// draft returns the overlay of p for dir. The error is a *object.BuildError, or joined
// *object.RefusedErrors.
func (b *Base) draft(p generator.Preview, dir string) (draft, error) {
	if err := b.checkDir(dir); err != nil {
		return draft{}, err
	}
	if err := checkNames(p.Names, b.renderer.admin, dir); err != nil {
		return draft{}, err
	}
	c, err := b.content(p, dir)
	if err != nil {
		return draft{}, &object.BuildError{Path: b.renderer.base, Reason: object.OneLine(err.Error())}
	}
	if err := b.checkImages(c.unmatched, nil); err != nil {
		return draft{}, err
	}
	key, values := c.split()
	d := draft{content: c, values: values}
	d.template = b.templates.get(key, func() *overlayTemplate { return b.newTemplate(c, values) })
	if d.template != nil {
		d.files, err = d.template.files.Fill(values)
	} else {
		d.files, err = b.write(c)
	}
	if err != nil {
		return draft{}, &object.BuildError{Path: dir, Reason: object.OneLine(err.Error())}
	}
	maps.Copy(d.files, b.library)
	return d, nil
}

// checkDir checks that dir can be an entry's directory.
func (b *Base) checkDir(dir string) error {
	if dir == "." || dir != path.Clean(dir) || !closure.IsDirectory(dir) {
		return &object.BuildError{Path: object.OneLine(dir), Reason: "is not a directory below the repository's root"}
	}
	for _, other := range b.dirs {
		if closure.Within(dir, other) || closure.Within(other, dir) {
			return &object.BuildError{Path: dir, Reason: "neither the entry nor the base can contain the other: the base uses " + other}
		}
	}
	return nil
}

// checkNames checks the names that are written into overlays without quotes or escapes.
func checkNames(n generator.Names, admin, dir string) error {
	reason := ""
	switch {
	case !object.IsNamespaceName(n.Namespace):
		reason = fmt.Sprintf("%q is not a valid namespace", object.OneLine(n.Namespace))
	case n.Namespace == admin:
		reason = fmt.Sprintf("the preview's namespace would be the administration namespace, %q", admin)
	case !object.IsHost(n.Host):
		reason = fmt.Sprintf("%q is not a valid host", object.OneLine(n.Host))
	case !naming.IsSchema(n.DBSchema):
		reason = fmt.Sprintf("%q is not a valid schema", object.OneLine(n.DBSchema))
	default:
		return nil
	}
	return &object.BuildError{Path: dir, Reason: reason}
}

// newTemplate returns the template of the overlays with the key of c. values are the
// values of c. It returns nil if filling the template with values does not give the
// overlay of c, for example because a value looks like a placeholder.
func (b *Base) newTemplate(c content, values []string) *overlayTemplate {
	files, err := b.write(c.withPlaceholders())
	if err != nil {
		return nil
	}
	o := &overlayTemplate{files: template.NewFiles(files)}
	filled, err := o.files.Fill(values)
	written, writeErr := b.write(c)
	if err != nil || writeErr != nil || !maps.EqualFunc(filled, written, bytes.Equal) {
		return nil
	}
	return o
}

// recordBuild records that Kustomize built d with the result objects. At the second build of a
// template, it builds the template's objects; not at the first build, because most
// syncs have one new preview. It keeps the template's objects if filling them gives
// objects.
func (b *Base) recordBuild(d draft, objects []closure.Object) {
	if d.template.built.Add(1) != 2 {
		return
	}
	if objectsTemplate := b.newObjects(d); objectsTemplate != nil && sameObjects(objectsTemplate.Fill(d.values), objects) {
		d.template.objects.Store(objectsTemplate)
	}
}

// newObjects builds the overlay of d with placeholders. It returns nil if the overlay
// does not build or the result can't be filled.
func (b *Base) newObjects(d draft) *template.Objects {
	placeholders := make([]string, len(d.values))
	for i := range placeholders {
		placeholders[i] = template.Placeholder(i)
	}
	files, err := d.template.files.Fill(placeholders)
	if err != nil {
		return nil
	}
	built, err := b.files.Build(d.content.dir, files)
	if err != nil {
		return nil
	}
	read := closure.View(built.Resources())
	for _, r := range closure.Resources(read) {
		// The namespace is the first value.
		if !object.IsNamespace(r) && r.GetNamespace() != template.Placeholder(0) {
			return nil // some previews could share this namespace, and others not
		}
	}
	objects, _ := template.NewObjects(read)
	return objects
}

// sameObjects reports whether a and b are the same for a cluster.
func sameObjects(a, b []closure.Object) bool {
	return slices.EqualFunc(a, b, closure.Object.Equal)
}
