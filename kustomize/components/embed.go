package components

import (
	"embed"
	"io/fs"
)

//go:embed */*.yaml
var files embed.FS

// FS returns the components: at its root a directory for each, by its name.
func FS() fs.FS { return files }
