package object_test

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	kyaml "sigs.k8s.io/kustomize/kyaml/yaml"
	"sigs.k8s.io/yaml"

	"github.com/previewset/previewset/kustomize/object"
)

// unseen are ranges of characters that no reader sees, from Unicode's charts.
var unseen = [][2]rune{
	{0x80, 0x9f},
	{0xad, 0xad},
	{0x34f, 0x34f},
	{0x61c, 0x61c},
	{0x115f, 0x1160},
	{0x17b4, 0x17b5},
	{0x180b, 0x180f},
	{0x200b, 0x200f},
	{0x2028, 0x202e},
	{0x2060, 0x206f},
	{0x3164, 0x3164},
	{0xfe00, 0xfe0f},
	{0xfeff, 0xfeff},
	{0xffa0, 0xffa0},
	{0xfff0, 0xfffb},
	{0x1bca0, 0x1bca3},
	{0x1d173, 0x1d17a},
	{0xe0000, 0xe0fff},
}

func isUnseen(r rune) bool {
	for _, between := range unseen {
		if r >= between[0] && r <= between[1] {
			return true
		}
	}
	return unicode.Is(unicode.Cf, r)
}

func TestInvisibleCharacters(t *testing.T) {
	t.Parallel()
	for r := rune(0x80); r <= utf8.MaxRune; r++ {
		if got, want := object.Invisible(r), isUnseen(r); got != want {
			t.Errorf("%U: got %t, want %t", r, got, want)
		}
	}
	for _, r := range "aé日本한글العربية🚀👍🏽€ \u00a0\u3000\u0301\u20e3" {
		if object.Invisible(r) {
			t.Errorf("%U is invisible", r)
		}
	}
}

// Each character is read as it was written, by the parsers of Kubernetes and Kustomize, and a
// reader of the YAML sees it: in quotes and without, in a key, and in YAML within a text.
func TestYAMLHasNoInvisibleCharacters(t *testing.T) {
	t.Parallel()
	var all strings.Builder
	for r := rune(0); r <= utf8.MaxRune; r++ {
		if !utf8.ValidRune(r) || object.Portable(string(r)) != string(r) {
			continue
		}
		if all.WriteRune(r); all.Len() > 16<<10 {
			checkVisible(t, all.String())
			all.Reset()
		}
		if isUnseen(r) && (r < 0xe0100 || r%97 == 0) || r < 0x100 {
			for _, text := range []string{string(r), "a" + string(r) + "b", "a\n " + string(r) + "\n\tb\n", strings.Repeat(`"\'`+string(r)+" ", 40)} {
				checkVisible(t, text)
			}
		}
	}
	checkVisible(t, all.String())
}

// A text with a character that only looks like a space is in quotes. Without them, it could look
// empty, or its end like a comment.
func TestBlankCharactersAreInQuotes(t *testing.T) {
	t.Parallel()
	for _, r := range "\u00a0\u1680\u2000\u2003\u200a\u202f\u205f\u2800\u3000" {
		for _, text := range []string{string(r), "shop" + string(r), "shop" + string(r) + "#" + string(r) + "x", "a:" + string(r) + "b", string(r) + "x"} {
			checkVisible(t, text)
			written, err := object.Marshal(map[string]any{text: []string{text}})
			if want := `"` + text + "\":\n- \"" + text + "\"\n"; err != nil || string(written) != want {
				t.Errorf("%+q: got %+q, error %v, want %+q", text, written, err, want)
			}
			inner, err := object.Marshal(map[string]any{"patch": object.Multiline(map[string]string{"a": text})})
			if want := "patch: |-\n  a: \"" + text + "\"\n"; err != nil || string(inner) != want {
				t.Errorf("%+q in a text: got %+q, error %v, want %+q", text, inner, err, want)
			}
		}
	}
}

func checkVisible(t *testing.T, text string) {
	t.Helper()
	type values struct {
		Plain  string            `json:"plain"`
		List   []string          `json:"list"`
		Map    map[string]string `json:"map"`
		Quoted object.Quoted     `json:"quoted"`
	}
	want := values{text, []string{text, "b"}, map[string]string{"k" + text: "v"}, object.Quoted(text)}
	for name, marshal := range map[string]func(any) ([]byte, error){"compact": object.Marshal, "wide": object.MarshalWide} {
		written, err := marshal(map[string]any{"plain": want.Plain, "list": want.List, "map": want.Map, "quoted": want.Quoted})
		if err != nil || strings.ContainsFunc(string(written), isUnseen) {
			t.Fatalf("%s %q: got error %v and %q", name, text, err, written)
		}
		var kubernetes, kustomize values
		if err := yaml.Unmarshal(written, &kubernetes); err != nil || !equal(kubernetes.Plain, kubernetes.List, kubernetes.Map, kubernetes.Quoted, text) {
			t.Fatalf("%s %q: Kubernetes reads %+q, error %v, from\n%s", name, text, kubernetes, err, written)
		}
		if err := kyaml.Unmarshal(written, &kustomize); err != nil || !equal(kustomize.Plain, kustomize.List, kustomize.Map, kustomize.Quoted, text) {
			t.Fatalf("%s %q: Kustomize reads %+q, error %v, from\n%s", name, text, kustomize, err, written)
		}
	}
	inner := map[string]object.Quoted{"a": object.Quoted(text)}
	written, err := object.Marshal(map[string]any{"patch": object.Multiline(inner)})
	if err != nil || strings.ContainsFunc(string(written), isUnseen) {
		t.Fatalf("patch %q: got error %v and %q", text, err, written)
	}
	var outer struct{ Patch string }
	var back map[string]string
	if err := kyaml.Unmarshal(written, &outer); err != nil {
		t.Fatalf("patch %q: %v", text, err)
	}
	if err := kyaml.Unmarshal([]byte(outer.Patch), &back); err != nil || back["a"] != text {
		t.Fatalf("patch %q: got %q, error %v", text, back, err)
	}
}

func equal(plain string, list []string, pairs map[string]string, quoted object.Quoted, text string) bool {
	return plain == text && len(list) == 2 && list[0] == text && list[1] == "b" && len(pairs) == 1 && pairs["k"+text] == "v" && string(quoted) == text
}

// Files without invisible characters are written as before, so that no entry changes.
func TestVisibleYAMLStays(t *testing.T) {
	t.Parallel()
	for _, content := range []any{
		"日本 🚀 é", map[string]any{"a": []string{"x y", "é"}, "b": "a\nb\n", "c": object.Quoted("\x1b\x00\a")}, []any{1, true, nil, "yes"},
	} {
		want, err := kyaml.Marshal(content)
		got, gotErr := object.Marshal(content)
		if err != nil || gotErr != nil || string(got) != string(want) {
			t.Errorf("%v: got %s, error %v, want %s", content, got, gotErr, want)
		}
	}
}
