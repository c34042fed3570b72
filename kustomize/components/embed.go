// Package components holds the built-in Kustomize components: a directory for
// each, with its kustomization.yaml, for people to read, use and copy. A
// component says in its kustomization's annotations which parameters it takes.
package components

import (
	"embed"
	"io/fs"
)

//go:embed */*.yaml
var files embed.FS

// FS returns the components: at its root a directory for each, by its name.
func FS() fs.FS { return files }
