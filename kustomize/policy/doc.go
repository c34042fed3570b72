// Package policy decides which objects a preview can have.
//
// Previews share a cluster, and the author of a change controls the objects of its
// preview. So the package checks each object that Kustomize built. Mandatory rules are
// in tags.go, secrets.go, objects.go and hooks.go. Waivable rules, which overlay.allow can turn
// off, are in kinds.go, access.go and fields.go. The kinds, fields and words are data
// in table_*.go. A new rule is a function, or a line of a table. Package kustomize
// sets the values of a preview in objects, and verifies them.
package policy
