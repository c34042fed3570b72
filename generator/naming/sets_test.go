package naming_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/previewset/previewset/generator/naming"
)

// Five sets preview the same changes of the same repository with the same template.
func TestNoCollisionAcrossSets(t *testing.T) {
	refs := hostileRefs(150)
	sets := []string{"a", "a-br", "a-b", "a--b", "br"}
	for k := range hostilePatterns("") {
		var patterns []naming.Patterns
		for _, set := range sets {
			patterns = append(patterns, hostilePatterns(set)[k])
		}
		patterns[4].Branches = false // makes {{.number}} unique in this set
		all := newNamers(t, patterns...)
		registry := newNameRegistry(2 * len(refs) * len(sets))
		for _, set := range sets {
			for k, ref := range refs {
				for _, subject := range []naming.Subject{branch(set, ref), pr(set, int64(k))} {
					registry.register(t, mustName(t, all[set], subject), subject)
				}
			}
		}
	}
}

// All pairs of small templates over a few letters, with every change that could give
// the same name in both.
func TestNoCollisionOfSmallTemplates(t *testing.T) {
	affixes := []string{"", "b", "br-", "br-b", "pr-", "pr-1", "1"}
	var templates []string
	for _, prefix := range affixes {
		for _, suffix := range []string{"", "1", "-br-b"} {
			templates = append(templates, prefix+"{{.id}}"+suffix, prefix+"{{.number}}"+suffix)
		}
	}
	changes := func(set string) []naming.Subject {
		out := []naming.Subject{pr(set, 1), pr(set, 11), pr(set, 111)}
		for _, ref := range []string{"b", "1", "b-1", "br-b", "b-br-b", "b-br-b-1", "br-b-1", "b1", "pr-1", "bb"} {
			out = append(out, branch(set, ref))
		}
		return out
	}
	for i, first := range templates {
		for j, second := range templates {
			p := bothKinds("x", first, first, strings.ReplaceAll(first, "-", "_"))
			q := bothKinds("y", second, second, strings.ReplaceAll(second, "-", "_"))
			p.Branches, q.Branches = i%3 > 0, j%3 > 0
			all := newNamers(t, p, q)
			registry := newNameRegistry(32)
			for _, set := range []string{"x", "y"} {
				for _, subject := range changes(set) {
					registry.register(t, mustName(t, all[set], subject), subject)
				}
			}
		}
	}
}

func TestEarlierSetKeepsPlainNames(t *testing.T) {
	prs := func(set, template string) naming.Patterns {
		return naming.Patterns{Set: set, PullRequests: true, Namespace: template, Host: template, DBSchema: strings.ReplaceAll(template, "-", "_")}
	}
	branches := func(p naming.Patterns) naming.Patterns {
		p.PullRequests, p.Branches = false, true
		return p
	}
	tests := []struct {
		first, second naming.Patterns
		// application and rest are true if this name of the second set, or the
		// other names, are plain.
		application, rest bool
	}{
		{prs("shop", ""), prs("web", ""), true, true},
		{prs("shop", "pr-{{.number}}"), prs("web", "pr-{{.number}}"), true, false},
		{prs("shop", "pr-{{.number}}"), prs("web", "pr{{.number}}"), true, true},
		{prs("shop", "{{.id}}"), prs("web", "pr-{{.number}}"), true, false},
		{prs("shop", "{{.id}}"), branches(prs("web", "{{.id}}")), true, true},
		{prs("shop", "{{.id}}-x"), prs("web", "{{.id}}-y"), true, true},
		{prs("shop", "{{.id}}1"), prs("web", "{{.id}}"), true, false},
		{prs("shop", "p-{{.number}}"), prs("web", "p-1{{.number}}2"), true, false},
		{branches(prs("a", "{{.set}}-{{.id}}")), branches(prs("a-br", "{{.set}}-{{.id}}")), false, false},
		{prs("a", "{{.set}}-{{.id}}"), prs("a-br", "{{.set}}-{{.id}}"), true, true},
		{branches(prs("a", "{{.id}}-x")), branches(prs("b", "{{.id}}-y-x")), true, false},
		// All names of the first set are hashed, so the second set can have plain
		// names.
		{prs("shop", "{{.id | lower}}"), prs("web", "{{.id}}"), true, true},
		{prs("shop", "preview"), prs("web", "{{.id}}"), true, true},
	}
	for _, tt := range tests {
		all := newNamers(t, tt.first, tt.second)
		for k, p := range []naming.Patterns{tt.first, tt.second} {
			subject := pr(p.Set, 42)
			if p.Branches {
				subject = branch(p.Set, "x")
			}
			got := mustName(t, all[p.Set], subject)
			application, rest := true, !strings.ContainsAny(p.Namespace, "|w")
			if k == 1 {
				application, rest = tt.application, tt.rest
			}
			first, _, _ := strings.Cut(got.Host, ".")
			for _, c := range []struct {
				name  string
				plain bool
			}{{got.Application, application}, {got.Namespace, rest}, {first, rest}, {got.DBSchema, rest}} {
				if plain := !endsInHash(c.name); plain != c.plain {
					t.Errorf("%q after %q: name %q: got plain %v, want %v", tt.second.Namespace, tt.first.Namespace, c.name, plain, c.plain)
				}
			}
		}
	}
}

