package generator_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/test/fuzzing"
)

func parseFlags(t *testing.T, text string) generator.Flags {
	t.Helper()
	f, err := generator.ParseFlags(text)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func TestParseFlags(t *testing.T) {
	for text, want := range map[string]string{
		"":                              "",
		"new-dashboard=on,checkout=off": "checkout=off,new-dashboard=on",
		"a.b_c-1=Ä b (1.5)":             "a.b_c-1=Ä b (1.5)",
		"7=" + strings.Repeat("x", 64):  "7=" + strings.Repeat("x", 64),
	} {
		if got := parseFlags(t, text).String(); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}

func TestParseFlagsRefusesInvalidFlags(t *testing.T) {
	var many []string
	for n := range 51 {
		many = append(many, fmt.Sprintf("f%d=on", n))
	}
	for text, want := range map[string]string{
		"on":                           `flag "on" has no value`,
		"a=on,":                        `flag "" has no value`,
		"a=on, b=on":                   `flag " b"`,
		"A=on":                         `flag "A"`,
		"-a=on":                        `flag "-a"`,
		"=on":                          `flag ""`,
		strings.Repeat("a", 65) + "=x": "at most 64 bytes",
		"a=":                           `flag a: ""`,
		"a=b=c":                        `flag a: "b=c"`,
		"a= b":                         `flag a: " b"`,
		"a=\x1b[31m":                   "printable",
		"a=\u202eb":                    "printable",
		"a=\xff":                       "printable",
		"a=" + strings.Repeat("x", 65): "1 to 64 bytes",
		"a=on,a=off":                   `flag "a" is set twice`,
		strings.Join(many, ","):        "there are 51 flags: use at most 50",
	} {
		if f, err := generator.ParseFlags(text); err == nil || f != nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.70q: got %v, %v, want %q", text, f, err, want)
		}
	}
	if _, err := generator.ParseFlags("A=on,b,c=x"); strings.Count(err.Error(), "\n") != 1 {
		t.Errorf("got %v, want two errors", err)
	}
}

func TestMergeFlagsPrecedence(t *testing.T) {
	labels := []string{"flag:b=label", "flag:c=label", "preview", "flag:x", "flag:Bad=1", "flag:d=", "flag:e=z", "flag:e=a", "FLAG:f=1"}
	got := generator.MergeFlags(parseFlags(t, "a=set,b=set,c=set"), labels, parseFlags(t, "c=variant"))
	if want := "a=set,b=label,c=variant,e=z"; got.String() != want {
		t.Errorf("got %s, want %s", got, want)
	}
	slices.Reverse(labels)
	if reordered := generator.MergeFlags(parseFlags(t, "a=set,b=set,c=set"), labels, parseFlags(t, "c=variant")); !maps.Equal(reordered, got) {
		t.Errorf("labels in another order: got %s, want %s", reordered, got)
	}
	if got := generator.MergeFlags(nil, nil, nil).String(); got != "" {
		t.Errorf("no flags: got %q, want \"\"", got)
	}
}

// Flags from the configuration take precedence over flags from labels, however many
// labels there are.
func TestMergeFlagsLimitsFlagsFromLabels(t *testing.T) {
	var labels []string
	for n := range 60 {
		labels = append(labels, fmt.Sprintf("flag:l%02d=on", n))
	}
	got := generator.MergeFlags(parseFlags(t, "z=set,l59=set"), labels, parseFlags(t, "zz=variant"))
	if len(got) != 50 || got["z"] != "set" || got["zz"] != "variant" || got["l59"] != "on" || got["l46"] != "on" || got["l47"] != "" {
		t.Errorf("got %d flags: %s, want 50 with those of the set and of the variant", len(got), got)
	}
}

func FuzzFlags(f *testing.F) {
	f.Add("a=on,b=off", "flag:a=off")
	f.Add("", "flag:")
	f.Add("a=,=b", "flag:x=\u00a0y")
	judged := fuzzing.Judged(f, 2)
	f.Fuzz(func(t *testing.T, text, label string) {
		parsed, err := generator.ParseFlags(text)
		if err == nil {
			judged()
		} else {
			if parsed != nil {
				t.Errorf("ParseFlags(%q) returned both %v and the error %v", text, parsed, err)
			}
			parsed = nil
		}
		merged := generator.MergeFlags(parsed, []string{label, "flag:" + label}, generator.Flags{"last": "word"})
		if merged["last"] != "word" {
			t.Errorf("label %q: got the variant without its flag, want the flag", label)
		}
		reparsed, err := generator.ParseFlags(merged.String())
		if err != nil || !maps.Equal(reparsed, merged) || !utf8.ValidString(merged.String()) {
			t.Errorf("ParseFlags(%q) = %v, %v, want the same flags", merged, reparsed, err)
		}
	})
}
