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
		want  string // "" for valid names
	}{
		{nil, ""},
		{[]string{"flag-on", "flag-off"}, ""},
		{[]string{"a", "b-c", "ca", strings.Repeat("x", 20)}, ""},
		{many[:20], ""},
		{many, "there are 21 variants: use at most 20"},
		{[]string{""}, `variant ""`},
		{[]string{"A"}, "use 1 to 20 lower-case letters"},
		{[]string{"a_b"}, "use 1 to 20 lower-case letters"},
		{[]string{"-a"}, "use 1 to 20 lower-case letters"},
		{[]string{"a.b"}, "use 1 to 20 lower-case letters"},
		{[]string{strings.Repeat("x", 21)}, "use 1 to 20 lower-case letters"},
		{[]string{"a", "b", "a"}, `variant "a": it is listed twice`},
		{[]string{"on", "flag-on"}, `variant "flag-on": it ends in "-on"`},
		{[]string{"b-a", "a"}, `variant "b-a": it ends in "-a"`},
	}
	for _, tt := range tests {
		err := naming.CheckVariants(tt.names)
		if (err == nil) != (tt.want == "") || err != nil && !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%q: got %v, want %q", tt.names, err, tt.want)
		}
		_, err = naming.NewNamers([]naming.Patterns{withVariants(bothKinds("shop", "", "", ""), tt.names...)})
		if (err == nil) != (tt.want == "") || err != nil && !strings.Contains(err.Error(), `set "shop"`) {
			t.Errorf("NewNamers with variants %q: got %v, want %q", tt.names, err, tt.want)
		}
	}
	if err := naming.CheckVariants([]string{"A", "", "x"}); err == nil || strings.Count(err.Error(), "\n") != 1 {
		t.Errorf("got %v, want two joined errors", err)
	}
}

func TestPlainNamesOfVariants(t *testing.T) {
	tests := []struct {
		template, variants string
		branches           bool
		want               string // in the first variant, with * for a hash
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
		p := withVariants(bothKinds("shop", tt.template, "", ""), strings.Fields(tt.variants)...)
		p.Branches = tt.branches
		subject := pr("shop", 7)
		if len(p.Variants) > 0 {
			subject = withVariant(p.Variants[0], subject)
		}
		got := mustName(t, newNamers(t, p)["shop"], subject).Namespace
		if base, hashed := strings.CutSuffix(tt.want, "*"); hashed && endsInHash(got) {
			got = got[:len(base)] + "*"
		}
		if got != tt.want {
			t.Errorf("%s in %q: got %q, want %q", tt.template, tt.variants, got, tt.want)
		}
	}
}

func TestUnknownVariantGetsHashedNames(t *testing.T) {
	for _, p := range []naming.Patterns{bothKinds("s", "{{.id}}", "", ""), withVariants(bothKinds("s", "{{.id}}", "", ""), "on", "off")} {
		n := newNamers(t, p)["s"]
		for _, subject := range []naming.Subject{withVariant("late", pr("s", 1)), withVariant("late", branch("s", "x"))} {
			got := mustName(t, n, subject)
			for _, name := range []string{got.Application, got.Namespace, got.DBSchema} {
				if !endsInHash(name) {
					t.Errorf("%+v: got %q, want a hashed name", subject, name)
				}
			}
			if p := problems(got); p != nil {
				t.Errorf("invalid names of %+v: %v", subject, p)
			}
		}
	}
}

func TestTemplatesAreTriedInEachVariant(t *testing.T) {
	p := withVariants(bothKinds("s", `{{if eq .variant "off"}}{{trunc .id .id}}{{end}}{{.id}}`, "", ""), "on", "off")
	if _, err := naming.NewNamers([]naming.Patterns{p}); err == nil {
		t.Error("got no error for a template that fails in one variant")
	}
}

// Sets with and without variants, all kinds of templates, hostile branches, and
// variants with names that look like parts of ids.
func TestNoCollisionOfVariants(t *testing.T) {
	refs := append(hostileRefs(60), "x", "x-b", "x-b-a", "b", "a", "x-1", "x-bcdfghjklm", "x-bcdfghjklm-a")
	lists := [][]string{{""}, {"a", "b", "c-d", "1", "bcdfghjklm"}, {"b-a", "pr-1", "br-x"}, {"x"}}
	for k := range append(hostilePatterns(""), variantPatterns("")...) {
		var patterns []naming.Patterns
		for s, variants := range lists {
			set := []string{"a", "a-br", "a-pr", "br"}[s]
			p := append(hostilePatterns(set), variantPatterns(set)...)[k]
			p.Branches = s != 1
			if variants[0] != "" {
				p = withVariants(p, variants...)
			}
			patterns = append(patterns, p)
		}
		all := newNamers(t, patterns...)
		registry := newNameRegistry(8 * len(refs))
		for s, p := range patterns {
			for _, variant := range lists[s] {
				for n, ref := range refs {
					for _, subject := range []naming.Subject{withVariant(variant, branch(p.Set, ref)), withVariant(variant, pr(p.Set, int64(n)))} {
						got := mustName(t, all[p.Set], subject)
						if found := problems(got); found != nil {
							t.Fatalf("%+v: invalid names of %+v: %v", p, subject, found)
						}
						registry.register(t, got, subject)
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
		out = append(out, bothKinds(set, text, text, text))
	}
	return out
}
