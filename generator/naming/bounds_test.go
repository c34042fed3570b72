package naming_test

import (
	"strings"
	"testing"

	"github.com/previewset/previewset/generator/naming"
)

func TestTextOfTemplateIsBounded(t *testing.T) {
	t.Parallel()
	for size, want := range map[int]bool{4095: true, 4096: true, 4097: false} {
		if _, err := naming.ParseTemplate("name", strings.Repeat("x", size)); (err == nil) != want {
			t.Errorf("%d bytes: got %v, want valid: %t", size, err, want)
		}
	}
}

// An output that is too long is an error. It is not cut.
func TestOutputOfTemplateIsBounded(t *testing.T) {
	t.Parallel()
	template, err := naming.ParseTemplate("name", "{{.a}}{{.b}}")
	if err != nil {
		t.Fatal(err)
	}
	for size, want := range map[int]bool{0: true, 4095: true, 4096: true, 4097: false, 100_000: false} {
		for _, first := range []int{0, 1, size / 2, size} {
			first = min(first, size)
			got, err := template.Execute(map[string]any{"a": strings.Repeat("x", first), "b": strings.Repeat("x", size-first)})
			if (err == nil) != want || want && len(got) != size || !want && got != "" {
				t.Errorf("%d bytes: got %d bytes, %v, want an output: %t", size, len(got), err, want)
			}
		}
	}
}

// A template with a range has at most 4096 elements to go over.
func TestElementsOfRangeAreBounded(t *testing.T) {
	t.Parallel()
	template, err := naming.ParseTemplate("name", "{{range .list}}{{end}}")
	if err != nil {
		t.Fatal(err)
	}
	for n, want := range map[int]bool{0: true, 4095: true, 4096: false, 10_000: false} { // the list itself counts as one
		if _, err := template.Execute(map[string]any{"list": make([]string, n)}); (err == nil) != want {
			t.Errorf("%d elements: got %v, want valid: %t", n, err, want)
		}
	}
}
