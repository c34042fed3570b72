package mysql

import (
	"strings"
	"testing"
)

func TestIdentifierAndPattern(t *testing.T) {
	for _, c := range []struct{ name, identifier, pattern string }{
		{"shop", "`shop`", "`shop`"},
		{"shop_pr_4", "`shop_pr_4`", "`shop\\_pr\\_4`"},
		{"a`b", "`a``b`", "`a``b`"},
		{"``", "``````", "``````"},
		{"50%", "`50%`", "`50\\%`"},
		{`a\_b`, "`a\\_b`", "`a\\\\\\_b`"},
		{"", "``", "``"},
	} {
		if got := identifier(c.name); got != c.identifier {
			t.Errorf("identifier(%q) = %s, want %s", c.name, got, c.identifier)
		}
		if got := pattern(c.name); got != c.pattern {
			t.Errorf("pattern(%q) = %s, want %s", c.name, got, c.pattern)
		}
	}
}

// FuzzIdentifier parses identifiers and patterns as the servers do.
func FuzzIdentifier(f *testing.F) {
	for _, seed := range []string{"", "shop_pr_4", "`", "a``b`", `\_%\`, "`; DROP DATABASE mysql; -- "} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, name string) {
		if got, rest := readIdentifier(t, identifier(name)); got != name || rest != "" {
			t.Errorf("identifier(%q) is read as %q, then %q", name, got, rest)
		}
		got, rest := readIdentifier(t, pattern(name))
		if unescape(got) != name || rest != "" {
			t.Errorf("pattern(%q) is read as %q, then %q", name, got, rest)
		}
		for bare := strings.ReplaceAll(got, `\\`, ""); bare != ""; {
			before, after, found := strings.Cut(bare, `\`)
			if strings.ContainsAny(before, "_%") {
				t.Fatalf("pattern(%q) has a wildcard", name)
			}
			if bare = after; found {
				bare = after[1:]
			}
		}
	})
}

// readIdentifier returns the name in backquotes at the start of sql, and the rest of sql.
func readIdentifier(t *testing.T, sql string) (name, rest string) {
	t.Helper()
	rest, ok := strings.CutPrefix(sql, "`")
	for ok {
		var part string
		if part, rest, ok = strings.Cut(rest, "`"); !ok {
			break
		}
		name += part
		if !strings.HasPrefix(rest, "`") {
			return name, rest
		}
		name, rest = name+"`", rest[1:]
	}
	t.Fatalf("%s has no closing backquote", sql)
	return "", ""
}

func TestUserName(t *testing.T) {
	fits := strings.Repeat("a", maxUser)
	if got := userName(fits); got != fits {
		t.Errorf("userName(%s) = %s", fits, got)
	}
	seen := map[string]string{}
	for _, name := range []string{fits + "a", fits + "b", strings.Repeat("a", 64)} {
		got := userName(name)
		if len(got) > maxUser {
			t.Errorf("userName(%s) = %s, of %d bytes", name, got, len(got))
		}
		if other, ok := seen[got]; ok {
			t.Errorf("%s and %s have the user %s", name, other, got)
		}
		seen[got] = name
	}
	if got, want := userName(fits+"a"), "aaaaaaaaaaaaaaaaaaa_"; !strings.HasPrefix(got, want) {
		t.Errorf("userName = %s, want %s…", got, want)
	}
}

func TestNativeHash(t *testing.T) {
	// The well-known result of PASSWORD('root').
	if got, want := nativeHash("root"), "*81F5E21E35407D884A6CD4A731AEBFB6AF209E1B"; got != want {
		t.Errorf("nativeHash = %s, want %s", got, want)
	}
}
