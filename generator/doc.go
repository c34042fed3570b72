// Package generator is the domain of previewset: what a repository has open
// (Change), which of it gets a preview (Selection), what a preview is called
// (Preview) and what Argo CD is told about it (Params).
//
// It knows no technology. Adapters of forges implement Source; nothing here
// does I/O.
package generator
