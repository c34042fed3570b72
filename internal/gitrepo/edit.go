package gitrepo

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/go-git/go-git/v5/plumbing"
)

// Bounds of paths, in bytes: what common file systems can check out.
const (
	maxSegment = 255
	maxPath    = 4096
)

// Edit says which directories become what. Paths have slashes, and none at
// their start or end. No two directories of an edit may be the same or lie in
// each other. Directories that become empty vanish with their empty parents,
// and missing parents are made, as always in Git.
type Edit struct {
	// Dirs are the complete new content of directories: what they held before
	// is gone. File names may have slashes. An empty map removes.
	Dirs map[string]map[string][]byte
	// Remove directories; those that aren't there are no error.
	Remove []string
}

// TreeHash returns the hash of the tree that a directory with these files has
// in Git, for comparing without fetching: names may have slashes, and all
// files are regular and not executable. It refuses the names that Commit
// refuses, and a directory without files, which Git doesn't have.
//
// blobs are files directly in the directory of which only Git's hash is known.
func TreeHash(files map[string][]byte, blobs map[string]string) (string, error) {
	if len(files) == 0 {
		return "", fmt.Errorf("no files")
	}
	known := make([]entry, 0, len(blobs))
	for name, hash := range blobs {
		if err := validSegment(name); err != nil {
			return "", err
		}
		if _, twice := files[name]; twice {
			return "", fmt.Errorf("%q is there twice", name)
		}
		known = append(known, entry{mode: modeFile, name: name, hash: plumbing.NewHash(hash)})
	}
	made := map[plumbing.Hash]*raw{}
	hash, err := buildDir(files, known, made)
	if err != nil {
		return "", err
	}
	return hash.String(), nil
}

// buildDir encodes a directory of files, and of others that are known, and all
// that it holds.
func buildDir(files map[string][]byte, known []entry, made map[plumbing.Hash]*raw) (plumbing.Hash, error) {
	for name := range files {
		if err := validPath(name); err != nil {
			return plumbing.ZeroHash, err
		}
	}
	return encodeDir(files, known, made)
}

func encodeDir(files map[string][]byte, entries []entry, made map[plumbing.Hash]*raw) (plumbing.Hash, error) {
	below := map[string]map[string][]byte{}
	for name, data := range files {
		if dir, rest, nested := strings.Cut(name, "/"); nested {
			if below[dir] == nil {
				below[dir] = map[string][]byte{}
			}
			below[dir][rest] = data
			continue
		}
		blob := newRaw(plumbing.BlobObject, data)
		entries = append(entries, entry{mode: modeFile, name: name, hash: keep(made, blob)})
	}
	for dir, content := range below {
		if _, ok := files[dir]; ok {
			return plumbing.ZeroHash, fmt.Errorf("%q is both a file and a directory", dir)
		}
		hash, err := encodeDir(content, nil, made)
		if err != nil {
			return plumbing.ZeroHash, err
		}
		entries = append(entries, entry{mode: modeDir, name: dir, hash: hash})
	}
	return keep(made, encodeTree(entries)), nil
}

func keep(made map[plumbing.Hash]*raw, o *raw) plumbing.Hash {
	hash := o.hash()
	made[hash] = o
	return hash
}

// validPath refuses what must not be the path of a file or directory: what
// leaves the tree, what git itself refuses (fsck.c, verify_path of
// read-cache.c), and what cannot be checked out everywhere.
func validPath(path string) error {
	if len(path) > maxPath {
		return fmt.Errorf("path too long: %.50q…", path)
	}
	for segment := range strings.SplitSeq(path, "/") {
		if err := validSegment(segment); err != nil {
			return fmt.Errorf("path %q: %w", path, err)
		}
	}
	return nil
}

func validSegment(s string) error {
	switch {
	case s == "" || s == "." || s == "..":
		return fmt.Errorf("segment %q", s)
	case len(s) > maxSegment:
		return fmt.Errorf("a segment of more than %d bytes", maxSegment)
	case !utf8.ValidString(s) || strings.ContainsFunc(s, unfitRune):
		return fmt.Errorf("segment %q: control characters, backslashes and colons are refused", s)
	case isDotGit(s):
		return fmt.Errorf("segment %q belongs to git", s)
	}
	return nil
}

// unfitRune: controls, separators of other systems, and invisible characters,
// which some file systems drop (so that ".g\u200cit" is ".git").
func unfitRune(r rune) bool {
	return unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || r == '\\' || r == ':'
}

// isDotGit is is_ntfs_dotgit and is_hfs_dotgit of git, and .gitmodules with
// them: case, trailing dots and spaces, and the short names of Windows.
func isDotGit(s string) bool {
	s = strings.ToLower(strings.TrimRight(s, ". "))
	short := len(s) > 4 && (strings.HasPrefix(s, "git~") || strings.HasPrefix(s, "gitmod~") || strings.HasPrefix(s, "gi7eba~"))
	return s == ".git" || s == ".gitmodules" || short
}

// change is what becomes of one directory: a tree, or nothing where hash is
// zero.
type change struct {
	path string
	hash plumbing.Hash
	made map[plumbing.Hash]*raw // what the tree is made of
}

// plan checks an edit and encodes what it writes.
func (e Edit) plan() ([]change, error) {
	var changes []change
	for _, dir := range slices.Sorted(maps.Keys(e.Dirs)) {
		c := change{path: dir, made: map[plumbing.Hash]*raw{}}
		if err := validPath(dir); err != nil {
			return nil, err
		}
		if files := e.Dirs[dir]; len(files) > 0 {
			var err error
			if c.hash, err = buildDir(files, nil, c.made); err != nil {
				return nil, fmt.Errorf("%s: %w", dir, err)
			}
		}
		changes = append(changes, c)
	}
	for _, dir := range e.Remove {
		if err := validPath(dir); err != nil {
			return nil, err
		}
		changes = append(changes, change{path: dir})
	}
	return changes, disjoint(changes)
}

func disjoint(changes []change) error {
	seen := map[string]bool{}
	for _, c := range changes {
		if seen[c.path] {
			return fmt.Errorf("directory %q is edited twice", c.path)
		}
		seen[c.path] = true
	}
	for _, c := range changes {
		for i, r := range c.path {
			if r == '/' && seen[c.path[:i]] {
				return fmt.Errorf("directory %q is edited twice: within %q", c.path, c.path[:i])
			}
		}
	}
	return nil
}
