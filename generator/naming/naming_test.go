package naming_test

import (
	"maps"
	"strings"
	"testing"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/generator/naming"
)

func TestDefaultNames(t *testing.T) {
	n := newNamers(t, bothKinds("shop", "", "", ""))["shop"]
	tests := []struct {
		subject naming.Subject
		want    generator.Names
	}{
		{pr("shop", 42), generator.Names{
			ID: "pr-42", Application: "shop-pr-42", Namespace: "shop-pr-42",
			Host: "pr-42.shop.preview.localhost", DBSchema: "shop_pr_42",
		}},
		{branch("shop", "feature-a-b"), generator.Names{
			ID: "br-feature-a-b", Application: "shop-br-feature-a-b", Namespace: "shop-br-feature-a-b",
			Host: "br-feature-a-b.shop.preview.localhost", DBSchema: "shop_br_feature_a_b",
		}},
	}
	for _, tt := range tests {
		if got := mustName(t, n, tt.subject); got != tt.want {
			t.Errorf("%+v:\n got %+v\nwant %+v", tt.subject, got, tt.want)
		}
	}
}

// unhash returns name without its hash. It fails unless the name has exactly one
// hash.
func unhash(t *testing.T, name, sep string) string {
	t.Helper()
	base, hash, ok := cutLast(name, sep)
	if !ok || len(hash) != 10 || strings.Trim(hash, "bcdfghjklmnpqrstvwxz2456789") != "" {
		t.Fatalf("%q has no hash", name)
	}
	if strings.Contains(base, hash) {
		t.Fatalf("%q has its hash twice", name)
	}
	return base
}

func cutLast(s, sep string) (before, after string, ok bool) {
	at := strings.LastIndex(s, sep)
	if at < 0 {
		return s, "", false
	}
	return s[:at], s[at+len(sep):], true
}

func TestHashedNamesStayReadable(t *testing.T) {
	long := strings.Repeat("long-", 40)
	patterns := bothKinds("shop", "", "", "")
	set40 := strings.Repeat("s", 40)
	all := newNamers(t, patterns, bothKinds(set40, "", "", ""),
		bothKinds("tpl", "{{.branch}}", "{{.branch}}.example.com", "{{.branch}}"),
		bothKinds("const", "preview", "preview.example.com", "pg"))
	tests := []struct {
		subject                      naming.Subject
		slug, app, ns, first, schema string // without their hashes
	}{
		{branch("shop", "feature/a-b"), "br-feature-a-b", "shop-br-feature-a-b", "shop-br-feature-a-b", "br-feature-a-b", "shop_br_feature_a_b"},
		{branch("shop", "Main"), "br-main", "shop-br-main", "shop-br-main", "br-main", "shop_br_main"},
		{branch("shop", "--x__"), "br-x", "shop-br-x", "shop-br-x", "br-x", "shop_br_x"},
		{branch("shop", "日本語"), "br", "shop-br", "shop-br", "br", "shop_br"},
		{branch("shop", ""), "br", "shop-br", "shop-br", "br", "shop_br"},
		{branch("shop", long), "br-" + long[:26], "shop-br-" + long[:26], "shop-br-" + long[:26], "br-" + long[:26], "shop_br_" + strings.ReplaceAll(long[:26], "-", "_")},
		{branch(set40, "a/b"), "br-a-b", set40 + "-b", set40 + "-br-a-b", "br-a-b", set40 + "_br_a_b"},
		{branch("tpl", "日本"), "br", "tpl-br", "br", "br", "br"},
		{branch("tpl", "A.b"), "br-a-b", "tpl-br-a-b", "a-b", "a", "a_b"},
		{branch("tpl", "7up"), "br-7up", "tpl-br-7up", "7up", "7up", "_7up"},
		{branch("tpl", "pg_stat"), "br-pg-stat", "tpl-br-pg-stat", "pg-stat", "pg-stat", "_pg_stat"},
		{branch("tpl", "xn--mnchen-3ya"), "br-xn-mnchen-3ya", "tpl-br-xn-mnchen-3ya", "xn--mnchen-3ya", "xn-mnchen-3ya", "xn_mnchen_3ya"},
		{pr("const", 2456789245), "pr-2456789245", "const-pr-2456789245", "preview", "preview", "_pg"},
	}
	for _, tt := range tests {
		got := mustName(t, all[tt.subject.Set], tt.subject)
		first, _, _ := strings.Cut(got.Host, ".")
		bare := func(name, sep string) string {
			if base, _, _ := cutLast(name, sep); base == "pr" || tt.subject.Set == "tpl" && name == "br-7up" {
				return name
			}
			return unhash(t, name, sep)
		}
		check := func(kind, got, want string) {
			if got = strings.TrimRight(got, "-_"); got != strings.TrimRight(want, "-_") {
				t.Errorf("%s of %+v: got %q, want %q", kind, tt.subject, got, want)
			}
		}
		check("id", bare(got.ID, "-"), tt.slug)
		if got.ID != "br-7up" {
			check("application", unhash(t, got.Application, "-"), tt.app)
		}
		check("namespace", unhash(t, got.Namespace, "-"), tt.ns)
		check("host", unhash(t, first, "-"), tt.first)
		check("schema", unhash(t, got.DBSchema, "_"), tt.schema)
	}
}

