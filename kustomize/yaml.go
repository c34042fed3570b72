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
		if len(out) > maxFileBytes {
			return nil, fmt.Errorf("%s would be larger than %d MiB", name, maxFileBytes>>20)
		}
		files[name] = append([]byte(header), out...)
	}
	return files, nil
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
