// Package object reads, describes and writes YAML objects, and makes text safe for
// labels, YAML and terminals.
//
// The other packages that render previews share it: they work on the YAML nodes that
// Kustomize built, and write the same kind of files. It has the code that applies to
// any object: where its pod is, how a string is quoted, how an error describes it.
// Package kustomize/policy decides which objects are allowed, kustomize sets the
// preview's values in them, and kustomize/closure reads the files.
package object
