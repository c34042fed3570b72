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

// reservedWords are some of the words that PostgreSQL or MySQL refuse.
var reservedWords = []string{
	"select", "user", "table", "order", "default", "authorization", "binary", "left", "tablesample",
	"analyse", "current_catalog", "session_user", "system_user", "window", "with", "zerofill", "accessible",
	"int4", "public", "information_schema", "template1", "mysql", "sys", "all",
}

// problems returns the reasons why names are not valid.
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
	// IsDNS1123Subdomain does not check the length of labels.
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

// mustName returns the names of subject, with all parameters.
func mustName(t testing.TB, n *naming.Namer, subject naming.Subject) generator.Names {
	t.Helper()
	got, err := n.Name(subject, params(subject))
	if err != nil {
		t.Fatalf("naming %+v: %v", subject, err)
	}
	return got
}

func params(subject naming.Subject) map[string]any {
	ref := subject.Origin.Key.Branch
	if subject.Origin.Key.Kind == generator.PullRequest {
		// Pull requests from the same branch name are different changes.
		ref = "patch-1"
	}
	return generator.ChangeParams("", "", "", generator.Change{
		Branch: ref, Title: "{{.head_sha}}", Labels: []string{"{{.id}}"},
	}, generator.Repository{
		Organization: "acme", Name: "shop", CloneURL: "https://github.com/acme/shop.git",
	})
}

// withVariant returns subject in a variant.
func withVariant(variant string, subject naming.Subject) naming.Subject {
	subject.Origin.Variant = variant
	return subject
}

// withVariants returns p for a set with these variants.
func withVariants(p naming.Patterns, variants ...string) naming.Patterns {
	p.Variants = variants
	return p
}

// newSubject returns a change of acme/shop on github.com.
func newSubject(set string, key generator.Key) naming.Subject {
	return naming.Subject{Set: set, Host: "github.com", Repository: "acme/shop", Origin: generator.Origin{Key: key}}
}

func pr(set string, number int64) naming.Subject {
	return newSubject(set, generator.Key{Kind: generator.PullRequest, Number: number})
}

func branch(set, ref string) naming.Subject {
	return newSubject(set, generator.Key{Kind: generator.Branch, Branch: ref})
}

func newNamers(t testing.TB, patterns ...naming.Patterns) map[string]*naming.Namer {
	t.Helper()
	n, err := naming.NewNamers(patterns)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// bothKinds returns patterns of a set that selects pull requests and branches.
func bothKinds(set, namespace, host, dbSchema string) naming.Patterns {
	return naming.Patterns{
		Set: set, PullRequests: true, Branches: true,
		Namespace: namespace, Host: host, DBSchema: dbSchema,
	}
}
