package kustomize

import (
	"maps"

	"github.com/previewset/previewset/kustomize/closure"
)

// Base is what the overlays of one set are built on: the base and its
// components at one commit. It is safe for concurrent use.
type Base struct {
	renderer *Renderer
	files    *closure.Closure
	// dirs are those that have a kustomization.
	dirs   []string
	inputs map[string]string
	// library are the files of the built-in components, by their path in an
	// entry, and declared the parameters that any component takes.
	library  map[string][]byte
	declared declarations
	facts    facts
	// templates are used for files always, and for objects where it is fillable.
	templates templates
	fillable  bool
}

// Inputs returns what the overlays are built on: by path, the Git hash of the
// base's directory, of each component's, and of every file and directory
// outside of them that they refer to.
func (b *Base) Inputs() map[string]string { return maps.Clone(b.inputs) }
