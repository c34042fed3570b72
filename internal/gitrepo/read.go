package gitrepo

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/go-git/go-git/v5/plumbing"
)

// TreeEntry is one name in a directory.
type TreeEntry struct {
	Name string
	// Hash is the hash of the blob or, if IsDir, of the tree.
	Hash  string
	IsDir bool
	// IsModule is true for a submodule, whose hash is of a commit of another repository.
	IsModule bool
}

// Hash returns the hash of the tree or the blob at path. The error is
// fs.ErrNotExist if path does not exist.
func (t *Tree) Hash(ctx context.Context, path string) (string, error) {
	ctx, cancel := t.remote.bound(ctx)
	defer cancel()
	e, err := t.lookup(ctx, "hash", path)
	if err != nil {
		return "", err
	}
	return e.hash.String(), nil
}

// Entries returns the entries of the directory at path, in Git's order. The error
// is fs.ErrNotExist if path is not a directory.
func (t *Tree) Entries(ctx context.Context, path string) ([]TreeEntry, error) {
	ctx, cancel := t.remote.bound(ctx)
	defer cancel()
	found, err := t.readDir(ctx, "list", path)
	if err != nil {
		return nil, err
	}
	return toTreeEntries(found), nil
}

// Subentries returns, by name, the entries of those subdirectories of path that
// have one of the names. It reads them in as few requests as possible. The error is
// fs.ErrNotExist if path is not a directory.
func (t *Tree) Subentries(ctx context.Context, path string, names []string) (map[string][]TreeEntry, error) {
	const op = "list"
	ctx, cancel := t.remote.bound(ctx)
	defer cancel()
	children, err := t.readDir(ctx, op, path)
	if err != nil {
		return nil, err
	}
	dirs := make(map[string]plumbing.Hash, len(names))
	for _, name := range names {
		dirs[name] = plumbing.ZeroHash
	}
	for _, child := range children {
		if _, wanted := dirs[child.name]; wanted && child.isDir() {
			dirs[child.name] = child.hash
		}
	}
	maps.DeleteFunc(dirs, func(_ string, hash plumbing.Hash) bool { return hash.IsZero() })
	trees, err := t.readTransient(ctx, op, slices.Collect(maps.Values(dirs)))
	if err != nil {
		return nil, err
	}
	all := make(map[string][]TreeEntry, len(dirs))
	for name, hash := range dirs {
		if trees[hash].kind != plumbing.TreeObject {
			return nil, fmt.Errorf("%s: object %s is not a tree", op, hash)
		}
		found, err := trees[hash].tree()
		if err != nil {
			return nil, fmt.Errorf("%s: tree %s: %w", op, hash, err)
		}
		all[name] = toTreeEntries(found)
	}
	return all, nil
}

func toTreeEntries(found []entry) []TreeEntry {
	entries := make([]TreeEntry, len(found))
	for i, e := range found {
		entries[i] = TreeEntry{Name: e.name, Hash: e.hash.String(), IsDir: e.isDir(), IsModule: e.mode == modeModule}
	}
	return entries
}

func (t *Tree) readDir(ctx context.Context, op, path string) ([]entry, error) {
	e, err := t.lookup(ctx, op, path)
	if err != nil {
		return nil, err
	}
	if !e.isDir() {
		return nil, notADirectory(op, path, e)
	}
	return t.entries(ctx, op, e.hash)
}

// Blobs reads files by their hashes, in as few requests as possible. All of them
// must be below the root of the tree. The tree does not keep them.
func (t *Tree) Blobs(ctx context.Context, hashes []string) (map[string][]byte, error) {
	const op = "read blobs"
	ctx, cancel := t.remote.bound(ctx)
	defer cancel()
	wanted, err := parseHashes(hashes)
	if err != nil {
		return nil, err
	}
	objects, err := t.readTransient(ctx, op, wanted)
	if err != nil {
		return nil, err
	}
	blobs := make(map[string][]byte, len(wanted))
	for _, hash := range wanted {
		object := objects[hash]
		if object.kind != plumbing.BlobObject {
			return nil, fmt.Errorf("%s: object %s is not a blob", op, hash)
		}
		blobs[hash.String()] = append([]byte(nil), object.data...)
	}
	return blobs, nil
}

