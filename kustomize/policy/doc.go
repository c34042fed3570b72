// Package policy says what the objects of a preview may be.
//
// It exists because previews share a cluster, and whoever opens a change decides
// what is in it. It judges what Kustomize built, object by object: the laws, which
// nothing lets through, are in tags.go, objects.go and hooks.go, the rules, which overlay.allow
// can let through, in kinds.go, access.go and fields.go. The kinds, fields and words
// that they know are data: table_*.go. A new rule is a function, or a line of a table.
// What an overlay sets in objects, and whether it is there, does not belong here but in
// kustomize.
package policy
