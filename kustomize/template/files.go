package template

import (
	"fmt"

	"github.com/previewset/previewset/kustomize/object"
)

// Files are YAML files with placeholders, by name. They are safe for concurrent use.
type Files struct {
	parts map[string][]part
}

// NewFiles returns a template of files with placeholders.
func NewFiles(files map[string][]byte) Files {
	f := Files{make(map[string][]part, len(files))}
	for name, content := range files {
		f.parts[name] = split(string(content))
	}
	return f
}

// Fill returns the files with values in place of their placeholders. The error is
// object.CheckSize's error or the YAML encoder's.
func (f Files) Fill(values []string) (map[string][]byte, error) {
	files := make(map[string][]byte, len(f.parts))
	for name, parts := range f.parts {
		out, err := yamlOf(parts, values)
		if err != nil {
			return nil, fmt.Errorf("write %s: %w", name, err)
		}
		if err := object.CheckSize(name, out); err != nil {
			return nil, err
		}
		files[name] = out
	}
	return files, nil
}
