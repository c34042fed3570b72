package redact

import (
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"html"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// maxGrowth bounds the bytes of a form for each byte of the secret. It leaves room for
// a character that was escaped twice.
const maxGrowth = 12

// pattern returns an expression for secret in all of its forms. It ignores case:
// servers return hosts and media types in lower case. It fails if the expression is
// too large, which requires a secret of many kilobytes.
func pattern(secret string) (*regexp.Regexp, error) {
	forms := []string{escapedPattern(secret)}
	if len(secret) >= minSecret {
		forms = append(forms, hex.EncodeToString([]byte(secret)))
	}
	// The groups before and after a core can contain bits of the secret.
	const group = "[A-Za-z0-9+/_-]{0,4}"
	for _, core := range base64Cores(secret) {
		core = strings.NewReplacer("+", "(?:-|"+characterPattern("+")+")", "/", "(?:_|"+characterPattern("/")+")").Replace(core)
		forms = append(forms, group+core+group+"=*")
	}
	p, err := regexp.Compile("(?i)" + strings.Join(forms, "|"))
	if err == nil {
		p.Longest()
	}
	return p, err
}

// base64Cores returns the base64 characters that depend on secret alone, for each of
// its three positions in groups of three bytes. A core consists of complete groups of
// characters, or if there are none, of all characters that are certain. Cores of less
// than minSecret characters are left out: they are part of many words.
func base64Cores(secret string) (cores []string) {
	for lead := range 3 {
		encoded := base64.RawStdEncoding.EncodeToString([]byte("xx"[:lead] + secret))
		first, end := (lead*8+5)/6, (lead+len(secret))*8/6
		if start, stop := (first+3)/4*4, end/4*4; start < stop {
			first, end = start, stop
		}
		if end-first >= minSecret {
			cores = append(cores, encoded[first:end])
		}
	}
	return cores
}

// escapedPattern returns an expression for secret with any of its characters escaped.
func escapedPattern(secret string) string {
	var out strings.Builder
	for secret != "" {
		_, size := utf8.DecodeRuneInString(secret)
		out.WriteString(characterPattern(secret[:size]))
		secret = secret[size:]
	}
	return out.String()
}

// characterPattern returns an expression for c, a character or a byte that is not
// UTF-8. It matches c as oneLine returns it, and as Go, C, JSON, URLs and HTML escape
// it, once or several times. ASCII letters and digits are never escaped.
func characterPattern(c string) string {
	r, _ := utf8.DecodeRuneInString(c)
	if r < utf8.RuneSelf && (r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z') {
		return c
	}
	ascii := strconv.QuoteToASCII(c)
	inHex := fmt.Sprintf(" % x", c)
	inUTF16 := " " + strings.Trim(fmt.Sprintf("%04x", utf16.Encode([]rune{r})), "[]")
	forms := []string{
		string(r), ascii[1 : len(ascii)-1],
		strings.ReplaceAll(inHex, " ", "%"), strings.ReplaceAll(inHex, " ", `\x`), strings.ReplaceAll(inUTF16, " ", `\u`),
		html.EscapeString(string(r)), fmt.Sprintf("&#%d;", r), fmt.Sprintf("&#x%x;", r),
	}
	switch c {
	case " ":
		forms = append(forms, "+")
	case `"`:
		forms = append(forms, "&quot;")
	}
	if left := strings.Trim(oneLine("x"+c+"x"), "x"); left == "" || left == " " {
		forms = append(forms, left, "")
	}
	slices.Sort(forms)
	forms = slices.Compact(forms)
	for i := range forms {
		forms[i] = regexp.QuoteMeta(forms[i])
	}
	// A second escape repeats backslashes, and turns % into %25 in URLs and & into &amp;
	// in HTML. Some programs put a backslash before every character that is neither a
	// letter nor a digit.
	again := strings.NewReplacer(`\\`, `\\+`, "%", "%(?:25)*", "&", "&(?:amp;)*")
	return `\\*(?:` + again.Replace(strings.Join(forms, "|")) + ")"
}
