// Package closure reads kustomizations and the files that they refer to, and builds
// them in memory.
//
// Kustomize clones, downloads and runs the targets of some fields. So this package
// first reads and checks every file that a kustomization refers to, and gives only
// these files to Kustomize. It has all knowledge of Kustomize's fields, built-in
// plugins, file system, errors and output. View returns the built objects as a cluster reads
// them. The package does not know previews. Package kustomize/policy decides which objects are
// allowed.
package closure
