package gitserver

import (
	"crypto/sha1"
	"fmt"
	"strings"
)

// SetDir is the directory of the entries, and Branch their branch.
const (
	SetDir = "previews/shop"
	Branch = "main"
)

// filesOfEntry is the number of files of each entry.
const filesOfEntry = 4

// Shape is the size of a repository.
type Shape struct {
	// Entries is the number of entries below SetDir. Each has four files.
	Entries int
	// Files is the total number of files. Files that are not in an entry are below
	// apps, as <team>/<application>/<overlay>/<file>.
	Files int
	// Commits is the length of the history. The first commit adds all files; each
	// other commit changes two files of an entry and one other file.
	Commits int
}

// EntryDir returns the directory of entry i; i starts at 0.
func EntryDir(i int) string { return fmt.Sprintf("%s/pr-%d", SetDir, i+1) }

// EntryFiles returns the files of entry i in the given version. Their names and sizes are
// typical for a small preview.
func EntryFiles(i, version int) map[string][]byte {
	return map[string][]byte{
		"preview.yaml":       content(1100, "preview", i, version),
		"kustomization.yaml": content(1500, "kustomization", i, version),
		"namespace.yaml":     content(350, "namespace", i, 0),
		"parameters.yaml":    content(1450, "parameters", i, 0),
	}
}

// otherPath returns the path of file i outside the entries. An overlay has ten files, an
// application four overlays, and a team 25 applications.
func otherPath(i int) string {
	return fmt.Sprintf("apps/team-%02d/app-%02d/overlay-%d/file-%d.yaml", i/1000, i/40%25, i/10%4, i%10)
}

func otherFile(i, version int) []byte { return content(600, "application", i, version) }

// content returns YAML of about size bytes. As in real manifests, most of the text is
// common to all files, and some names and hashes are unique.
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
