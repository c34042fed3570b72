// Package components holds the built-in Kustomize components: a directory for each,
// with its kustomization.yaml, for people to read, use and copy. A component says in
// its kustomization's annotations which parameters it takes.
//
// It exists so that the library is in the binary. What a set chooses, and how
// parameters reach a component, belongs to package kustomize.
package components