func TestPlainTemplates(t *testing.T) {
	prs := func(ns, host, schema string) naming.Patterns {
		return naming.Patterns{Set: "my-shop", PullRequests: true, Namespace: ns, Host: host, DBSchema: schema}
	}
	tests := []struct {
		patterns         naming.Patterns
		ns, host, schema string
		plain            [3]bool
	}{
		{prs("pr{{.number}}", "{{ .number }}.example.com", "_{{.number}}"), "pr42", "42.example.com", "_42", [3]bool{true, true, true}},
		{prs("{{.id}}--{{.set}}", "x.{{.id}}-{{.set}}.dev", "{{.id}}__{{.set}}"), "pr-42--my-shop", "x.pr-42-my-shop.dev", "pr_42__my_shop", [3]bool{true, true, true}},
		{prs("a{{/* b */}}-{{- .id}}", "{{.id}}", "{{.id -}} "), "a-pr-42", "pr-42", "pr_42", [3]bool{true, true, true}},
		// Two keys, no key, functions and conditions: names may be ambiguous.
		{prs("{{.id}}{{.number}}", "{{.id | lower}}.dev", "{{if .id}}{{.id}}{{end}}"), "pr-4242", "pr-42", "pr_42", [3]bool{}},
		{prs("preview", "{{.branch}}.{{.id}}.dev", "s_{{.kind}}"), "preview", "patch-1", "s_pull_request", [3]bool{}},
		{prs("{{$x := .id}}{{$x}}", `{{"a"}}-{{.id}}.dev`, "{{$.id}}"), "pr-42", "a-pr-42", "pr_42", [3]bool{}},
		// Values that are not valid names.
		{prs("My-{{.id}}", "{{.id}}.dev.", "{{.set}}-{{.id}}"), "my-pr-42", "pr-42", "my_shop_pr_42", [3]bool{}},
		{prs(strings.Repeat("n", 58)+"-{{.id}}", "{{.id}}.."+"dev", "pg_{{.id}}"), strings.Repeat("n", 52), "pr-42", "_pg_pr_42", [3]bool{}},
		// Values that look hashed or are reserved.
		{prs("{{.id}}-bcdfghjklm", "{{.id}}-bcdfghjklm.dev", "int{{.number}}"), "pr-42-bcdfghjklm", "pr-42-bcdfghjklm", "int42", [3]bool{false, false, true}},
	}
	for _, tt := range tests {
		got := mustName(t, newNamers(t, tt.patterns)["my-shop"], pr("my-shop", 42))
		first, _, _ := strings.Cut(got.Host, ".")
		for k, c := range []struct{ got, bare, sep, want string }{
			{got.Namespace, got.Namespace, "-", tt.ns},
			{got.Host, first, "-", tt.host},
			{got.DBSchema, got.DBSchema, "_", tt.schema},
		} {
			if tt.plain[k] && c.got != c.want {
				t.Errorf("%+v: got %q, want %q without a hash", tt.patterns, c.got, c.want)
			}
			if !tt.plain[k] && unhash(t, c.bare, c.sep) != c.want {
				t.Errorf("%+v: got %q, want %q with a hash", tt.patterns, c.got, c.want)
			}
		}
	}
}

