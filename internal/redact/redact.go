package redact

import (
	"regexp"
	"strings"
	"unicode"
)

// Marker stands in a text where a secret was.
const Marker = "(redacted)"

const (
	// maxBytes bounds a cleaned text.
	maxBytes = 500
	// maxInput bounds how much of a text is searched, in bytes.
	maxInput = 16 << 10
	// minSecret is the length of the shortest secret that a marker replaces, in
	// bytes. A marker in place of a shorter one would let a reader guess it from
	// the word around it.
	minSecret = 4
	// minUser is the length from which a user name counts as a secret, in bytes:
	// some forges take a token as the user name.
	minUser = 8
	// ellipsis ends a text that was cut.
	ellipsis = "…"
)

// Text returns text as one line of printable UTF-8, at most 500 bytes long, with
// Marker in place of each secret. It finds a secret in the forms in which servers
// and Go's libraries repeat it: plain, quoted, escaped for URLs, JSON and HTML, in
// hexadecimal and in base64, also as a part of other encoded bytes, in upper and in
// lower case. A match of less than 4 bytes turns all of the text into Marker, because a
// replaced part would reveal it. Empty secrets are ignored.
func Text(text string, secrets ...string) string {
	var patterns []*regexp.Regexp
	margin := 0
	for _, secret := range secrets {
		if secret == "" {
			continue
		}
		p, err := pattern(secret)
		if err != nil {
			return Marker // the secret is too long to search for
		}
		patterns = append(patterns, p)
		margin = max(margin, maxGrowth*len(secret))
	}
	end := ""
	if len(text) > maxInput+margin {
		text, end = text[:maxInput+margin], ellipsis
	}
	clean := replace(oneLine(text), patterns)
	if end != "" {
		// The last bytes can be the first part of a secret.
		clean = clean[:max(0, len(clean)-margin)]
	}
	if len(clean)+len(end) > maxBytes {
		clean, end = clean[:maxBytes-len(ellipsis)], ellipsis
	}
	clean = strings.ToValidUTF8(clean, "") + end
	if len(find(clean, patterns)) > 0 {
		return Marker // a marker or the ellipsis completes a secret
	}
	return clean
}

// Basic returns the secrets of HTTP basic authentication: the password, the
// credential that has both parts, and a user name that can be a token.
func Basic(user, password string) []string {
	if user == "" && password == "" {
		return nil
	}
	secrets := []string{user + ":" + password, password}
	if len(user) >= minUser || password == "" {
		secrets = append(secrets, user)
	}
	return secrets
}

// oneLine returns text without invalid UTF-8 and unprintable characters, and with
// one space for each run of white space. The characters around an unprintable one
// become neighbours, so secrets are searched for after this.
func oneLine(text string) string {
	text = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case !unicode.IsPrint(r):
			return -1
		}
		return r
	}, strings.ToValidUTF8(text, ""))
	return strings.Join(strings.Fields(text), " ")
}

// replace returns text with a marker for each run of bytes that patterns match.
// Matches can overlap: the marker replaces all of them.
func replace(text string, patterns []*regexp.Regexp) string {
	secret := make([]bool, len(text))
	for _, at := range find(text, patterns) {
		if at[1]-at[0] < minSecret {
			return Marker
		}
		for i := at[0]; i < at[1]; i++ {
			secret[i] = true
		}
	}
	var out strings.Builder
	for i := range len(text) {
		switch {
		case !secret[i]:
			out.WriteByte(text[i])
		case i == 0 || !secret[i-1]:
			out.WriteString(Marker)
		}
	}
	return out.String()
}

// find returns the start and end of each match that is not empty.
func find(text string, patterns []*regexp.Regexp) (matches [][]int) {
	for _, p := range patterns {
		for _, at := range p.FindAllStringIndex(text, -1) {
			if at[0] < at[1] {
				matches = append(matches, at)
			}
		}
	}
	return matches
}
