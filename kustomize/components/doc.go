// Package components has the library of built-in Kustomize components. Each component is
// a directory with a kustomization.yaml, for users to read, use and copy. The annotations
// of the kustomization declare the parameters of the component.
//
// The package embeds the library in the binary. Package kustomize selects components for
// a set and passes parameters to them.
package components
