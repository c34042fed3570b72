package policy

import "sigs.k8s.io/kustomize/api/resource"

// Refuses reports whether row alone refuses r.
func Refuses(row Row, r *resource.Resource, in Scope) bool {
	return len(newIndex([]Row{row}).objections(r, in)) > 0
}

// Reaches reports whether r has a place of row, with any value.
func Reaches(row Row, r *resource.Resource, in Scope) bool {
	row.Except = Values{}
	return Refuses(row, r, in)
}

// HasExceptions reports whether row accepts some values.
func HasExceptions(row Row) bool { return row.Except.have != nil }
