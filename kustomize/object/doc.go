// Package object reads, names and writes YAML objects, and makes text safe for
// labels, YAML and terminals.
//
// It exists because all that renders previews works on the same YAML nodes that
// Kustomize built, and writes the same kind of files. What belongs here is true of
// any object: where its pod is, how a string is quoted, how an error names it. What
// an object may hold is in kustomize/policy, what a preview sets in it is in
// kustomize, and where files come from is in kustomize/closure.
package object
