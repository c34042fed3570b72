package policy

import (
	"strings"

	"sigs.k8s.io/kustomize/api/resource"
)

// Refuses reports whether row alone refuses r.
func Refuses(row Row, r *resource.Resource, in Scope) bool {
	return len(newIndex([]Row{row}).objections(r, in)) > 0
}

// Reaches reports whether r has a place of row, with any value.
func Reaches(row Row, r *resource.Resource, in Scope) bool {
	row.Except = Values{}
	return Refuses(row, r, in)
}

// DefaultKinds returns the kinds that "default" stands for, in the order of the table.
func DefaultKinds() []string {
	var all []string
	for _, gvk := range listedByDefault {
		all = append(all, keyOf(gvk))
	}
	return all
}

// HarmlessAnnotations returns the rows of the table: keys, the pattern of their values, and the
// source.
func HarmlessAnnotations() [][3]string {
	var all [][3]string
	for _, row := range harmlessKeys {
		var keys []string
		for _, name := range strings.Fields(row.names) {
			keys = append(keys, row.domain+"/"+name)
		}
		values := ""
		if row.values != nil {
			values = row.values.String()
		}
		all = append(all, [3]string{strings.Join(keys, " "), values, row.source})
	}
	return all
}

// LabelsOfControllers returns the rows of the table: a key, and the source.
func LabelsOfControllers() [][2]string {
	var all [][2]string
	for _, row := range labelReaders {
		all = append(all, [2]string{row.key, row.source})
	}
	return all
}

// HasExceptions reports whether row accepts some values.
func HasExceptions(row Row) bool { return row.Except.have != nil }
