package naming_test

import (
	"maps"
	"strings"
	"testing"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/generator/naming"
)

func TestDefaultNames(t *testing.T) {
	n := namers(t, both("shop", "", "", ""))["shop"]
	tests := []struct {
		id   naming.Subject
		want generator.Names
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
		if got := names(t, n, tt.id); got != tt.want {
			t.Errorf("%+v:\n got %+v\nwant %+v", tt.id, got, tt.want)
		}
	}
}

// unhash takes the hash off a name, and fails where there is none or two.
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

func TestWhatStaysReadable(t *testing.T) {
	long := strings.Repeat("long-", 40)
	patterns := both("shop", "", "", "")
	set40 := strings.Repeat("s", 40)
	all := namers(t, patterns, both(set40, "", "", ""),
		both("tpl", "{{.branch}}", "{{.branch}}.example.com", "{{.branch}}"),
		both("const", "preview", "preview.example.com", "pg"))
	tests := []struct {
		id                           naming.Subject
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
		got := names(t, all[tt.id.Set], tt.id)
		first, _, _ := strings.Cut(got.Host, ".")
		bare := func(name, sep string) string {
			if base, _, _ := cutLast(name, sep); base == "pr" || tt.id.Set == "tpl" && name == "br-7up" {
				return name
			}
			return unhash(t, name, sep)
		}
		check := func(kind, got, want string) {
			if got = strings.TrimRight(got, "-_"); got != strings.TrimRight(want, "-_") {
				t.Errorf("%s of %+v is %q, want %q", kind, tt.id, got, want)
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
		// Two keys, functions, conditions and none at all don't prove anything.
		{prs("{{.id}}{{.number}}", "{{.id | lower}}.dev", "{{if .id}}{{.id}}{{end}}"), "pr-4242", "pr-42", "pr_42", [3]bool{}},
		{prs("preview", "{{.branch}}.{{.id}}.dev", "s_{{.kind}}"), "preview", "patch-1", "s_pull_request", [3]bool{}},
		{prs("{{$x := .id}}{{$x}}", `{{"a"}}-{{.id}}.dev`, "{{$.id}}"), "pr-42", "a-pr-42", "pr_42", [3]bool{}},
		// What had to be changed.
		{prs("My-{{.id}}", "{{.id}}.dev.", "{{.set}}-{{.id}}"), "my-pr-42", "pr-42", "my_shop_pr_42", [3]bool{}},
		{prs(strings.Repeat("n", 58)+"-{{.id}}", "{{.id}}.."+"dev", "pg_{{.id}}"), strings.Repeat("n", 52), "pr-42", "_pg_pr_42", [3]bool{}},
		// What looks hashed, and what is reserved.
		{prs("{{.id}}-bcdfghjklm", "{{.id}}-bcdfghjklm.dev", "int{{.number}}"), "pr-42-bcdfghjklm", "pr-42-bcdfghjklm", "int42", [3]bool{false, false, true}},
	}
	for _, tt := range tests {
		got := names(t, namers(t, tt.patterns)["my-shop"], pr("my-shop", 42))
		first, _, _ := strings.Cut(got.Host, ".")
		for k, c := range []struct{ got, bare, sep, want string }{
			{got.Namespace, got.Namespace, "-", tt.ns},
			{got.Host, first, "-", tt.host},
			{got.DBSchema, got.DBSchema, "_", tt.schema},
		} {
			if tt.plain[k] && c.got != c.want {
				t.Errorf("%+v: got %q, want %q as it is", tt.patterns, c.got, c.want)
			}
			if !tt.plain[k] && unhash(t, c.bare, c.sep) != c.want {
				t.Errorf("%+v: got %q, want %q with a hash", tt.patterns, c.got, c.want)
			}
		}
	}
}

// A number that makes a reserved word gets a hash; its neighbours don't.
func TestReservedSchema(t *testing.T) {
	n := namers(t, naming.Patterns{Set: "s", PullRequests: true, DBSchema: "int{{.number}}"})["s"]
	if got := names(t, n, pr("s", 4)).DBSchema; unhash(t, got, "_") != "int4" {
		t.Errorf("got %q", got)
	}
	if got := names(t, n, pr("s", 5)).DBSchema; got != "int5" {
		t.Errorf("got %q", got)
	}
}

// A number tells pull requests apart only where there is nothing else.
func TestNumberBesideBranches(t *testing.T) {
	n := namers(t, both("s", "p{{.number}}", "", ""))["s"]
	for _, id := range []naming.Subject{pr("s", 4), branch("s", "x")} {
		unhash(t, names(t, n, id).Namespace, "-")
	}
}

// A change that the set does not select has no plain name to give away.
func TestUnselectedKind(t *testing.T) {
	n := namers(t, naming.Patterns{Set: "s", PullRequests: true, Namespace: "p-{{.number}}"})["s"]
	for _, id := range []naming.Subject{
		branch("s", "x"),
		pr("s", 0), pr("s", -7),
		of("s", generator.Key{Kind: "tag", Branch: "x"}),
		{Set: "s"},
	} {
		got := names(t, n, id)
		unhash(t, got.Namespace, "-")
		unhash(t, got.Application, "-")
		unhash(t, got.DBSchema, "_")
		if p := problems(got); p != nil {
			t.Errorf("%+v: %v", id, p)
		}
	}
}

func TestTooLongHost(t *testing.T) {
	all := namers(t,
		both("dots", "", "{{.branch}}.preview.example.com", ""),
		both("flat", "", "{{.branch}}."+strings.Repeat(strings.Repeat("d", 63)+".", 3)+strings.Repeat("d", 48), ""),
		both("deep", "", "{{.id}}."+strings.Repeat("d.", 200)+"example.com", ""))
	for set, domain := range map[string]string{"dots": ".preview.example.com", "flat": strings.Repeat("d", 48), "deep": ".d.d.d.example.com"} {
		for _, ref := range []string{strings.Repeat("x.", 300), strings.Repeat("y", 700), "a." + strings.Repeat("z", 99)} {
			got := names(t, all[set], branch(set, ref))
			if p := problems(got); p != nil {
				t.Errorf("%v", p)
			}
			if !strings.HasSuffix(got.Host, domain) {
				t.Errorf("host %q lost its domain", got.Host)
			}
		}
	}
}

func TestNameIgnoresWhatDoesNotIdentify(t *testing.T) {
	n := namers(t, both("s", "{{.branch}}-{{.id}}", "", ""))["s"]
	id := branch("s", "Feature/X")
	given := params(id)
	before := maps.Clone(given)
	want, err := n.Name(id, given)
	if err != nil {
		t.Fatal(err)
	}
	if len(given) != len(before) {
		t.Error("the caller's parameters were changed")
	}
	given["set"], given["id"], given["number"], given["title"] = "other", "pr-1", "1", "new"
	id.Origin.Key.Number = 7
	if got, err := n.Name(id, given); err != nil || got != want {
		t.Errorf("got %+v, %v; want %+v", got, err, want)
	}
}

func TestNameErrors(t *testing.T) {
	n := namers(t, both("s", "{{.branch}}", "", ""))["s"]
	if _, err := n.Name(branch("other", "x"), nil); err == nil {
		t.Error("no error for a change of another set")
	}
	_, err := n.Name(branch("s", "x"), map[string]any{"id": "x"})
	if err == nil || !strings.Contains(err.Error(), `set "s"`) || !strings.Contains(err.Error(), "names.namespace") {
		t.Errorf("a parameter that is not there: %v", err)
	}
}
