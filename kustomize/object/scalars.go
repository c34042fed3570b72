package object

import (
	"bytes"

	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// Quoted is a string with arbitrary content. It is written in double quotes with
// escapes, so that every parser of YAML 1.1 or 1.2 reads the same string.
type Quoted string

// MarshalYAML implements yaml.Marshaler.
func (q Quoted) MarshalYAML() (any, error) {
	return &yaml.Node{Kind: yaml.ScalarNode, Tag: yaml.NodeTagString, Value: string(q), Style: yaml.DoubleQuotedStyle}, nil
}

// Append appends q as YAML on one line.
func (q Quoted) Append(out []byte) ([]byte, error) {
	if !IsASCII(string(q)) {
		return appendScalar(out, q)
	}
	out = append(out, '"')
	for i := range len(q) {
		if q[i] == '"' || q[i] == '\\' {
			out = append(out, '\\')
		}
		out = append(out, q[i])
	}
	return append(out, '"'), nil
}

// AppendString appends s as YAML on one line, with quotes only if they are necessary.
func AppendString(out []byte, s string) ([]byte, error) {
	if IsWord(s) {
		return append(out, s...), nil
	}
	return appendScalar(out, s)
}

func appendScalar(out []byte, scalar any) ([]byte, error) {
	text, err := Marshal(scalar)
	return append(out, bytes.TrimRight(text, "\n")...), err
}

// IsASCII reports whether s has only printable ASCII characters.
func IsASCII(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' {
			return false
		}
	}
	return true
}

// IsWord reports whether every YAML parser reads s without quotes as a string: it
// begins with a lower-case letter, has only lower-case letters, digits, dots, dashes
// and underscores, and is not a boolean or null of YAML 1.1 or 1.2.
func IsWord(s string) bool {
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

// Block is YAML in a string of other YAML. It is written as a literal block.
type Block struct{ content any }

// Multiline returns content as a Block.
func Multiline(content any) Block { return Block{content} }

// MarshalYAML implements yaml.Marshaler.
func (b Block) MarshalYAML() (any, error) {
	content, err := Marshal(b.content)
	if err != nil {
		return nil, err
	}
	return &yaml.Node{
		Kind: yaml.ScalarNode, Tag: yaml.NodeTagString, Style: yaml.LiteralStyle,
		Value: string(bytes.TrimRight(content, "\n")),
	}, nil
}
