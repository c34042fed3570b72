// Package template fills values into files and objects with placeholders.
//
// Kustomize reads a base again for each overlay, but the overlays of one set differ
// in strings only. So files are written and objects are built once with placeholders,
// and filled for each preview. This package defines the syntax of placeholders, where
// they can be, and how values are written in their place. It does not know the
// meaning of values: package kustomize decides when a filled template equals the
// output of Kustomize (fillable.go).
package template
