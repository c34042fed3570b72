package naming_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/previewset/previewset/generator/naming"
)

func TestCheckVariants(t *testing.T) {
	var many []string
	for n := range 21 {
		many = append(many, fmt.Sprintf("v%d", n))
	}
	tests := []struct {
		names []string
		want  string // "" where they are good
	}{
		{nil, ""},
		{[]string{"flag-on", "flag-off"}, ""},
		{[]string{"a", "b-c", "ca", strings.Repeat("x", 20)}, ""},
		{many[:20], ""},
		{many, "there are 21, at most 20"},
		{[]string{""}, `variant ""`},
		{[]string{"A"}, "RFC 1123"},
		{[]string{"a_b"}, "RFC 1123"},
		{[]string{"-a"}, "RFC 1123"},
		{[]string{"a.b"}, "RFC 1123"},
		{[]string{strings.Repeat("x", 21)}, "at most 20 bytes"},
		{[]string{"a", "b", "a"}, `variant "a": it is there twice`},
		{[]string{"on", "flag-on"}, `variant "flag-on": it ends in "-on"`},
		{[]string{"b-a", "a"}, `variant "b-a": it ends in "-a"`},
	}
	for _, tt := range tests {
		err := naming.CheckVariants(tt.names)
		if (err == nil) != (tt.want == "") || err != nil && !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%q: got %v, want %q", tt.names, err, tt.want)
		}
		_, err = naming.NewNamers([]naming.Patterns{varied(both("shop", "", "", ""), tt.names...)})
		if (err == nil) != (tt.want == "") || err != nil && !strings.Contains(err.Error(), `set "shop"`) {
			t.Errorf("%q: NewNamers: %v", tt.names, err)
		}
	}
	if err := naming.CheckVariants([]string{"A", "", "x"}); err == nil || strings.Count(err.Error(), "\n") != 1 {
		t.Errorf("not all errors: %v", err)
	}
}

// Which templates tell variants apart without a hash.
func TestPlainNamesOfVariants(t *testing.T) {
	tests := []struct {
		template, variants string
		branches           bool
		want               string // in the first variant; with a * for a hash
	}{
		{"{{.set}}-{{.id}}", "on off", true, "shop-pr-7-on"},
		{"{{.id}}-x", "on off", true, "pr-7-on-x"},
		{"p{{.number}}", "on off", false, "p7-*"},
		{"p{{.number}}", "on", false, "p7"},
		{"p{{.number}}-{{.variant}}", "on off", false, "p7-on"},
		{"{{.variant}}-{{.number}}", "on off", false, "on-7"},
		{"{{.variant}}-{{.number}}", "on off", true, "on-7-*"},
		{"{{.variant}}{{.number}}", "v v1", false, "v7-*"},
		{"{{.number}}{{.variant}}", "1 x1", false, "71"},
		{"{{.number}}{{.variant}}", "1 21", false, "71-*"},
		{"{{.variant}}", "on off", false, "on-*"},
		{"{{.variant | upper}}-{{.id}}", "on off", false, "on-pr-7-on-*"},
		{"{{.id}}{{.variant}}", "1 21", false, "pr-7-11"},
		{"{{.number}}", "", false, "7"},
		{"{{.number}}-{{.variant}}", "", false, "7-*"},
	}
	for _, tt := range tests {
		p := varied(both("shop", tt.template, "", ""), strings.Fields(tt.variants)...)
		p.Branches = tt.branches
		id := pr("shop", 7)
		if len(p.Variants) > 0 {
			id = in(p.Variants[0], id)
		}
		got := names(t, namers(t, p)["shop"], id).Namespace
		if base, hashed := strings.CutSuffix(tt.want, "*"); hashed && endsInHash(got) {
			got = got[:len(base)] + "*"
		}
		if got != tt.want {
			t.Errorf("%s in %q: got %q, want %q", tt.template, tt.variants, got, tt.want)
		}
	}
}

// What the set does not have takes no plain name away.
func TestUnknownVariant(t *testing.T) {
	for _, p := range []naming.Patterns{both("s", "{{.id}}", "", ""), varied(both("s", "{{.id}}", "", ""), "on", "off")} {
		n := namers(t, p)["s"]
		for _, id := range []naming.Subject{in("late", pr("s", 1)), in("late", branch("s", "x"))} {
			got := names(t, n, id)
			for _, name := range []string{got.Application, got.Namespace, got.DBSchema} {
				if !endsInHash(name) {
					t.Errorf("%+v: %q", id, name)
				}
			}
			if p := problems(got); p != nil {
				t.Errorf("%+v: %v", id, p)
			}
		}
	}
}

// Templates that fail in one variant only are found before there is a change.
func TestTemplatesAreTriedInEachVariant(t *testing.T) {
	p := varied(both("s", `{{if eq .variant "off"}}{{trunc .id .id}}{{end}}{{.id}}`, "", ""), "on", "off")
	if _, err := naming.NewNamers([]naming.Patterns{p}); err == nil {
		t.Error("no error")
	}
}

// Sets with and without variants, all kinds of templates, nasty branches and
// variants whose names look like parts of ids.
func TestNoCollisionOfVariants(t *testing.T) {
	refs := append(nastyRefs(60), "x", "x-b", "x-b-a", "b", "a", "x-1", "x-bcdfghjklm", "x-bcdfghjklm-a")
	lists := [][]string{{""}, {"a", "b", "c-d", "1", "bcdfghjklm"}, {"b-a", "pr-1", "br-x"}, {"x"}}
	for k := range append(nastyPatterns(""), variantPatterns("")...) {
		var patterns []naming.Patterns
		for s, variants := range lists {
			set := []string{"a", "a-br", "a-pr", "br"}[s]
			p := append(nastyPatterns(set), variantPatterns(set)...)[k]
			p.Branches = s != 1
			if variants[0] != "" {
				p = varied(p, variants...)
			}
			patterns = append(patterns, p)
		}
		all := namers(t, patterns...)
		taken := newBook(8 * len(refs))
		for s, p := range patterns {
			for _, variant := range lists[s] {
				for n, ref := range refs {
					for _, id := range []naming.Subject{in(variant, branch(p.Set, ref)), in(variant, pr(p.Set, int64(n)))} {
						got := names(t, all[p.Set], id)
						if found := problems(got); found != nil {
							t.Fatalf("%+v: %+v: %v", p, id, found)
						}
						taken.enterAll(t, got, id)
					}
				}
			}
		}
	}
}

func variantPatterns(set string) []naming.Patterns {
	var out []naming.Patterns
	for _, text := range []string{
		"{{.variant}}", "{{.number}}-{{.variant}}", "{{.variant}}{{.number}}", "{{.number}}{{.variant}}", "{{.variant}}-{{.id}}",
		"{{.id}}{{.variant}}", "{{.set}}-{{.number}}", "pr-{{.number}}-{{.variant}}", "{{.branch}}-{{.variant}}",
		`{{if eq .variant "a"}}x{{end}}{{.id}}`,
	} {
		out = append(out, both(set, text, text, text))
	}
	return out
}
