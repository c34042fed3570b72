package object_test

import (
	"strings"
	"testing"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/previewset/previewset/kustomize/object"
)

// FuzzScalars checks that an appended scalar equals the encoder's output and is read
// back unchanged.
func FuzzScalars(f *testing.F) {
	for _, s := range []string{
		"", "x", "no", "null", "~", "1", "0x1F", "1e3", "1:30", "a: b", "- a", "#a", "'a", `"a"`, `\x41`, "a-b.c_d", "a\nb", "\x7f", "日本", "\u2028", " x ",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		s = object.Portable(s)
		plain, plainErr := object.AppendString(nil, s)
		quoted, quotedErr := object.Quoted(s).Append(nil)
		if plainErr != nil || quotedErr != nil {
			t.Fatalf("%v, %v", plainErr, quotedErr)
		}
		for _, scalar := range []struct {
			value any
			text  []byte
		}{{s, plain}, {object.Quoted(s), quoted}} {
			want, err := object.Marshal(scalar.value)
			if err != nil || string(scalar.text) != strings.TrimRight(string(want), "\n") {
				t.Errorf("%q: got YAML %s, want %s; error %v", s, scalar.text, want, err)
			}
		}
		var got string
		if err := yaml.Unmarshal(quoted, &got); err != nil || got != s {
			t.Errorf("%q: read back as %q, error %v", s, got, err)
		}
	})
}
