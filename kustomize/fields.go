package kustomize

import (
	"errors"
	"fmt"
	"slices"

	"sigs.k8s.io/kustomize/api/resource"

	"github.com/previewset/previewset/kustomize/fields"
	"github.com/previewset/previewset/kustomize/object"
)

// Field is a field of the objects of one kind.
type Field struct {
	// Group is the API group, "" for the core group.
	Group, Kind string
	// Path leads to the field, such as spec.domains[] or
	// metadata.annotations[acme.dev/host]; see fields.Path.
	Path string
	// Is describes the value: it is one of FieldValues.
	Is string
}

// FieldValues returns the valid values of Field.Is.
func FieldValues() []string {
	return []string{string(fields.Host), string(fields.Link), string(fields.Image), string(fields.Namespace), string(fields.Containers), string(fields.Kept)}
}

// row returns f as a row of the table of fields.
func (f Field) row() fields.Row {
	row := fields.Row{Group: f.Group, Kinds: []string{f.Kind}, Path: f.Path, Is: fields.Is(f.Is), Declared: true}
	if row.Is == fields.Link {
		row.Is, row.Form = fields.HostReference, fields.Text
	}
	return row
}

// isIn reports whether r has the field f with a value that overlays can set, or keep.
func (f Field) isIn(r *resource.Resource, table *fields.Table) bool {
	want := f.row()
	if gvk := r.GetGvk(); gvk.Group != f.Group || gvk.Kind != f.Kind {
		return false
	}
	for _, row := range table.Rows(r.GetGvk(), want.Is) {
		if row.Path != want.Path {
			continue
		}
		if slices.ContainsFunc(row.Places(r.YNode()), func(p fields.Place) bool {
			if want.Is == fields.Kept {
				return isKeepable(r, p.Node, table)
			}
			return p.Node == nil || object.IsMapping(p.Node) == (want.Is == fields.Containers) && object.Items(p.Node) == nil
		}) {
			return true
		}
	}
	return false
}

// otherGroup returns the group of an object that has the field f except for its group.
func (f Field) otherGroup(objects []*resource.Resource) (group string, found bool) {
	path, err := fields.ParsePath(f.Path)
	if err != nil {
		return "", false
	}
	for _, r := range objects {
		if gvk := r.GetGvk(); gvk.Kind == f.Kind && gvk.Group != f.Group && len(path.Places(r.YNode())) > 0 {
			return gvk.Group, true
		}
	}
	return "", false
}

// tableWith returns the table of fields with those of the set. The error joins all
// problems.
func tableWith(own []Field) (*fields.Table, error) {
	var rows []fields.Row
	var errs []error
	for i, f := range own {
		if f.Kind == "" {
			errs = append(errs, fmt.Errorf("fields[%d].kind: is missing", i))
		}
		if !slices.Contains(FieldValues(), f.Is) {
			errs = append(errs, fmt.Errorf("fields[%d].is: %q is not one of %v", i, f.Is, FieldValues()))
		}
		if _, err := fields.ParsePath(f.Path); err != nil {
			errs = append(errs, fmt.Errorf("fields[%d].path: %w", i, err))
		}
		rows = append(rows, f.row())
	}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	return fields.NewTable(rows)
}
