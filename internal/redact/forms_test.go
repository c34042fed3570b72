package redact_test

import (
	"encoding/json"
	"fmt"
	"html"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/previewset/previewset/internal/redact"
)

// formsOfCharacter returns a character as programs escape it, by the name of the form.
func formsOfCharacter(c rune) map[string]string {
	s := string(c)
	quoted, ascii := strconv.Quote(s), strconv.QuoteToASCII(s)
	inJSON, _ := json.Marshal(s)
	var inBytes, inPercent, inUTF16 strings.Builder
	for _, b := range []byte(s) {
		fmt.Fprintf(&inBytes, `\x%02x`, b)
		fmt.Fprintf(&inPercent, "%%%02x", b)
	}
	for _, unit := range utf16.Encode([]rune{c}) {
		fmt.Fprintf(&inUTF16, `\u%04x`, unit)
	}
	forms := map[string]string{
		"plain": s, "Go": quoted[1 : len(quoted)-1], "Go in ASCII": ascii[1 : len(ascii)-1], "JSON": string(inJSON[1 : len(inJSON)-1]),
		"bytes": inBytes.String(), "percent, lower case": inPercent.String(), "percent": strings.ToUpper(inPercent.String()),
		"UTF-16": inUTF16.String(), "UTF-16, upper case": strings.ReplaceAll(strings.ToUpper(inUTF16.String()), `\U`, `\u`),
		"HTML": html.EscapeString(s), "HTML, decimal": fmt.Sprintf("&#%d;", c),
		"HTML, hexadecimal": fmt.Sprintf("&#x%x;", c), "HTML, upper case": fmt.Sprintf("&#x%X;", c),
		"query": url.QueryEscape(s), "path": url.PathEscape(s), "backslash": `\` + s,
	}
	if c == '"' {
		forms["HTML, by name"] = "&quot;"
	}
	return forms
}

// TestFormsOfEachCharacter escapes each character that needs it, once and twice.
func TestFormsOfEachCharacter(t *testing.T) {
	t.Parallel()
	characters := []rune{'é', '€', '😀'}
	for c := rune(' '); c < 0x7f; c++ {
		if !strings.ContainsRune("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", c) {
			characters = append(characters, c)
		}
	}
	for _, c := range characters {
		secret := "canary" + string(c) + "token"
		for name, form := range formsOfCharacter(c) {
			for place, text := range map[string]string{
				"once":     form,
				"in JSON":  strings.ReplaceAll(form, `\`, `\\`),
				"in a URL": strings.ReplaceAll(form, "%", "%25"),
				"in HTML":  strings.ReplaceAll(form, "&", "&amp;"),
			} {
				if got := redact.Text("sent canary"+text+"token.", secret); got != "sent "+redact.Marker+"." {
					t.Errorf("%q, %s, %s: got %q, want the secret redacted", c, name, place, got)
				}
			}
		}
	}
}
