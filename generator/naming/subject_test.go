package naming_test

import (
	"crypto/sha256"
	"fmt"
	"math/big"
	"strings"
	"testing"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/generator/naming"
)

func TestID(t *testing.T) {
	tests := map[string]naming.Subject{
		"pr-1":                   pr("s", 1),
		"pr-9223372036854775807": pr("s", 1<<63-1),
		"pr-2456789245":          pr("s", 2456789245),
		"br-main":                branch("s", "main"),
		"br-pr-42":               branch("s", "pr-42"),
		"br-1-2":                 branch("s", "1-2"),
		"pr-42-flag-on":          withVariant("flag-on", pr("s", 42)),
		"br-main-flag-on":        withVariant("flag-on", branch("s", "main")),
		// The id of the change is the same in all variants.
		branch("s", "feature/a").ID() + "-x": withVariant("x", branch("s", "feature/a")),
		// 37 bytes is the maximum without a cut.
		"br-" + strings.Repeat("a", 37): branch("s", strings.Repeat("a", 37)),
	}
	for want, subject := range tests {
		if got := subject.ID(); got != want {
			t.Errorf("%+v: got %q, want %q", subject, got, want)
		}
	}
}

// documentedHash is a second implementation of the documented hash, with math/big.
func documentedHash(subject naming.Subject) string {
	key, number := subject.Origin.Key, ""
	if key.Kind == generator.PullRequest {
		number = fmt.Sprint(key.Number)
	}
	var enc strings.Builder
	for _, f := range []string{subject.Set, subject.Host, subject.Repository, string(key.Kind), number, key.Branch} {
		fmt.Fprintf(&enc, "%d:%s,", len(f), f)
	}
	sum := sha256.Sum256([]byte(enc.String()))
	base, digit := big.NewInt(27), new(big.Int)
	rest := new(big.Int).SetBytes(sum[:])
	out := ""
	for range 10 {
		rest.DivMod(rest, base, digit)
		out = string("bcdfghjklmnpqrstvwxz2456789"[digit.Int64()]) + out
	}
	return out
}

func TestHashedID(t *testing.T) {
	tests := []struct {
		subject naming.Subject
		base    string
	}{
		{branch("s", "feature/a-b"), "br-feature-a-b"},
		{branch("s", "A"), "br-a"},
		{branch("s", "a--b"), "br-a-b"},
		{branch("s", "-a"), "br-a"},
		{branch("s", "İ"), "br"},
		{branch("s", "\u212a8s"), "br-8s"}, // the Kelvin sign, which Unicode lowers to k
		{branch("s", "\xff\x00"), "br"},
		{branch("s", strings.Repeat("a", 38)), "br-" + strings.Repeat("a", 26)},
		{branch("s", strings.Repeat("a", 25)+"-"+strings.Repeat("b", 30)), "br-" + strings.Repeat("a", 25)},
		{branch("s", "x-bcdfghjklm"), "br-x-bcdfghjklm"},
		{branch("s", "bcdfghjklm"), "br-bcdfghjklm"},
		{branch("s", "{{.title}}"), "br-title"},
		{pr("s", 0), "pr-0"},
	}
	for _, tt := range tests {
		want := tt.base + "-" + documentedHash(tt.subject)
		if got := tt.subject.ID(); got != want {
			t.Errorf("%q: got %q, want %q", tt.subject.Origin.Key.Branch, got, want)
		}
	}
}

// The hash depends on every field of the identity, and on the boundaries between
// fields.
func TestHashCoversIdentity(t *testing.T) {
	at := func(host, repository string, subject naming.Subject) naming.Subject {
		subject.Host, subject.Repository = host, repository
		return subject
	}
	seen := map[string]naming.Subject{}
	for _, subject := range []naming.Subject{
		at("h", "r", branch("s", "A")),
		at("h", "r", branch("s2", "A")),
		at("h2", "r", branch("s", "A")),
		at("h", "r2", branch("s", "A")),
		at("h", "r", newSubject("s", generator.Key{Kind: "tag", Branch: "A"})),
		at("h", "r", branch("s", "a/")),
		at("hr", "", branch("s", "A")),
		at("", "hr", branch("s", "A")),
		at("h1:r,", "", branch("s", "A")),
		at("h", "r", pr("s", -1)),
		at("h", "r", pr("s", 0)),
		at("h", "r", withVariant("a", branch("s", "A"))),
		at("h", "r", withVariant("b", branch("s", "A"))),
	} {
		got := subject.ID()
		if before, ok := seen[got]; ok {
			t.Errorf("%+v and %+v have the same id %q", subject, before, got)
		}
		seen[got] = subject
	}
}

func TestNamesIgnoreRepositoryID(t *testing.T) {
	one, other := branch("s", "A"), branch("s", "A")
	other.Origin.RepositoryID = "4711"
	n := newNamers(t, bothKinds("s", "", "", ""))["s"]
	if mustName(t, n, one) != mustName(t, n, other) {
		t.Error("a name depends on the repository's id")
	}
}
