package components

import (
	"embed"
	"io/fs"
)

//go:embed */*.yaml
var files embed.FS

// FS returns the components. The root has a directory with the name of each component.
func FS() fs.FS { return files }