func endsInHash(name string) bool {
	at := len(name) - 11
	return at >= 0 && strings.ContainsRune("-_", rune(name[at])) && strings.Trim(name[at+1:], "bcdfghjklmnpqrstvwxz2456789") == ""
}

// Dashes become underscores in schemas, so schemas can be equal where all other names
// differ.
func TestSchemasEqualAfterConversionAreHashed(t *testing.T) {
	all := newNamers(t, bothKinds("a-b", "", "", "{{.set}}_{{.id}}"), bothKinds("c", "", "", "a_b_{{.id}}"))
	if got := mustName(t, all["a-b"], pr("a-b", 1)).DBSchema; got != "a_b_pr_1" {
		t.Errorf("got schema %q, want a_b_pr_1", got)
	}
	got := mustName(t, all["c"], pr("c", 1))
	if !endsInHash(got.DBSchema) || endsInHash(got.Namespace) {
		t.Errorf("got %+v, want a hash in the schema only", got)
	}
}

func TestNewNamersErrors(t *testing.T) {
	with := func(template string) naming.Patterns { return bothKinds("shop", template, "", "") }
	tests := []struct {
		patterns naming.Patterns
		want     string
	}{
		{bothKinds("Shop", "", "", ""), `set "Shop"`},
		{bothKinds("", "", "", ""), `set ""`},
		{bothKinds("a.b", "", "", ""), "use 1 to 40 lower-case letters"},
		{bothKinds("-a", "", "", ""), "use 1 to 40 lower-case letters"},
		{bothKinds(strings.Repeat("a", 41), "", "", ""), "use 1 to 40 lower-case letters"},
		{with("{{.nothing}}"), "{{.nothing}} is not a parameter"},
		{with("{{if .id}}{{else}}{{$.nothing}}{{end}}"), "{{.nothing}} is not a parameter"},
		{with("{{.branch.x}}"), "{{.branch.x}} is not a parameter"},
		{with("{{.title}}"), "would rename the preview when its title is edited"},
		{with("{{if .head_sha}}a{{end}}"), "would rename the preview when a commit is pushed"},
		{with("{{.short_sha_7}}"), "would rename"},
		{with("{{.sha}}"), "would rename"},
		{with("{{.author}}"), "would rename"},
		{with("{{.labels}}"), "would rename"},
		{with("{{.updated_at}}"), "would rename"},
		{with("{{.created_at}}"), "would rename"},
		{with("{{.target_branch}}"), "would rename"},
		{with("{{$x := .}}{{$x.title}}"), "only by its name"},
		{with("{{$}}"), "only by its name"},
		{with("{{(.).title}}"), "only by its name"},
		{with("{{$x := .id}}{{$x.title}}"), "would rename"},
		{with("{{.}}"), "only by its name"},
		{with("{{range .labels}}x{{end}}"), "{{range}}"},
		{with("{{with .id}}{{.}}{{end}}"), "{{with}}"},
		{with("{{slice .branch 0 5}}"), "trunc"},
		{with("{{.id"), "the template has {{ without }}"},
		{with("{{printf \"%s\" .id}}"), `"printf" is not available`},
		{with("{{eq .number 42}}"), "eq .number 42 compares text with a number: put the number in quotation marks"},
		{with("{{trunc .id .id}}"), "is text: write a number in this place"},
		{with(strings.Repeat("x", 1025)), "at most 1024"},
		{bothKinds("shop", "", "{{.x}}", ""), "names.host"},
		{bothKinds("shop", "", "", "{{.x}}"), "names.dbSchema"},
	}
	for _, tt := range tests {
		_, err := naming.NewNamers([]naming.Patterns{bothKinds("good", "", "", ""), tt.patterns})
		if err == nil || !strings.Contains(err.Error(), tt.want) || !strings.Contains(err.Error(), fmt.Sprintf("set %q", tt.patterns.Set)) {
			t.Errorf("%+v: got %v, want %q", tt.patterns, err, tt.want)
		}
	}
}

func TestNewNamersJoinsErrors(t *testing.T) {
	_, err := naming.NewNamers([]naming.Patterns{
		bothKinds("a", "{{.x}}", "{{.title}}", "{{"), bothKinds("b", "", "", ""), bothKinds("b", "", "", ""),
	})
	if err == nil {
		t.Fatal("got no error")
	}
	lines := strings.Split(err.Error(), "\n")
	if len(lines) != 4 {
		t.Fatalf("got %d errors, want 4:\n%v", len(lines), err)
	}
	for k, want := range []string{"names.namespace", "names.host", "names.dbSchema", "another set has the same name"} {
		set := `set "a": `
		if k == 3 {
			set = `set "b": `
		}
		if !strings.HasPrefix(lines[k], set) || !strings.Contains(lines[k], want) {
			t.Errorf("got %q, want %s… %s", lines[k], set, want)
		}
	}
}

func TestEmptyTemplatesAreDefaults(t *testing.T) {
	p := naming.DefaultPatterns("shop")
	p.PullRequests = true
	full := mustName(t, newNamers(t, p)["shop"], pr("shop", 42))
	p.Namespace, p.Host, p.DBSchema = "", "", ""
	if empty := mustName(t, newNamers(t, p)["shop"], pr("shop", 42)); empty != full {
		t.Errorf("got %+v, want %+v", empty, full)
	}
}
