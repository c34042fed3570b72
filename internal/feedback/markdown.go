package feedback

import (
	"net/url"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/previewset/previewset/kustomize/object"
)

const (
	// maxInline bounds a value in a line, and maxBlock a folded message, in characters.
	maxInline, maxBlock = 300, 4000
	// maxURL bounds a URL, in bytes.
	maxURL = 2000
)

// visible makes s one line in which a reader sees every character. White space becomes one
// space, and each invisible character its escape.
func visible(s string) string {
	return escaped(strings.Join(strings.Fields(strings.ToValidUTF8(s, "\uFFFD")), " "), "")
}

// escaped replaces the invisible characters of s by their escapes, except those of keep.
func escaped(s, keep string) string {
	if !strings.ContainsFunc(s, object.Invisible) {
		return s
	}
	var b strings.Builder
	for _, r := range s {
		if object.Invisible(r) && !strings.ContainsRune(keep, r) {
			b.WriteString(object.Escape(r))
		} else {
			b.WriteRune(r)
		}
	}
	return b.String()
}

// code returns s as a code span (CommonMark 6.1), in which neither Markdown nor a forge
// interprets anything. It returns "" for an empty s.
func code(s string) string {
	s = object.Shortened(visible(s), maxInline)
	if s == "" {
		return ""
	}
	ticks := strings.Repeat("`", longestRun(s, '`')+1)
	if strings.HasPrefix(s, "`") || strings.HasSuffix(s, "`") {
		s = " " + s + " "
	}
	return ticks + s + ticks
}

// longestRun returns the length of the longest run of c in s.
func longestRun(s string, c rune) (longest int) {
	run := 0
	for _, r := range s {
		if run++; r != c {
			run = 0
		}
		longest = max(longest, run)
	}
	return longest
}

// plainWord matches a word that Markdown and forges show as it is, with the punctuation around
// it. A word with any other character can be a mention, a reference or a URL.
var plainWord = regexp.MustCompile(`^([("']*)(\pL+(?:['-]\pL+)*|\d+)([)"',;:!?.]*)$`)

// hashWord matches a word that can be the hash of a commit.
var hashWord = regexp.MustCompile(`^[0-9a-fA-F]{7,}$`)

// wordEnd matches the punctuation at the end of a word, which no code span needs.
var wordEnd = regexp.MustCompile(`[,;:.!?]+$`)

// bracketed matches a word in parentheses, with the punctuation after it.
var bracketed = regexp.MustCompile(`^\(([^()]+)(\)[,;:.!?]*)$`)

// inert returns s as text in which only code spans are Markdown: each word that is not plain
// is in one, without parentheses around it and the punctuation that follows it.
func inert(s string) string {
	var parts, strange []string
	flush := func() {
		if len(strange) > 0 {
			span := strings.Join(strange, " ")
			word := wordEnd.ReplaceAllString(span, "")
			if word == "" {
				word = span
			}
			parts, strange = append(parts, code(word)+span[len(word):]), nil
		}
	}
	for i, word := range strings.Fields(object.Shortened(visible(s), maxInline)) {
		match := plainWord.FindStringSubmatch(word)
		number := match != nil && i == 0 && unicode.IsDigit(rune(match[2][0])) // could be a list
		inner := bracketed.FindStringSubmatch(word)
		if inner != nil && match == nil {
			flush()
			parts = append(parts, "("+code(inner[1])+inner[2])
			continue
		}
		if match == nil || number || hashWord.MatchString(match[2]) {
			strange = append(strange, word)
			if wordEnd.MatchString(word) {
				flush()
			}
			continue
		}
		flush()
		parts = append(parts, word)
	}
	flush()
	return strings.Join(parts, " ")
}

// folded returns a fenced code block (CommonMark 4.5) with s, which a reader unfolds.
func folded(summary, s string) string {
	s = strings.ToValidUTF8(strings.ReplaceAll(s, "\r\n", "\n"), "\uFFFD")
	s = wrapped(object.Shortened(strings.TrimSpace(escaped(s, "\n\t")), maxBlock))
	fence := strings.Repeat("`", max(3, longestRun(s, '`')+1))
	return "<details><summary>" + summary + "</summary>\n\n" + fence + "text\n" + s + "\n" + fence + "\n\n</details>"
}

// wrapped breaks the long lines of s at spaces: forges do not wrap code blocks, and a remedy is
// usually at the end of a line.
func wrapped(s string) string {
	const width = 96 // characters
	lines := strings.Split(s, "\n")
	for i, line := range lines {
		var b strings.Builder
		used := 0
		for j, word := range strings.Split(line, " ") {
			length := utf8.RuneCountInString(word)
			switch {
			case j > 0 && used+1+length > width && length > 0:
				b.WriteString("\n    ")
				used = 4
			case j > 0:
				b.WriteString(" ")
				used++
			}
			b.WriteString(word)
			used += length
		}
		lines[i] = b.String()
	}
	return strings.Join(lines, "\n")
}

// webHost matches the host of a URL that is shown, with its port.
var webHost = regexp.MustCompile(`^[A-Za-z0-9.-]+(:[0-9]+)?$`)

// webURL returns raw if it is an http or https URL without credentials, and "" otherwise.
// Characters that Markdown, HTML or a browser could take for something else are
// percent-encoded (RFC 3986, 2.1).
func webURL(raw string) string {
	u, err := url.Parse(raw)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.User != nil || !webHost.MatchString(u.Host) || len(raw) > maxURL || !utf8.ValidString(raw) {
		return ""
	}
	const hex = "0123456789ABCDEF"
	var b strings.Builder
	for _, c := range []byte(raw) {
		if c < utf8.RuneSelf && (unicode.IsLetter(rune(c)) || unicode.IsDigit(rune(c)) || strings.IndexByte("-._~:/?#@!$&+,;=%", c) >= 0) {
			b.WriteByte(c)
		} else {
			b.Write([]byte{'%', hex[c>>4], hex[c&15]})
		}
	}
	return b.String()
}

// autolink returns a URL as a link that shows it (CommonMark 6.5), or "".
func autolink(raw string) string {
	if raw = webURL(raw); raw == "" {
		return ""
	}
	return "<" + raw + ">"
}

// link returns a link with a text that is Markdown, or "" without a valid URL.
func link(text, raw string) string {
	if raw = webURL(raw); raw == "" {
		return ""
	}
	return "[" + text + "](" + raw + ")"
}
