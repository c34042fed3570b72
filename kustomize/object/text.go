package object

import (
	"regexp"
	"strings"
	"unicode"
)

// maxReason bounds the text of errors from other modules, in characters. Such errors
// quote complete objects.
const maxReason = 300

// userInfo matches the user and the password in URLs (RFC 3986, 3.2.1).
var userInfo = regexp.MustCompile(`://[^/\s]*@`)

// OneLine makes s safe for a terminal and a log: one line of at most 300 characters,
// without control characters, marks that change the direction of writing, and the user and the
// password of URLs.
func OneLine(s string) string {
	fields := strings.FieldsFunc(s, func(r rune) bool {
		return unicode.IsSpace(r) || unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r)
	})
	text := userInfo.ReplaceAllString(strings.Join(fields, " "), "://(redacted)@")
	return Shortened(strings.ToValidUTF8(text, "?"), maxReason)
}

// Shortened cuts s to n characters. The last of them is an ellipsis if s was longer.
func Shortened(s string, n int) string {
	if runes := []rune(s); len(runes) > n {
		return string(runes[:n-1]) + "…"
	}
	return s
}

// ShortName returns the name of a field for a message.
func ShortName(name string) string {
	const longest = 150
	return Shortened(OneLine(name), longest)
}

// Portable replaces everything that Kustomize can't print by U+FFFD: invalid UTF-8,
// U+007F to U+009F, and the noncharacters U+FFFE and U+FFFF. Kustomize prints through
// JSON that it reads as YAML 1.1 (JSONToYAML in sigs.k8s.io/yaml). There, these
// characters are errors or line breaks.
func Portable(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= '\u007F' && r <= '\u009F' || r == '\uFFFE' || r == '\uFFFF' {
			return '\uFFFD'
		}
		return r
	}, strings.ToValidUTF8(s, "\uFFFD"))
}

// WithoutControl returns s without characters that could mislead a terminal or a
// reader: control characters, line separators and marks that change the direction of
// writing, except the characters of keep. The result is Portable.
func WithoutControl(s, keep string) string {
	return Portable(strings.Map(func(r rune) rune {
		if unicode.In(r, unicode.Cc, unicode.Zl, unicode.Zp, unicode.Bidi_Control) && !strings.ContainsRune(keep, r) {
			return -1
		}
		return r
	}, s))
}

// Printable reports whether WithoutControl would not change s.
func Printable(s string) bool { return WithoutControl(s, "") == s }
