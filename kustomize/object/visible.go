package object

import (
	"bytes"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// Invisible reports whether a reader can't see r: control and format characters, such as
// those that change the direction of text, separators of lines and paragraphs, and all that
// a program does not draw if it does not know them (Default_Ignorable_Code_Point in Unicode's
// DerivedCoreProperties.txt, such as variation selectors, tags and Hangul fillers).
func Invisible(r rune) bool {
	return unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector)
}

// Escape returns the escape of r in the double quotes of YAML 1.1 and 1.2: \u202E or
// \U000E0041.
func Escape(r rune) string {
	if r > 0xffff {
		return fmt.Sprintf(`\U%08X`, r)
	}
	return fmt.Sprintf(`\u%04X`, r)
}

// Marshal encodes content as YAML in which every character is visible. Strings with others
// are in double quotes, with escapes, so that every parser reads the same strings.
func Marshal(content any) ([]byte, error) { return marshal(content, yaml.CompactSequenceStyle) }

// MarshalWide is Marshal, and indents the items of sequences.
func MarshalWide(content any) ([]byte, error) { return marshal(content, yaml.WideSequenceStyle) }

func marshal(content any, style yaml.SequenceIndentStyle) ([]byte, error) {
	options := &yaml.EncoderOptions{SeqIndent: style}
	out, err := yaml.MarshalWithOptions(content, options)
	if err != nil || !hasInvisible(string(out)) {
		return out, err
	}
	var document yaml.Node
	if err := yaml.Unmarshal(out, &document); err != nil {
		return nil, err
	}
	quoteInvisible(&document)
	if out, err = yaml.MarshalWithOptions(&document, options); err != nil {
		return nil, err
	}
	var escaped bytes.Buffer
	for _, r := range string(out) {
		if needsEscape(r) {
			escaped.WriteString(Escape(r))
		} else {
			escaped.WriteRune(r)
		}
	}
	return escaped.Bytes(), nil
}

// needsEscape reports whether r is an invisible character that the encoder does not escape
// itself. Those of ASCII are line breaks and tabs.
func needsEscape(r rune) bool { return r >= utf8.RuneSelf && Invisible(r) }

func hasInvisible(text string) bool { return strings.ContainsFunc(text, needsEscape) }

// quoteInvisible lets n be written in double quotes wherever it has invisible characters.
func quoteInvisible(n *yaml.Node) {
	if n.Kind == yaml.ScalarNode && hasInvisible(n.Value) {
		n.Style = yaml.DoubleQuotedStyle
	}
	for _, child := range n.Content {
		quoteInvisible(child)
	}
}
