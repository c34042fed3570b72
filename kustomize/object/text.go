package object

import (
	"strings"
	"unicode"
)

// maxReason bounds what is shown of an error that somebody else worded, in
// characters. Such errors quote the objects that they are about.
const maxReason = 300

// OneLine returns s as it can be printed on a terminal: in one line of at most 300
// characters.
func OneLine(s string) string {
	fields := strings.FieldsFunc(s, func(r rune) bool {
		return unicode.IsSpace(r) || unicode.IsControl(r)
	})
	return Shortened(strings.ToValidUTF8(strings.Join(fields, " "), "?"), maxReason)
}

// Shortened returns s cut to n characters, with an ellipsis where it was cut.
func Shortened(s string, n int) string {
	if runes := []rune(s); len(runes) > n {
		return string(runes[:n-1]) + "…"
	}
	return s
}

// Portable returns s with U+FFFD for what Kustomize can't print: what is not
// UTF-8, U+007F to U+009F and the noncharacters U+FFFE and U+FFFF. It prints
// through JSON that it reads as YAML 1.1 (JSONToYAML in sigs.k8s.io/yaml), where
// those are errors, or a line break.
func Portable(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= '\u007F' && r <= '\u009F' || r == '\uFFFE' || r == '\uFFFF' {
			return '\uFFFD'
		}
		return r
	}, strings.ToValidUTF8(s, "\uFFFD"))
}

// WithoutControl returns s without what could mislead a terminal or a reader:
// control characters but those of keep, line separators and marks that change
// the direction of writing. The rest is Portable.
func WithoutControl(s, keep string) string {
	return Portable(strings.Map(func(r rune) rune {
		if unicode.In(r, unicode.Cc, unicode.Zl, unicode.Zp, unicode.Bidi_Control) && !strings.ContainsRune(keep, r) {
			return -1
		}
		return r
	}, s))
}

// Printable reports whether s has nothing that WithoutControl removes.
func Printable(s string) bool { return WithoutControl(s, "") == s }
