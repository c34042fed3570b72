package kustomize

import (
	"bytes"
	"fmt"

	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// header is the first line of every file.
const header = "# Written by previewset. Changes made here are lost.\n"

// quoted is a string of which nothing is known. It is written between double
// quotes, with escapes, so that every YAML parser, of 1.1 or 1.2, reads the
// same string.
type quoted string

// MarshalYAML implements yaml.Marshaler.
func (q quoted) MarshalYAML() (any, error) {
	return &yaml.Node{Kind: yaml.ScalarNode, Tag: yaml.NodeTagString, Value: string(q), Style: yaml.DoubleQuotedStyle}, nil
}

// block is YAML in YAML, written as a literal block.
type block struct{ content any }

// multiline returns content as a block.
func multiline(content any) block { return block{content} }

// MarshalYAML implements yaml.Marshaler.
func (b block) MarshalYAML() (any, error) {
	content, err := yaml.Marshal(b.content)
	if err != nil {
		return nil, err
	}
	return &yaml.Node{
		Kind: yaml.ScalarNode, Tag: yaml.NodeTagString, Style: yaml.LiteralStyle,
		Value: string(bytes.TrimRight(content, "\n")),
	}, nil
}

// writeAll returns contents as YAML files, of at most maxFileBytes each.
func writeAll(contents map[string]any) (map[string][]byte, error) {
	files := make(map[string][]byte, len(contents))
	for name, content := range contents {
		out, err := yaml.Marshal(content)
		if err != nil {
			return nil, fmt.Errorf("write %s: %w", name, err)
		}
		out = append([]byte(header), out...)
		if err := checkSize(name, out); err != nil {
			return nil, err
		}
		files[name] = out
	}
	return files, nil
}

func checkSize(name string, file []byte) error {
	if len(file)-len(header) > maxFileBytes {
		return fmt.Errorf("%s would be larger than %d MiB", name, maxFileBytes>>20)
	}
	return nil
}

// appendYAML appends a scalar as it is written on one line.
func appendYAML(out []byte, scalar any) ([]byte, error) {
	text, err := yaml.Marshal(scalar)
	return append(out, bytes.TrimRight(text, "\n")...), err
}

// appendQuoted appends what isASCII as quoted is written.
func appendQuoted(out []byte, s string) []byte {
	out = append(out, '"')
	for i := range len(s) {
		if s[i] == '"' || s[i] == '\\' {
			out = append(out, '\\')
		}
		out = append(out, s[i])
	}
	return append(out, '"')
}

// isASCII reports whether s has printable characters of ASCII alone.
func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' {
			return false
		}
	}
	return true
}

// isWord reports whether s is a string to every YAML parser without quotes: lower
// case letters, digits, dots, dashes and underscores after a letter, and none of
// the words of YAML 1.1 and 1.2.
func isWord(s string) bool {
	switch s {
	case "", "true", "false", "null", "yes", "no", "on", "off", "y", "n":
		return false
	}
	for i := range len(s) {
		switch c := s[i]; {
		case c >= 'a' && c <= 'z':
		case i > 0 && (c >= '0' && c <= '9' || c == '.' || c == '-' || c == '_'):
		default:
			return false
		}
	}
	return true
}

// object is a Kubernetes object, or a patch of one.
type object struct {
	APIVersion string            `yaml:"apiVersion"`
	Kind       string            `yaml:"kind"`
	Metadata   metadata          `yaml:"metadata"`
	Data       map[string]quoted `yaml:"data,omitempty"`
	Spec       any               `yaml:"spec,omitempty"`
}

type metadata struct {
	Name        string            `yaml:"name"`
	Namespace   string            `yaml:"namespace,omitempty"`
	Labels      map[string]quoted `yaml:"labels,omitempty"`
	Annotations map[string]quoted `yaml:"annotations,omitempty"`
}
