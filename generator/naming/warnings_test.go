package naming_test

import (
	"cmp"
	"strings"
	"testing"

	"github.com/previewset/previewset/generator/naming"
)

// Templates whose names can only be hashed cause a warning.
func TestTemplatesWithoutUsableNamesAreReported(t *testing.T) {
	t.Parallel()
	const same = "the template is the same for all changes"
	for _, test := range []struct {
		name     string
		patterns naming.Patterns
		want     []string // the parts of the warnings
	}{
		{"defaults", naming.Patterns{PullRequests: true, Branches: true}, nil},
		{"defaults of branches", naming.Patterns{Branches: true}, nil},
		{"defaults with variants", naming.Patterns{PullRequests: true, Branches: true, Variants: []string{"a", "b"}}, nil},
		{"defaults with a digit first", naming.Patterns{Set: "3d", PullRequests: true, Branches: true}, nil},
		{"schema with a digit first", naming.Patterns{Set: "3d", Branches: true, DBSchema: "{{.set}}_{{.id}}"}, []string{`names.dbSchema: the template makes "3d_br_feature_x"`}},
		{"constant namespace", naming.Patterns{PullRequests: true, Namespace: "fixed"}, []string{"names.namespace: " + same}},
		{"constant schema", naming.Patterns{Branches: true, DBSchema: "fixed"}, []string{"names.dbSchema: " + same}},
		{"constant parameters", naming.Patterns{Branches: true, Namespace: "{{.set}}-{{.variant}}{{.kind}}", Host: "{{.repository}}.{{.organization}}"}, []string{
			"names.host: " + same, "names.namespace: " + same,
		}},
		{"condition", naming.Patterns{PullRequests: true, Namespace: `a{{if eq .kind "branch"}}b{{end}}`}, []string{"names.namespace: " + same}},
		{"condition with a parameter that differs", naming.Patterns{PullRequests: true, Namespace: `a{{if .id}}{{$.branch_slug}}{{end}}`}, nil},
		{"variable", naming.Patterns{PullRequests: true, Namespace: `{{$x := .branch_slug}}{{$x}}`}, nil},
		{"number", naming.Patterns{PullRequests: true, Namespace: "n-{{.number}}"}, nil},
		{"branch", naming.Patterns{Branches: true, Namespace: "{{.branch}}", Host: "{{.branch_slug}}.acme.dev", DBSchema: "{{.branch_slug}}"}, nil},
		{"URL", naming.Patterns{PullRequests: true, Namespace: "{{.change_url}}"}, nil},
		{"host with a space", naming.Patterns{PullRequests: true, Host: "x y"}, []string{`names.host: the template makes "x y" for pr-42, which is not a valid name`}},
		{"domain with an underscore", naming.Patterns{Branches: true, Host: "{{.id}}.acme_inc.dev"}, []string{`names.host: the template makes "br-feature-x.acme_inc.dev" for br-feature-x`}},
		{"wildcard", naming.Patterns{PullRequests: true, Host: "{{.id}}.*.dev"}, []string{"names.host: "}},
		{"upper case", naming.Patterns{PullRequests: true, Namespace: "Shop-{{.id}}"}, []string{`names.namespace: the template makes "Shop-pr-42"`}},
		{"namespace with a dot", naming.Patterns{PullRequests: true, Variants: []string{"a"}, Namespace: "{{.id}}.x"}, []string{`"pr-42-a.x" for pr-42-a`}},
		{"schema with a dash", naming.Patterns{PullRequests: true, DBSchema: "a-{{.id}}"}, []string{`names.dbSchema: the template makes "a-pr_42"`}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			test.patterns.Set = cmp.Or(test.patterns.Set, "shop")
			namers, err := naming.NewNamers([]naming.Patterns{test.patterns})
			if err != nil {
				t.Fatal(err)
			}
			got := namers[test.patterns.Set].Warnings()
			if len(got) != len(test.want) {
				t.Fatalf("got %v, want %q", got, test.want)
			}
			for i, w := range got {
				if !strings.Contains(w.String(), test.want[i]) {
					t.Errorf("got %s, want %s", w, test.want[i])
				}
			}
		})
	}
}

// CheckTemplates ignores the names of the set and its variants, which may be wrong too.
func TestCheckTemplatesReportsEachTemplate(t *testing.T) {
	t.Parallel()
	problems := naming.CheckTemplates(naming.Patterns{
		Set: "Not Valid", PullRequests: true, Variants: []string{"a", "a"}, Namespace: "{{.nope}}", Host: "{{.id}}", DBSchema: "{{",
	})
	var keys []string
	for _, p := range problems {
		keys = append(keys, p.Key)
	}
	if got := strings.Join(keys, " "); got != "names.namespace names.dbSchema" {
		t.Errorf("got problems of %s, want those of the namespace and the schema: %v", got, problems)
	}
}