// int4 is a reserved word, and int5 is not.
func TestReservedSchemaIsHashed(t *testing.T) {
	n := newNamers(t, naming.Patterns{Set: "s", PullRequests: true, DBSchema: "int{{.number}}"})["s"]
	if got := mustName(t, n, pr("s", 4)).DBSchema; unhash(t, got, "_") != "int4" {
		t.Errorf("got schema %q", got)
	}
	if got := mustName(t, n, pr("s", 5)).DBSchema; got != "int5" {
		t.Errorf("got schema %q", got)
	}
}

// Branches have no number.
func TestNumberIsNotUniqueWithBranches(t *testing.T) {
	n := newNamers(t, bothKinds("s", "p{{.number}}", "", ""))["s"]
	for _, subject := range []naming.Subject{pr("s", 4), branch("s", "x")} {
		unhash(t, mustName(t, n, subject).Namespace, "-")
	}
}

func TestUnselectedChangeGetsHashedNames(t *testing.T) {
	n := newNamers(t, naming.Patterns{Set: "s", PullRequests: true, Namespace: "p-{{.number}}"})["s"]
	for _, subject := range []naming.Subject{
		branch("s", "x"),
		pr("s", 0), pr("s", -7),
		newSubject("s", generator.Key{Kind: "tag", Branch: "x"}),
		{Set: "s"},
	} {
		got := mustName(t, n, subject)
		unhash(t, got.Namespace, "-")
		unhash(t, got.Application, "-")
		unhash(t, got.DBSchema, "_")
		if p := problems(got); p != nil {
			t.Errorf("invalid names of %+v: %v", subject, p)
		}
	}
}

func TestLongHostKeepsDomain(t *testing.T) {
	all := newNamers(t,
		bothKinds("dots", "", "{{.branch}}.preview.example.com", ""),
		bothKinds("flat", "", "{{.branch}}."+strings.Repeat(strings.Repeat("d", 63)+".", 3)+strings.Repeat("d", 48), ""),
		bothKinds("deep", "", "{{.id}}."+strings.Repeat("d.", 200)+"example.com", ""))
	for set, domain := range map[string]string{"dots": ".preview.example.com", "flat": strings.Repeat("d", 48), "deep": ".d.d.d.example.com"} {
		for _, ref := range []string{strings.Repeat("x.", 300), strings.Repeat("y", 700), "a." + strings.Repeat("z", 99)} {
			got := mustName(t, all[set], branch(set, ref))
			if p := problems(got); p != nil {
				t.Errorf("invalid names of %q: %v", ref, p)
			}
			if !strings.HasSuffix(got.Host, domain) {
				t.Errorf("got host %q, want the suffix %q", got.Host, domain)
			}
		}
	}
}

func TestNameIgnoresConflictingParams(t *testing.T) {
	n := newNamers(t, bothKinds("s", "{{.branch}}-{{.id}}", "", ""))["s"]
	subject := branch("s", "Feature/X")
	parameters := params(subject)
	before := maps.Clone(parameters)
	want, err := n.Name(subject, parameters)
	if err != nil {
		t.Fatal(err)
	}
	if len(parameters) != len(before) {
		t.Error("Name changed the caller's parameters")
	}
	parameters["set"], parameters["id"], parameters["number"], parameters["title"] = "other", "pr-1", "1", "new"
	subject.Origin.Key.Number = 7
	if got, err := n.Name(subject, parameters); err != nil || got != want {
		t.Errorf("got %+v, %v; want %+v", got, err, want)
	}
}

func TestNameErrors(t *testing.T) {
	n := newNamers(t, bothKinds("s", "{{.branch}}", "", ""))["s"]
	if _, err := n.Name(branch("other", "x"), nil); err == nil {
		t.Error("got no error for a change of another set")
	}
	_, err := n.Name(branch("s", "x"), map[string]any{"id": "x"})
	if err == nil || !strings.Contains(err.Error(), `set "s"`) || !strings.Contains(err.Error(), "names.namespace") {
		t.Errorf("missing parameter: got %v, want an error that names the set and the template", err)
	}
}
