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

// BenchmarkHosts names the hosts of a preview in the last of 200 sets.
func BenchmarkHosts(b *testing.B) {
	var patterns []naming.Patterns
	for k := range 200 {
		p := bothKinds(fmt.Sprintf("set-%d", k), "", "{{.set}}-{{.id}}.preview.acme.dev", "")
		p.Hosts = map[string]string{"cdn.acme.dev": "cdn-{{.host}}"}
		patterns = append(patterns, p)
	}
	n := newNamers(b, patterns...)["set-199"]
	subject := branch("set-199", "feature-x")
	own, bases := mustName(b, n, subject).Host, []string{"acme.dev", "api.acme.dev", "cdn.acme.dev", "*.acme.dev", "admin.eu.acme.dev"}
	for b.Loop() {
		if _, err := n.Hosts(subject, params(subject), own, nil, bases); err != nil {
			b.Fatal(err)
		}
	}
}
