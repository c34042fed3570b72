package closure

import (
	"errors"
	"io/fs"
	"path"
	"regexp"
	"strings"

	"github.com/previewset/previewset/kustomize/object"
)

// errRemote and errOutside are reasons to refuse a reference.
var (
	errRemote  = errors.New("is not a file of this repository")
	errOutside = errors.New("leaves the repository")
)

// userAt matches the user of an SCP-like address, as Kustomize does (extractUsername
// in api/internal/git/repospec.go).
var userAt = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9-]*@`)

// remote reports whether Kustomize could clone or download ref. It includes more than
// Kustomize's own tests (IsRemoteFile in api/internal/loader, NewRepoSpecFromURL in
// api/internal/git). It looks only at the text, because a directory of the tree can
// have the name "https:".
func remote(ref string) bool {
	first, _, _ := strings.Cut(ref, "/")
	lower := strings.ToLower(ref)
	return strings.Contains(first, ":") ||
		strings.Contains(ref, "://") ||
		strings.Contains(ref, "?ref=") ||
		userAt.MatchString(ref) ||
		strings.HasPrefix(lower, "github.com/")
}

// IsDirectory reports whether dir is a valid path of a directory in the repository,
// and not a reference that Kustomize would fetch.
func IsDirectory(dir string) bool {
	return !remote(dir) && fs.ValidPath(path.Clean(dir)) && object.Printable(dir)
}

// local returns the path in the repository of ref in a kustomization in dir.
func local(dir, ref string) (string, error) {
	switch {
	case ref == "":
		return "", errors.New("is empty")
	case remote(ref):
		return "", errRemote
	case !object.Printable(ref) || strings.ContainsRune(ref, '\\'):
		return "", errors.New("is not a path")
	case path.IsAbs(ref):
		return "", errOutside
	}
	p := path.Join(dir, ref)
	if p == ".." || strings.HasPrefix(p, "../") {
		return "", errOutside
	}
	return p, nil
}

// Relative returns the relative path from one directory of the repository to another.
func Relative(from, to string) string {
	a, b := strings.Split(from, "/"), strings.Split(to, "/")
	for len(a) > 0 && len(b) > 0 && a[0] == b[0] {
		a, b = a[1:], b[1:]
	}
	return strings.Repeat("../", len(a)) + strings.Join(b, "/")
}

// Within reports whether p is dir or below it.
func Within(p, dir string) bool {
	return p == dir || strings.HasPrefix(p, dir+"/") || dir == "."
}
