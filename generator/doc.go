// Package generator is the domain of previewset: what a repository has open
// (Change), which of it gets a preview (Selection), what makes two previews the same
// (Origin), what a preview is called (Preview) and which parameters Argo CD gets
// (Params).
//
// It knows no technology. Adapters of forges implement Source; nothing here
// does I/O.
package generator
