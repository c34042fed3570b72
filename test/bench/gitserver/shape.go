package gitserver

import (
	"crypto/sha1"
	"fmt"
	"strings"
)

// Where the entries of a repository lie, and on which branch.
const (
	SetDir = "previews/shop"
	Branch = "main"
)

// filesOfEntry is how many files each entry has.
const filesOfEntry = 4

// Shape is how large a repository is.
type Shape struct {
	// Entries below SetDir, of four files each.
	Entries int
	// Files in all: what the entries don't have lies below apps, as
	// <team>/<application>/<overlay>/<file>.
	Files int
	// Commits of history. The first one has all files; each other one changes
	// two files of an entry and one of the others.
	Commits int
}

// EntryDir returns the directory of the entry with the number i, from 0.
func EntryDir(i int) string { return fmt.Sprintf("%s/pr-%d", SetDir, i+1) }

// EntryFiles returns what the entry i holds in some version of it: names and
// sizes are those of a small preview.
func EntryFiles(i, version int) map[string][]byte {
	return map[string][]byte{
		"preview.yaml":       content(1100, "preview", i, version),
		"kustomization.yaml": content(1500, "kustomization", i, version),
		"namespace.yaml":     content(350, "namespace", i, 0),
		"parameters.yaml":    content(1450, "parameters", i, 0),
	}
}

// otherPath is where the other file i lies: ten in an overlay, four overlays in
// an application, 25 applications in a team.
func otherPath(i int) string {
	return fmt.Sprintf("apps/team-%02d/app-%02d/overlay-%d/file-%d.yaml", i/1000, i/40%25, i/10%4, i%10)
}

func otherFile(i, version int) []byte { return content(600, "application", i, version) }

// content returns YAML of about size bytes. As in real manifests, most of it is
// words that other files have too, and some is names and hashes of its own.
func content(size int, kind string, i, version int) []byte {
	var b strings.Builder
	sum := sha1.Sum(fmt.Appendf(nil, "%s %d %d", kind, i, version))
	fmt.Fprintf(&b, "apiVersion: example.test/v1alpha1\nkind: %s\nmetadata:\n  name: shop-pr-%d\n", kind, i+1)
	fmt.Fprintf(&b, "  annotations:\n    example.test/head: %x\nspec:\n", sum)
	for line := 0; b.Len() < size; line++ {
		fmt.Fprintf(&b, "  setting%d: the value of pr-%d in line %d\n", line, i+1, line)
	}
	return []byte(b.String())
}
