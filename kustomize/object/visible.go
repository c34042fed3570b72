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
// are in double quotes, with escapes, so that every parser reads the same strings. No string
// without quotes has a character that only looks like a space.
func Marshal(content any) ([]byte, error) { return marshal(content, yaml.CompactSequenceStyle) }

// MarshalWide is Marshal, and indents the items of sequences.
func MarshalWide(content any) ([]byte, error) { return marshal(content, yaml.WideSequenceStyle) }

func marshal(content any, style yaml.SequenceIndentStyle) ([]byte, error) {
	options := &yaml.EncoderOptions{SeqIndent: style}
	out, err := yaml.MarshalWithOptions(content, options)
	if err != nil || !strings.ContainsFunc(string(out), func(r rune) bool { return needsEscape(r) || isBlank(r) }) {
		return out, err
	}
	var document yaml.Node
	if err := yaml.Unmarshal(out, &document); err != nil {
		return nil, err
	}
	quote(&document)
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

// isBlank reports whether r looks like a space and is none. Without quotes, a reader takes a "#"
// after it for a comment, and does not see it at the end.
func isBlank(r rune) bool {
	const blankPattern = '\u2800' // of Braille
	return r == blankPattern || r >= utf8.RuneSelf && unicode.Is(unicode.Zs, r)
}

// quote lets n be written in double quotes wherever it needs escapes, or has blank characters
// without quotes.
func quote(n *yaml.Node) {
	if strings.ContainsFunc(n.Value, needsEscape) || n.Style == 0 && strings.ContainsFunc(n.Value, isBlank) {
		n.Style = yaml.DoubleQuotedStyle
	}
	for _, child := range n.Content {
		quote(child)
	}
}
