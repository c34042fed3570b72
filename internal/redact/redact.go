package redact

import (
	"regexp"
	"strings"
	"unicode"
)

// Marker replaces a secret in a text.
const Marker = "(redacted)"

const (
	// maxBytes bounds a redacted text.
	maxBytes = 500
	// maxInput bounds the part of a text that is searched, in bytes.
	maxInput = 16 << 10
	// minSecret is the length of the shortest secret that a marker replaces, in
	// bytes. A reader could guess a shorter one from the word around the marker.
	minSecret = 4
	// minUser is the length of the shortest user name that counts as a secret, in
	// bytes: some forges accept a token as the user name.
	minUser = 8
	// ellipsis ends a truncated text.
	ellipsis = "…"
)

// Text returns text as one line of printable UTF-8, at most 500 bytes long, with
// Marker in place of each secret. It finds the forms of a secret that servers and Go's
// libraries print: plain, quoted, escaped for URLs, JSON and HTML, in hexadecimal and
// in base64 (also as a part of other encoded bytes), in upper and in lower case. If a
// match has less than 4 bytes, Text returns only Marker, because replacing a part would
// reveal the secret. Empty secrets are ignored.
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
		// The text can end within a secret.
		clean = clean[:max(0, len(clean)-margin)]
	}
	if len(clean)+len(end) > maxBytes {
		clean, end = clean[:maxBytes-len(ellipsis)], ellipsis
	}
	clean = strings.ToValidUTF8(clean, "") + end
	if len(find(clean, patterns)) > 0 {
		return Marker // a marker or the ellipsis completed a secret
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

// oneLine removes invalid UTF-8 and unprintable characters from text, and replaces each
// run of white space by one space. Secrets are searched for afterwards, because
// removing a character joins the characters around it.
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

// replace returns text with a marker for each run of bytes that patterns match. One
// marker replaces overlapping matches.
func replace(text string, patterns []*regexp.Regexp) string {
	secret := make([]bool, len(text))
	for _, match := range find(text, patterns) {
		if match[1]-match[0] < minSecret {
			return Marker
		}
		for i := match[0]; i < match[1]; i++ {
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
		for _, match := range p.FindAllStringIndex(text, -1) {
			if match[0] < match[1] {
				matches = append(matches, match)
			}
		}
	}
	return matches
}
