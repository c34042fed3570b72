// Package template has files and objects with placeholders, and fills in values.
//
// It exists because Kustomize reads a base again for each overlay, while the overlays
// of one set differ in strings alone: so files are written, and objects built, once
// with placeholders, and filled for each preview. This package knows how placeholders
// look, where they can be, and how values are written in their places. It does not
// know what the values mean: when a filled template is the same as what Kustomize
// would build is decided in kustomize (fillable.go).
package template
