package naming_test

import (
	"fmt"
	"testing"

	"github.com/previewset/previewset/generator/naming"
)

func BenchmarkName(b *testing.B) {
	all := newNamers(b, bothKinds("shop", "", "", ""), bothKinds("web", "{{.branch_slug}}", "{{.branch | lower}}.example.com", "{{.branch}}"))
	for _, bm := range []struct {
		name    string
		subject naming.Subject
	}{
		{"plain", pr("shop", 42)},
		{"hashed", branch("shop", "feature/ABC-123-a-branch-like-many-others")},
		{"templates", branch("web", "feature/ABC-123-a-branch-like-many-others")},
	} {
		b.Run(bm.name, func(b *testing.B) {
			parameters := params(bm.subject)
			b.ReportAllocs()
			for b.Loop() {
				if _, err := all[bm.subject.Set].Name(bm.subject, parameters); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkNewNamers(b *testing.B) {
	patterns := make([]naming.Patterns, 200)
	for k := range patterns {
		patterns[k] = bothKinds(fmt.Sprintf("set-%d", k), "", "", "")
	}
	b.ReportAllocs()
	for b.Loop() {
		newNamers(b, patterns...)
	}
}
