package applications

import (
	"strings"
	"unicode/utf8"

	"github.com/previewset/previewset/internal/redact"
	"github.com/previewset/previewset/kustomize/object"
)

// maxMessage bounds a message, in bytes.
const maxMessage = 300

// line returns text of strangers as one line of visible characters, at most maxMessage bytes
// long, without a full stop and without credentials of URLs.
func line(text string) string {
	text = strings.Map(func(r rune) rune {
		if object.Invisible(r) && !strings.ContainsRune("\t\r\n", r) {
			return -1
		}
		return r
	}, text)
	text = strings.TrimRight(redact.Text(object.OneLine(text)), ". ")
	if len(text) <= maxMessage {
		return text
	}
	const ellipsis = "…"
	end := maxMessage - len(ellipsis)
	for !utf8.RuneStart(text[end]) {
		end--
	}
	return text[:end] + ellipsis
}

// withDetail returns "text: detail", or text if there is no detail.
func withDetail(text, detail string) string {
	if detail == "" {
		return line(text)
	}
	return line(text + ": " + detail)
}
