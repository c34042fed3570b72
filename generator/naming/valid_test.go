package naming_test

import (
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/util/validation"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/generator/naming"
)

func notInSchema(r rune) bool {
	return r != '_' && (r < 'a' || r > 'z') && (r < '0' || r > '9')
}

// reservedWords is a sample of what PostgreSQL and MySQL refuse.
var reservedWords = []string{
	"select", "user", "table", "order", "default", "authorization", "binary", "left", "tablesample",
	"analyse", "current_catalog", "session_user", "system_user", "window", "with", "zerofill", "accessible",
	"int4", "public", "information_schema", "template1", "mysql", "sys", "all",
}

// problems returns what is wrong with names, whatever they are of.
func problems(n generator.Names) []string {
	var out []string
	add := func(kind, name string, found []string) {
		for _, p := range found {
			out = append(out, kind+" "+name+": "+p)
		}
	}
	add("id", n.ID, validation.IsValidLabelValue(n.ID))
	add("namespace", n.Namespace, validation.IsDNS1123Label(n.Namespace))
	if n.Application != n.Namespace {
		add("application", n.Application, validation.IsDNS1123Label(n.Application))
	}
	add("host", n.Host, validation.IsDNS1123Subdomain(n.Host))
	// IsDNS1123Subdomain looks at labels too, but not at how long they are.
	for l := range strings.SplitSeq(n.Host, ".") {
		if len(l) > validation.DNS1123LabelMaxLength {
			out = append(out, "label of host "+l+" is too long")
		}
	}
	if len(n.ID) > 61 || len(n.Application) > 53 {
		out = append(out, "too long: "+n.ID+" "+n.Application)
	}
	s := n.DBSchema
	if s == "" || strings.IndexFunc(s, notInSchema) >= 0 || '0' <= s[0] && s[0] <= '9' || len(s) > 63 || strings.HasPrefix(s, "pg_") {
		out = append(out, "schema "+s+" is not valid")
	}
	for _, w := range reservedWords {
		if s == w {
			out = append(out, "schema "+s+" is reserved")
		}
	}
	return out
}

// names is the test's way to a name with all the parameters there are.
func names(t testing.TB, n *naming.Namer, id naming.Subject) generator.Names {
	t.Helper()
	got, err := n.Name(id, params(id))
	if err != nil {
		t.Fatalf("naming %+v: %v", id, err)
	}
	return got
}

func params(id naming.Subject) map[string]any {
	ref := id.Origin.Key.Branch
	if id.Origin.Key.Kind == generator.PullRequest {
		// Pull requests from the same branch name are different changes.
		ref = "patch-1"
	}
	return generator.ChangeParams("", "", "", generator.Change{
		Branch: ref, Title: "{{.head_sha}}", Labels: []string{"{{.id}}"},
	}, generator.Repository{
		Organization: "acme", Name: "shop", CloneURL: "https://github.com/acme/shop.git",
	})
}

// in returns id in a variant.
func in(variant string, id naming.Subject) naming.Subject {
	id.Origin.Variant = variant
	return id
}

// varied returns patterns of a set with these variants.
func varied(p naming.Patterns, variants ...string) naming.Patterns {
	p.Variants = variants
	return p
}

// of returns a change of acme/shop on github.com.
func of(set string, key generator.Key) naming.Subject {
	return naming.Subject{Set: set, Host: "github.com", Repository: "acme/shop", Origin: generator.Origin{Key: key}}
}

func pr(set string, number int64) naming.Subject {
	return of(set, generator.Key{Kind: generator.PullRequest, Number: number})
}

func branch(set, ref string) naming.Subject {
	return of(set, generator.Key{Kind: generator.Branch, Branch: ref})
}

func namers(t testing.TB, patterns ...naming.Patterns) map[string]*naming.Namer {
	t.Helper()
	n, err := naming.NewNamers(patterns)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// both returns patterns of a set that selects both kinds.
func both(set, namespace, host, dbSchema string) naming.Patterns {
	return naming.Patterns{
		Set: set, PullRequests: true, Branches: true,
		Namespace: namespace, Host: host, DBSchema: dbSchema,
	}
}
