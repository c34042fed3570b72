package forge_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/previewset/previewset/generator/forge"
	"github.com/previewset/previewset/test/fuzzing"
)

func TestShortDescription(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"":                                 "",
		"live at 3f2a9c1":                  "live at 3f2a9c1",
		" two\r\n lines\t\u0085 ":          "two lines",
		"🚀 live":                           "\uFFFD live",
		strings.Repeat("é", 140):           strings.Repeat("é", 140),
		strings.Repeat("é", 141):           strings.Repeat("é", 139) + "…",
		strings.Repeat("x", 138) + " yyyy": strings.Repeat("x", 138) + "…",
	} {
		if got := forge.ShortDescription(text); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}

// A description keeps its limit, is one line, and does not change if it is cut again.
func FuzzShortDescription(f *testing.F) {
	for _, seed := range []string{"", "live", "a\nb", "🚀", strings.Repeat("é ", 200), "\xff\xfe", "\u2028x"} {
		f.Add(seed)
	}
	judged := fuzzing.Judged(f, 5)
	f.Fuzz(func(t *testing.T, text string) {
		judged()
		got := forge.ShortDescription(text)
		if utf8.RuneCountInString(got) > forge.MaxDescription || !utf8.ValidString(got) || strings.ContainsAny(got, "\r\n") || forge.ShortDescription(got) != got {
			t.Errorf("%q: got %q", text, got)
		}
	})
}
