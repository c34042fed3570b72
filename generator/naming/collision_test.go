package naming_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/generator/naming"
)

// hostileRefs returns n different refs, the same refs in every call. Many of them
// become equal when they are sanitised, cut or converted to lower case.
func hostileRefs(n int) []string {
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
			words[k] = hostileWord(r)
		}
		for range 1 + r.IntN(6) {
			s := strings.Join(words, separators[r.IntN(len(separators))])
			add(s)
			add(strings.ToUpper(s))
			add(s + separators[r.IntN(len(separators))])
			add(separators[r.IntN(len(separators))] + s)
		}
		// The id of another ref, with and without "br-".
		id := branch("shop", refs[r.IntN(len(refs))]).ID()
		add(id)
		add(strings.TrimPrefix(id, "br-"))
		add(strings.ReplaceAll(id, "-", "_"))
	}
	return refs
}

func hostileWord(r *rand.Rand) string {
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

// nameRegistry records the owner of each name.
type nameRegistry struct {
	owners []naming.Subject
	names  map[string]int // the kind of name and the name → index of its owner
}

func newNameRegistry(size int) *nameRegistry {
	return &nameRegistry{names: make(map[string]int, 5*size)}
}

// register records n as the names of subject. It fails if another subject has one of
// them.
func (b *nameRegistry) register(t *testing.T, n generator.Names, subject naming.Subject) {
	t.Helper()
	owner := len(b.owners)
	b.owners = append(b.owners, subject)
	for _, key := range [...]string{
		"id " + subject.Set + " " + n.ID, "application " + n.Application,
		"namespace " + n.Namespace, "host " + n.Host, "schema " + n.DBSchema,
	} {
		if other, ok := b.names[key]; ok && b.owners[other] != subject {
			t.Fatalf("%+v and %+v share the %s", subject, b.owners[other], key)
		}
		b.names[key] = owner
	}
}

func TestNoCollisionInOneSet(t *testing.T) {
	const refs, numbers = 100_000, 2_000
	n := newNamers(t, bothKinds("shop", "", "", ""))["shop"]
	registry := newNameRegistry(refs + 2*numbers)
	enter := func(subject naming.Subject) {
		got, err := n.Name(subject, nil)
		if err != nil {
			// The default templates need no parameter beside set and id.
			t.Fatal(err)
		}
		if p := problems(got); p != nil {
			t.Fatalf("invalid names of %+v: %v", subject, p)
		}
		registry.register(t, got, subject)
	}
	for _, ref := range hostileRefs(refs) {
		enter(branch("shop", ref))
	}
	for k := range int64(numbers) {
		enter(pr("shop", k+1))
		enter(pr("shop", 2_222_222_222+k*k*7919))
	}
}

// The templates of the set make the same value for many or all changes.
func TestNoCollisionWithAmbiguousTemplates(t *testing.T) {
	refs := hostileRefs(500)
	for _, patterns := range hostilePatterns("shop") {
		n := newNamers(t, patterns)["shop"]
		registry := newNameRegistry(2 * len(refs))
		for k, ref := range refs {
			for _, subject := range []naming.Subject{branch("shop", ref), pr("shop", int64(k))} {
				got := mustName(t, n, subject)
				if p := problems(got); p != nil {
					t.Fatalf("%+v: invalid names of %+v: %v", patterns, subject, p)
				}
				registry.register(t, got, subject)
			}
		}
	}
}

func hostilePatterns(set string) []naming.Patterns {
	var out []naming.Patterns
	for _, text := range []string{
		"preview", "{{.branch}}", "{{.number}}", "{{.set}}{{.id}}", "{{.id}}", "pr-{{.number}}", "{{.branch_slug}}",
		"{{.id}}.{{.branch}}", "{{.id | upper | trunc 4}}", "{{.repository}}-{{.kind}}", "pg_{{.number}}", "  ", "日本",
		`{{if eq .kind "branch"}}{{.branchNormalized}}{{else}}{{.number}}{{end}}`, "{{.url}}{{.change_url}}",
		strings.Repeat("{{.branch}}", 60), `{{replace "x" "` + strings.Repeat("y", 500) + `" .branch}}.example.com`,
		"-{{.id}}-", "_{{.id}}", "a{{.id}}a", "xn--{{.branch}}", "{{.id}}-bcdfghjklm", ".{{.id}}..", "select",
		`{{trimPrefix "br" .id}}1`, `{{.set | default "x" | quote}}`,
	} {
		out = append(out, bothKinds(set, text, text, text))
	}
	return out
}
