package object_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/previewset/previewset/kustomize/object"
)

func TestTextIsMadeSafe(t *testing.T) {
	for _, test := range []struct{ name, got, want string }{
		{"password of a URL", object.OneLine("read https://ada:p@s:w%2F@example.com/a@b.yaml and ssh://git@example.com/x"), "read https://(redacted)@example.com/a@b.yaml and ssh://(redacted)@example.com/x"},
		{"URL without a user", object.OneLine("https://example.com/a@b"), "https://example.com/a@b"},
		{"one line", object.OneLine("a\n\tb\x1b[31m \xff"), "a b [31m ?"},
		{"one direction", object.OneLine("a\u202eb"), "a b"},
		{"portable", object.Portable("a\x7fb\xff\uFFFE"), "a\uFFFDb\uFFFD\uFFFD"},
		{"no control characters", object.WithoutControl("a\n\u202eb\tc", "\t"), "ab\tc"},
		{"short", object.Shortened("日本", 2), "日本"},
		{"shortened", object.Shortened("日本語", 2), "日…"},
	} {
		if test.got != test.want {
			t.Errorf("%s: got %q, want %q", test.name, test.got, test.want)
		}
	}
	if n := utf8.RuneCountInString(object.OneLine(strings.Repeat("日", 1000))); n != 300 {
		t.Errorf("OneLine: got %d characters, want 300", n)
	}
}

func TestCheckKey(t *testing.T) {
	for key, want := range map[string]string{
		"acme.dev/team":                          "",
		"team":                                   "",
		"":                                       "not valid",
		"a b":                                    "not valid",
		object.Prefix + "id":                     "previewset's own",
		object.SyncWave:                          "built or synced",
		object.Hook:                              "built or synced",
		"internal.config.kubernetes.io/anything": "built or synced",
	} {
		err := object.CheckKey(key)
		if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("CheckKey(%q): got %v, want %q", key, err, want)
		}
	}
}