// The modes of files in Git.
const (
	ModeRegular    = modeFile // that of all files that Commit writes
	ModeExecutable = "100755"
	ModeLink       = modeLink
)

// File is a file or a symbolic link. The content of a link is its target.
type File struct {
	Mode    string
	Content []byte
}

// Files returns the files and the symbolic links below the directory at path, by their
// paths from there, which need not be UTF-8. It leaves out submodules. The error is
// fs.ErrNotExist if path is not a directory.
func (t *Tree) Files(ctx context.Context, path string) (map[string]File, error) {
	const op = "read"
	if err := t.Prefetch(ctx, path); err != nil {
		return nil, err
	}
	ctx, cancel := t.remote.bound(ctx)
	defer cancel()
	e, err := t.lookup(ctx, op, path)
	if err != nil {
		return nil, err
	}
	if !e.isDir() {
		return nil, notADirectory(op, path, e)
	}
	below := map[string]entry{}
	if err := t.collect(ctx, op, "", e.hash, below); err != nil {
		return nil, err
	}
	var hashes []plumbing.Hash
	for _, e := range below {
		hashes = append(hashes, e.hash)
	}
	if err := t.fetchMissing(ctx, op, hashes, treeOnly); err != nil {
		return nil, err
	}
	files := make(map[string]File, len(below))
	for name, e := range below {
		object, _ := t.objects.get(e.hash)
		if object == nil || object.kind != plumbing.BlobObject {
			return nil, fmt.Errorf("%s: object %s is not a blob", op, e.hash)
		}
		files[name] = File{Mode: e.fileMode(), Content: bytes.Clone(object.data)}
	}
	return files, nil
}

// collect adds the files and the links of a tree to below, by prefix and name.
func (t *Tree) collect(ctx context.Context, op, prefix string, tree plumbing.Hash, below map[string]entry) error {
	entries, err := t.entries(ctx, op, tree)
	for _, e := range entries {
		switch {
		case e.isDir():
			err = errors.Join(err, t.collect(ctx, op, prefix+e.name+"/", e.hash, below))
		case e.isFile() || e.mode == modeLink:
			below[prefix+e.name] = e
		}
	}
	return err
}

// Prefetch reads everything below the paths. It needs one request for paths of
// which nothing was read, and one for each level of the others. It ignores paths
// that do not exist, or that lead through a symbolic link or a submodule.
func (t *Tree) Prefetch(ctx context.Context, paths ...string) error {
	const op = "prefetch"
	ctx, cancel := t.remote.bound(ctx)
	defer cancel()
	var unread, level []plumbing.Hash
	for _, path := range paths {
		e, err := t.lookup(ctx, op, path)
		switch {
		case isNotExist(err), errors.Is(err, ErrSymlink):
			continue
		case err != nil:
			return err
		case e.mode == modeModule:
			continue
		}
		if _, ok := t.objects.get(e.hash); ok || !e.isDir() {
			level = append(level, e.hash)
		} else {
			unread = append(unread, e.hash)
		}
	}
	// Without a filter the server also sends everything below the trees.
	if err := t.fetchMissing(ctx, op, unread, ""); err != nil {
		return err
	}
	return t.descend(ctx, op, append(level, unread...))
}

// descend reads the missing objects below level, level by level.
func (t *Tree) descend(ctx context.Context, op string, level []plumbing.Hash) error {
	seen := map[plumbing.Hash]bool{}
	for len(level) > 0 {
		if err := t.fetchMissing(ctx, op, level, treeOnly); err != nil {
			return err
		}
		var next []plumbing.Hash
		for _, hash := range level {
			object, ok := t.objects.get(hash)
			if !ok || seen[hash] || object.kind != plumbing.TreeObject {
				continue
			}
			seen[hash] = true
			entries, err := object.tree()
			if err != nil {
				return fmt.Errorf("%s: tree %s: %w", op, hash, err)
			}
			for _, e := range entries {
				if e.isDir() || e.isFile() {
					next = append(next, e.hash)
				}
			}
		}
		level = next
	}
	return nil
}
