package gitrepo

import (
	"context"
	"fmt"
	"maps"
	"path"
	"strings"

	"github.com/go-git/go-git/v5/plumbing"
)

// treeEditor replaces directories of a tree and encodes their parent trees again.
// It reuses all other objects by their hashes.
type treeEditor struct {
	tree    *Tree
	created map[plumbing.Hash]*raw
}

const opCommit = "commit"

// apply returns the hash of the root tree with the changes.
func (e *treeEditor) apply(ctx context.Context, changes []change) (plumbing.Hash, error) {
	if err := e.prefetch(ctx, changes); err != nil {
		return plumbing.ZeroHash, err
	}
	root, err := e.rewrite(ctx, e.tree.commit.TreeHash, "", changes)
	if err == nil && root.IsZero() {
		root = addObject(e.created, encodeTree(nil))
	}
	return root, err
}

// prefetch reads the trees on the paths to all changes, with one request for each
// level.
func (e *treeEditor) prefetch(ctx context.Context, changes []change) error {
	level := map[string]plumbing.Hash{"": e.tree.commit.TreeHash}
	for len(level) > 0 {
		hashes := make([]plumbing.Hash, 0, len(level))
		for _, hash := range level {
			hashes = append(hashes, hash)
		}
		if err := e.tree.fetchMissing(ctx, opCommit, hashes, treeOnly); err != nil {
			return err
		}
		next := map[string]plumbing.Hash{}
		for _, c := range changes {
			if err := e.addNextOnPath(ctx, level, next, c.path); err != nil {
				return err
			}
		}
		level = next
	}
	return nil
}

// addNextOnPath adds the next tree on the path to target to next. Both level and
// next hold trees by path. It adds nothing if level has no tree on that path, or if
// the next one does not exist.
func (e *treeEditor) addNextOnPath(ctx context.Context, level, next map[string]plumbing.Hash, target string) error {
	for dir := path.Dir(target); ; dir = path.Dir(dir) {
		if dir == "." {
			dir = ""
		}
		if hash, ok := level[dir]; ok {
			rest := strings.TrimPrefix(strings.TrimPrefix(target, dir), "/")
			name, _, more := strings.Cut(rest, "/")
			if !more {
				return nil
			}
			entries, err := e.tree.entries(ctx, opCommit, hash)
			if err != nil {
				return err
			}
			if e, ok := find(entries, name); ok && e.isDir() {
				next[path.Join(dir, name)] = e.hash
			}
			return nil
		}
		if dir == "" {
			return nil
		}
	}
}

// rewrite returns the hash of the tree at prefix with the changes, or zero if it is
// empty. hash is its present hash, zero for a directory that does not exist.
func (e *treeEditor) rewrite(ctx context.Context, hash plumbing.Hash, prefix string, changes []change) (plumbing.Hash, error) {
	entries, err := e.entries(ctx, hash)
	if err != nil {
		return plumbing.ZeroHash, err
	}
	index := make(map[string]int, len(entries))
	for i, e := range entries {
		index[e.name] = i
	}
	names, below := byFirstSegment(changes)
	changed := false
	for _, name := range names {
		target, exists := index[name]
		if !exists {
			target = len(entries)
			entries = append(entries, entry{mode: modeDir, name: name}) // removed below if its hash stays zero
		}
		old := entries[target]
		if !old.isDir() {
			return plumbing.ZeroHash, blocked(path.Join(prefix, name), old)
		}
		if entries[target].hash, err = e.rewriteChild(ctx, old.hash, path.Join(prefix, name), below[name]); err != nil {
			return plumbing.ZeroHash, err
		}
		changed = changed || entries[target].hash != old.hash
	}
	if !changed {
		return hash, nil
	}
	if entries = withoutZero(entries); len(entries) == 0 {
		return plumbing.ZeroHash, nil
	}
	return addObject(e.created, encodeTree(entries)), nil
}

// entries returns a copy of a tree's entries. The zero hash has none.
func (e *treeEditor) entries(ctx context.Context, hash plumbing.Hash) ([]entry, error) {
	if hash.IsZero() {
		return nil, nil
	}
	found, err := e.tree.entries(ctx, opCommit, hash)
	return append([]entry(nil), found...), err
}

func (e *treeEditor) rewriteChild(ctx context.Context, old plumbing.Hash, target string, changes []change) (plumbing.Hash, error) {
	if c := changes[0]; c.path == "" {
		if c.hash != old {
			maps.Copy(e.created, c.created)
		}
		return c.hash, nil
	}
	return e.rewrite(ctx, old, target, changes)
}

// byFirstSegment groups changes by the first segment of their paths, and removes
// that segment. The names are in the order of their first change.
func byFirstSegment(changes []change) ([]string, map[string][]change) {
	var names []string
	below := map[string][]change{}
	for _, c := range changes {
		name, rest, _ := strings.Cut(c.path, "/")
		if below[name] == nil {
			names = append(names, name)
		}
		below[name] = append(below[name], change{path: rest, hash: c.hash, created: c.created})
	}
	return names, below
}

func withoutZero(entries []entry) []entry {
	kept := entries[:0]
	for _, e := range entries {
		if !e.hash.IsZero() {
			kept = append(kept, e)
		}
	}
	return kept
}

func blocked(target string, e entry) error {
	if e.mode == modeLink || e.mode == modeModule {
		return fmt.Errorf("%s: %w", target, ErrSymlink)
	}
	return fmt.Errorf("%s is a file, not a directory", target)
}
