package gitrepo

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/go-git/go-git/v5/plumbing"
)

// Bounds of paths, in bytes. Common file systems can check out such paths.
const (
	maxSegment = 255
	maxPath    = 4096
)

// Edit replaces and removes directories. Path segments are separated by slashes,
// without a slash at the start or the end. The directories of an edit must be
// distinct, and none may be inside another. As always in Git, missing parents are
// created, and empty directories are removed together with their empty parents.
type Edit struct {
	// Dirs is the complete new content of directories, by path and file name. It
	// replaces their previous content. File names may have slashes. An empty map
	// removes the directory.
	Dirs map[string]map[string][]byte
	// Remove lists directories to remove. It may list directories that do not
	// exist.
	Remove []string
}

// TreeHash returns the hash that Git gives a directory with these files, so that
// directories can be compared without a fetch. Names may have slashes. All files
// are regular and not executable. TreeHash refuses the names that Commit refuses,
// and a directory without files, which Git can't store.
//
// blobs holds more files of the directory by their Git hashes. Their names have no
// slashes.
func TreeHash(files map[string][]byte, blobs map[string]string) (string, error) {
	if len(files) == 0 {
		return "", errors.New("a directory needs at least one file")
	}
	known := make([]entry, 0, len(blobs))
	for name, hash := range blobs {
		if err := validSegment(name); err != nil {
			return "", err
		}
		if _, twice := files[name]; twice {
			return "", fmt.Errorf("%q is both a file and a blob", name)
		}
		known = append(known, entry{mode: modeFile, name: name, hash: plumbing.NewHash(hash)})
	}
	created := map[plumbing.Hash]*raw{}
	hash, err := buildDir(files, known, created)
	if err != nil {
		return "", err
	}
	return hash.String(), nil
}

// buildDir encodes a directory of files and known entries, with everything below
// it, adds the objects to created and returns the directory's hash.
func buildDir(files map[string][]byte, known []entry, created map[plumbing.Hash]*raw) (plumbing.Hash, error) {
	for name := range files {
		if err := validPath(name); err != nil {
			return plumbing.ZeroHash, err
		}
	}
	return encodeDir(files, known, created)
}

func encodeDir(files map[string][]byte, entries []entry, created map[plumbing.Hash]*raw) (plumbing.Hash, error) {
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
		entries = append(entries, entry{mode: modeFile, name: name, hash: addObject(created, blob)})
	}
	for dir, content := range below {
		if _, ok := files[dir]; ok {
			return plumbing.ZeroHash, fmt.Errorf("%q is both a file and a directory", dir)
		}
		hash, err := encodeDir(content, nil, created)
		if err != nil {
			return plumbing.ZeroHash, err
		}
		entries = append(entries, entry{mode: modeDir, name: dir, hash: hash})
	}
	return addObject(created, encodeTree(entries)), nil
}

func addObject(created map[plumbing.Hash]*raw, o *raw) plumbing.Hash {
	hash := o.hash()
	created[hash] = o
	return hash
}

// ValidPath reports whether Commit accepts a path.
func ValidPath(path string) bool { return validPath(path) == nil }

// validPath refuses paths that leave the tree, paths that git itself refuses
// (fsck.c, verify_path of read-cache.c), and paths that some file systems can't
// check out.
func validPath(path string) error {
	if len(path) > maxPath {
		return fmt.Errorf("the path is too long: %.50q…", path)
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
		return fmt.Errorf("segment %q is not allowed", s)
	case len(s) > maxSegment:
		return fmt.Errorf("a segment has more than %d bytes", maxSegment)
	case !utf8.ValidString(s) || strings.ContainsFunc(s, isForbiddenRune):
		return fmt.Errorf("segment %q contains a control character, a backslash or a colon", s)
	case isDotGit(s):
		return fmt.Errorf("segment %q is reserved for Git", s)
	}
	return nil
}

// isForbiddenRune reports whether r is a control character, a separator of another
// system, or an invisible character. Some file systems drop invisible characters,
// so that ".g\u200cit" is ".git".
func isForbiddenRune(r rune) bool {
	return unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || r == '\\' || r == ':'
}

// isDotGit reports whether a file system may take s for .git or .gitmodules, as
// git's is_ntfs_dotgit and is_hfs_dotgit do. It ignores case and trailing dots and
// spaces, and includes the short names of Windows.
func isDotGit(s string) bool {
	s = strings.ToLower(strings.TrimRight(s, ". "))
	short := len(s) > 4 && (strings.HasPrefix(s, "git~") || strings.HasPrefix(s, "gitmod~") || strings.HasPrefix(s, "gi7eba~"))
	return s == ".git" || s == ".gitmodules" || short
}

// change replaces one directory by a tree, or removes it if hash is zero.
type change struct {
	path    string
	hash    plumbing.Hash
	created map[plumbing.Hash]*raw // the objects of the tree
}

// plan checks an edit and encodes its files.
func (e Edit) plan() ([]change, error) {
	var changes []change
	for _, dir := range slices.Sorted(maps.Keys(e.Dirs)) {
		c := change{path: dir, created: map[plumbing.Hash]*raw{}}
		if err := validPath(dir); err != nil {
			return nil, err
		}
		if files := e.Dirs[dir]; len(files) > 0 {
			var err error
			if c.hash, err = buildDir(files, nil, c.created); err != nil {
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
