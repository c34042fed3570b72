package template

import (
	"fmt"

	"github.com/previewset/previewset/kustomize/object"
)

// Files are YAML files with placeholders, by name. They are safe for concurrent use.
type Files struct {
	parts map[string][]part
}

// NewFiles returns the template for files that have placeholders in them.
func NewFiles(files map[string][]byte) Files {
	f := Files{make(map[string][]part, len(files))}
	for name, content := range files {
		f.parts[name] = split(string(content))
	}
	return f
}

// Fill returns the files with values in the places of their placeholders. The error
// is that of object.CheckSize, or says what can't be YAML.
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
