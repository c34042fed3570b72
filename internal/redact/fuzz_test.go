package redact_test

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"html"
	"math/rand/v2"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/previewset/previewset/internal/redact"
)

// formsOf returns the forms of secret that servers and Go's libraries print. It shares
// no code with the package, so that it checks the package independently.
func formsOf(secret string) []string {
	quoted, ascii, path := strconv.Quote(secret), strconv.QuoteToASCII(secret), url.PathEscape(secret)
	inJSON, _ := json.Marshal(secret)
	forms := []string{
		secret, quoted[1 : len(quoted)-1], ascii[1 : len(ascii)-1], string(inJSON[1 : len(inJSON)-1]),
		url.QueryEscape(secret), path, lowerEscapes(path),
		url.User(secret).String(), (&url.URL{Path: "/" + secret}).EscapedPath()[1:], html.EscapeString(secret),
		strconv.Quote(quoted[1 : len(quoted)-1])[1:], url.QueryEscape(path), strings.ReplaceAll(secret, "/", `\/`),
	}
	if len(secret) < 4 {
		return forms
	}
	forms = append(forms, hex.EncodeToString([]byte(secret)), fmt.Sprintf("%X", secret))
	for lead := range 3 {
		padded := strings.Repeat("u", lead) + secret
		groups := []byte(padded[:len(padded)/3*3])
		for _, encoding := range []*base64.Encoding{base64.StdEncoding, base64.URLEncoding} {
			core := encoding.EncodeToString(groups)[[]int{0, 4, 4}[lead]:]
			if len(core) >= 4 {
				forms = append(forms, core, url.QueryEscape(core))
			}
		}
	}
	return forms
}

// lowerEscapes returns an escaped path with lower-case hexadecimal digits.
func lowerEscapes(path string) string {
	var out strings.Builder
	for path != "" {
		size := 1
		if path[0] == '%' {
			size = 3
			out.WriteString(strings.ToLower(path[:size]))
		} else {
			out.WriteByte(path[0])
		}
		path = path[size:]
	}
	return out.String()
}

// shown returns the text that a reader sees of s on one line.
func shown(s string) string {
	var out strings.Builder
	for _, r := range strings.ToValidUTF8(s, "") {
		if unicode.IsSpace(r) {
			out.WriteByte(' ')
		} else if unicode.IsPrint(r) {
			out.WriteRune(r)
		}
	}
	return strings.Join(strings.Fields(out.String()), " ")
}

// check fails if the redacted text around a form of secret shows any form of secret.
func check(t *testing.T, before, after, secret, other string) {
	t.Helper()
	for _, form := range formsOf(secret) {
		// A space separates invalid UTF-8 at the end of a part from the next part.
		text := before + " " + form + " " + after
		got := redact.Text(text, other, secret)
		if !utf8.ValidString(got) || len(got) > 500 || strings.ContainsFunc(got, func(r rune) bool { return !unicode.IsPrint(r) }) {
			t.Fatalf("got %q, want one bounded printable line", got)
		}
		for _, form := range formsOf(secret) {
			form = shown(form)
			if form == "" || strings.Contains(redact.Marker, form) { //nolint:gocritic // a part of the marker is no leak
				continue
			}
			if strings.Contains(got, form) {
				t.Fatalf("%q of secret %q is in %q, from %q with other %q", form, secret, got, text, other)
			}
		}
	}
}

// TestTextHidesEveryForm tries random secrets of characters that encodings escape.
func TestTextHidesEveryForm(t *testing.T) {
	const seed = 7
	random := rand.New(rand.NewPCG(seed, seed))
	alphabet := []string{
		"a", "B", "7", "canary", "-", "_", ".", "~", "%", "%2", "25", "+", "/", "=", "&", "amp;", "#", "<", `"`, "'", `\`, `\x`, "?", ":", "@", "$", ",", ";",
		" ", "\t", "\n", "\x00", "\x1b", "\x7f", "\u0085", "é", "€", "😀", "\u200b", "\u202e", "\ufffd", "\xff", "\xe2\x82", "(redacted)",
	}
	word := func(most int) string {
		var out strings.Builder
		for range 1 + random.IntN(most) {
			out.WriteString(alphabet[random.IntN(len(alphabet))])
		}
		return out.String()
	}
	for range 100 {
		secret := word(12)
		check(t, word(6), word(6), secret, secret[:random.IntN(len(secret))]+word(3))
	}
}

func FuzzText(f *testing.F) {
	f.Add("sent ", " and more", "canary~token?>>1/&\"%zz+", "canary")
	f.Add("\x00", "\xff", "a\nb", "\u200b")
	f.Fuzz(func(t *testing.T, before, after, secret, other string) {
		if len(secret) <= 1000 && len(other) <= 1000 && len(before)+len(after) <= 100_000 {
			check(t, before, after, secret, other)
		}
	})
}
