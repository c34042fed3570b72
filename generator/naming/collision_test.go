package naming_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/generator/naming"
)

// nastyRefs returns n different refs, the same at every call. They are in
// families whose members sanitising, cutting or lowering would make equal.
func nastyRefs(n int) []string {
	r := rand.New(rand.NewPCG(42, 7))
	seen := make(map[string]bool, n)
	refs := make([]string, 0, n)
	add := func(s string) {
		if !seen[s] && len(refs) < n {
			seen[s] = true
			refs = append(refs, s)
		}
	}
	for _, s := range append(reservedWords, "", "pr-42", "PR-42", "br-pr-42", "日本", "日", "/", "..", "-", "_", "pg_", "pg", "xn--a", "\xff", "\x00") {
		add(s)
	}
	separators := []string{"-", "/", "_", ".", "--", "日", " ", "\xff", "{{.id}}", "-/", ""}
	for len(refs) < n {
		words := make([]string, 1+r.IntN(4))
		for k := range words {
			words[k] = nastyWord(r)
		}
		for range 1 + r.IntN(6) {
			s := strings.Join(words, separators[r.IntN(len(separators))])
			add(s)
			add(strings.ToUpper(s))
			add(s + separators[r.IntN(len(separators))])
			add(separators[r.IntN(len(separators))] + s)
		}
		// What another ref is called: its id, and that without "br-".
		id := branch("shop", refs[r.IntN(len(refs))]).ID()
		add(id)
		add(strings.TrimPrefix(id, "br-"))
		add(strings.ReplaceAll(id, "-", "_"))
	}
	return refs
}

func nastyWord(r *rand.Rand) string {
	switch r.IntN(7) {
	case 0:
		return reservedWords[r.IntN(len(reservedWords))]
	case 1: // differs only after the longest name there is
		return strings.Repeat("long-", 13) + fmt.Sprint(r.IntN(1000))
	case 2:
		return strings.Repeat("x", r.IntN(300))
	case 3: // looks like a hash
		out := make([]byte, 10)
		for k := range out {
			out[k] = "bcdfghjklmnpqrstvwxz2456789"[r.IntN(27)]
		}
		return string(out)
	case 4:
		return []string{"ü", "語", "🚀", "İ", "\u212a", "\u00ad", "Ａ"}[r.IntN(7)]
	case 5:
		return fmt.Sprint(r.IntN(3000))
	}
	return []string{"feature", "a", "b", "Fix", "main", "pr", "br", "pg"}[r.IntN(8)]
}

// book remembers who has a name.
type book struct {
	owners []naming.Subject
	names  map[string]int // the kind of name and the name → index of its owner
}

func newBook(size int) *book { return &book{names: make(map[string]int, 5*size)} }

// enterAll fails if another change has one of n.
func (b *book) enterAll(t *testing.T, n generator.Names, id naming.Subject) {
	t.Helper()
	owner := len(b.owners)
	b.owners = append(b.owners, id)
	for _, key := range [...]string{
		"id " + id.Set + " " + n.ID, "application " + n.Application,
		"namespace " + n.Namespace, "host " + n.Host, "schema " + n.DBSchema,
	} {
		if other, ok := b.names[key]; ok && b.owners[other] != id {
			t.Fatalf("%+v and %+v share the %s", id, b.owners[other], key)
		}
		b.names[key] = owner
	}
}

func TestNoCollisionInOneSet(t *testing.T) {
	const refs, numbers = 100_000, 2_000
	n := namers(t, both("shop", "", "", ""))["shop"]
	taken := newBook(refs + 2*numbers)
	enter := func(id naming.Subject) {
		got, err := n.Name(id, nil)
		if err != nil {
			// The default templates need no parameter beside set and id.
			t.Fatal(err)
		}
		if p := problems(got); p != nil {
			t.Fatalf("%+v: %v", id, p)
		}
		taken.enterAll(t, got, id)
	}
	for _, ref := range nastyRefs(refs) {
		enter(branch("shop", ref))
	}
	for k := range int64(numbers) {
		enter(pr("shop", k+1))
		enter(pr("shop", 2_222_222_222+k*k*7919))
	}
}

// In one set whose templates tell little or nothing apart.
func TestNoCollisionWithNastyTemplates(t *testing.T) {
	refs := nastyRefs(500)
	for _, patterns := range nastyPatterns("shop") {
		n := namers(t, patterns)["shop"]
		taken := newBook(2 * len(refs))
		for k, ref := range refs {
			for _, id := range []naming.Subject{branch("shop", ref), pr("shop", int64(k))} {
				got := names(t, n, id)
				if p := problems(got); p != nil {
					t.Fatalf("%+v: %+v: %v", patterns, id, p)
				}
				taken.enterAll(t, got, id)
			}
		}
	}
}

func nastyPatterns(set string) []naming.Patterns {
	var out []naming.Patterns
	for _, text := range []string{
		"preview", "{{.branch}}", "{{.number}}", "{{.set}}{{.id}}", "{{.id}}", "pr-{{.number}}", "{{.branch_slug}}",
		"{{.id}}.{{.branch}}", "{{.id | upper | trunc 4}}", "{{.repository}}-{{.kind}}", "pg_{{.number}}", "  ", "日本",
		`{{if eq .kind "branch"}}{{.branchNormalized}}{{else}}{{.number}}{{end}}`, "{{.url}}{{.change_url}}",
		strings.Repeat("{{.branch}}", 60), `{{replace "x" "` + strings.Repeat("y", 500) + `" .branch}}.example.com`,
		"-{{.id}}-", "_{{.id}}", "a{{.id}}a", "xn--{{.branch}}", "{{.id}}-bcdfghjklm", ".{{.id}}..", "select",
		`{{trimPrefix "br" .id}}1`, `{{.set | default "x" | quote}}`,
	} {
		out = append(out, both(set, text, text, text))
	}
	return out
}
