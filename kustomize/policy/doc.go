// Package policy decides which objects a preview can have.
//
// Previews share a cluster, and the author of a change controls the objects of its
// preview. So the package checks each object that Kustomize built, as a cluster reads it
// (closure.View). Mandatory rules are in secrets.go, objects.go and hooks.go. Everything else,
// which overlay.allow can turn off, is data: a row (rows.go) says which kind, field, annotation
// or label has an effect outside of the preview, and which word allows it. The rows are in
// table_*.go, by area;
// index.go and index_fields.go find them, and effects.go and fields.go apply them. hosts.go compares
// the hosts in the fields of package fields with those of the preview. A new rule is a row,
// with an object in testdata. docs/policy.md is written from the rows. Package kustomize
// sets the values of a preview in objects, and verifies them.
package policy
