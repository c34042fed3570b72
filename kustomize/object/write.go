package object

import "fmt"

// MaxFileBytes is the maximum size of a file that is read or written, in bytes.
const MaxFileBytes = 1 << 20

// header is the first line of every written file.
const header = "# Written by previewset. Changes made here are lost.\n"

// Object is a Kubernetes object, or a patch of one.
type Object struct {
	APIVersion string            `yaml:"apiVersion"`
	Kind       string            `yaml:"kind"`
	Metadata   Metadata          `yaml:"metadata"`
	Data       map[string]Quoted `yaml:"data,omitempty"`
	Spec       any               `yaml:"spec,omitempty"`
}

// Metadata is the metadata of an Object.
type Metadata struct {
	Name        string            `yaml:"name"`
	Namespace   string            `yaml:"namespace,omitempty"`
	Labels      map[string]Quoted `yaml:"labels,omitempty"`
	Annotations map[string]Quoted `yaml:"annotations,omitempty"`
}

// WriteAll encodes contents as YAML files, by name. The error is CheckSize's error or
// the encoder's.
func WriteAll(contents map[string]any) (map[string][]byte, error) {
	files := make(map[string][]byte, len(contents))
	for name, content := range contents {
		out, err := Marshal(content)
		if err != nil {
			return nil, fmt.Errorf("write %s: %w", name, err)
		}
		out = append([]byte(header), out...)
		if err := CheckSize(name, out); err != nil {
			return nil, err
		}
		files[name] = out
	}
	return files, nil
}

// CheckSize returns an error if file, without its header, is larger than
// MaxFileBytes.
func CheckSize(name string, file []byte) error {
	if len(file)-len(header) > MaxFileBytes {
		return fmt.Errorf("%s would be larger than %d MiB", name, MaxFileBytes>>20)
	}
	return nil
}
