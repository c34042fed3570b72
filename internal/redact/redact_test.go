package redact_test

import (
	"strings"
	"testing"

	"github.com/previewset/previewset/internal/redact"
)

func TestText(t *testing.T) {
	long := strings.Repeat("word ", 20_000)
	for name, test := range map[string]struct {
		text    string
		secrets []string
		want    string
	}{
		"nothing to hide":           {"status 404: not found", []string{"canary"}, "status 404: not found"},
		"empty secrets":             {"not found", []string{"", ""}, "not found"},
		"several lines":             {" bad\r\n\tcredentials\n", nil, "bad credentials"},
		"terminal sequences":        {"\x1b[31mbad\x1b[0m \u202etxt\u200b", nil, "[31mbad[0m txt"},
		"invalid UTF-8":             {"b\xffad", nil, "bad"},
		"repeated":                  {"canary, canary", []string{"canary"}, "(redacted), (redacted)"},
		"adjacent":                  {"canarycanary", []string{"canary"}, "(redacted)"},
		"a part of a word":          {"scanary cat", []string{"canary"}, "s(redacted) cat"},
		"shorter secret first":      {"sent canary-1", []string{"canary", "canary-1"}, "sent (redacted)"},
		"longer secret first":       {"sent canary-1", []string{"canary-1", "canary"}, "sent (redacted)"},
		"overlapping":               {"sent abcdef.", []string{"abcd", "cdef"}, "sent (redacted)."},
		"joined by dropped bytes":   {"sent can\x00a\u200br\xffy", []string{"canary"}, "sent (redacted)"},
		"with white space":          {"sent one \n two", []string{"one\ttwo"}, "sent (redacted)"},
		"control character":         {"sent onetwo", []string{"one\x01two"}, "sent (redacted)"},
		"escaped control character": {`sent "one\x01two"`, []string{"one\x01two"}, `sent "(redacted)"`},
		"in lower case":             {"media type ghp_canary", []string{"ghp_Canary"}, "media type (redacted)"},
		"escaped slash":             {`sent a\/b`, []string{"a/b"}, "sent (redacted)"},
		"escaped in part":           {"sent a%2fb/c%3Fd", []string{"a/b/c?d"}, "sent (redacted)"},
		"escaped twice":             {"sent a%252Fb or a\\\\\\\"b or a&amp;lt;b", []string{"a/b", `a"b`, "a<b"}, "sent (redacted) or (redacted) or (redacted)"},
		"inside base64":             {"Basic dTpjYW5hcnl+dG9rZW4hbW9yZQ== sent", []string{"canary~token"}, "Basic (redacted)bW9yZQ== sent"},
		"base64 in a URL":           {"?q=dTpjYW5hcnl%2BdG9rZW4hbW9yZQ==", []string{"canary~token"}, "?q=(redacted)bW9yZQ=="},
		"short secret":              {"sent it", []string{"it"}, "(redacted)"},
		"short secret, elsewhere":   {"no such branch", []string{"it"}, "no such branch"},
		"a part of the marker":      {"sent acted upon", []string{"acted"}, "(redacted)"},
		"completed by the marker":   {"xcanary", []string{"canary", "x(redacted)"}, "(redacted)"},
		"completed by the ellipsis": {strings.Repeat("x", 600), []string{"xxx…"}, "(redacted)"},
		"truncated":                 {strings.Repeat("é", 1000), []string{"canary"}, strings.Repeat("é", 248) + "…"},
		"beyond the bound":          {strings.Repeat("canary", 2000) + "!", []string{"canary"}, "(redacted)!"},
		"beyond what is searched":   {strings.Repeat("canary", 20_000), []string{"canary"}, "…"},
		"long":                      {long, []string{"canary"}, long[:497] + "…"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := redact.Text(test.text, test.secrets...); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func TestBasic(t *testing.T) {
	for name, test := range map[string]struct {
		user, password, text, want string
	}{
		"password":      {"git", "canary", "git sent canary", "git sent (redacted)"},
		"credential":    {"git", "canary", "Basic Z2l0OmNhbmFyeQ==", "Basic (redacted)"},
		"long user":     {"canary-token", "x-oauth-basic", "canary-token", "(redacted)"},
		"user only":     {"canary", "", "canary Y2FuYXJ5Og==", "(redacted) (redacted)"},
		"no credential": {"", "", "x:y", "x:y"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := redact.Text(test.text, redact.Basic(test.user, test.password)...); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func BenchmarkText(b *testing.B) {
	token := strings.Repeat("a1B2-c3/D4", 4)
	for name, text := range map[string]string{"line": "401: bad credentials " + token, "page": strings.Repeat("<p>no</p>\n", 10_000)} {
		for secret, secrets := range map[string][]string{"token": {token}, "assertion": {strings.Repeat("eyJhbGciOiJSUzI1NiJ9.", 50)}} {
			b.Run(name+"/"+secret, func(b *testing.B) {
				for b.Loop() {
					redact.Text(text, secrets...)
				}
			})
		}
	}
}
