// Package closure reads what kustomizations refer to, and builds them in memory.
//
// It exists because Kustomize itself clones, downloads and runs what a field names:
// everything that a kustomization refers to is read and checked here first, and only
// what was read is given to Kustomize. So this package has all that is known of
// Kustomize's fields, built-in plugins, file system and errors. It does not know
// previews, and what the built objects may hold is in kustomize/policy.
package closure
