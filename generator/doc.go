// Package generator is the domain of previewset: the open pull requests and branches
// of a repository (Change), the rules that select changes for previews (Selection),
// the identity of a preview (Origin), its names (Preview) and the parameters that
// Argo CD gets (Params).
//
// The package depends on no technology and does no I/O. Adapters for forges implement
// Source.
package generator
