package gitrepo

import (
	"context"
	"fmt"
	"maps"
	"path"
	"strings"

	"github.com/go-git/go-git/v5/plumbing"
)

// surgery puts changed directories into a tree, and encodes the trees above
// them anew. Everything else stays as it is, by its hash.
type surgery struct {
	tree *Tree
	made map[plumbing.Hash]*raw
}

const opCommit = "commit"

// run returns the hash of the new root.
func (s *surgery) run(ctx context.Context, changes []change) (plumbing.Hash, error) {
	if err := s.prefetch(ctx, changes); err != nil {
		return plumbing.ZeroHash, err
	}
	root, err := s.rewrite(ctx, s.tree.commit.TreeHash, "", changes)
	if err == nil && root.IsZero() {
		root = keep(s.made, encodeTree(nil))
	}
	return root, err
}

// prefetch reads the trees on the ways to all changes, a level with each
// request.
func (s *surgery) prefetch(ctx context.Context, changes []change) error {
	level := map[string]plumbing.Hash{"": s.tree.commit.TreeHash}
	for len(level) > 0 {
		hashes := make([]plumbing.Hash, 0, len(level))
		for _, hash := range level {
			hashes = append(hashes, hash)
		}
		if err := s.tree.ensure(ctx, opCommit, hashes, treeOnly); err != nil {
			return err
		}
		next := map[string]plumbing.Hash{}
		for _, c := range changes {
			if err := s.down(ctx, level, next, c.path); err != nil {
				return err
			}
		}
		level = next
	}
	return nil
}

// down finds the tree of the next level that lies on the way to path, if any.
func (s *surgery) down(ctx context.Context, level, next map[string]plumbing.Hash, at string) error {
	for dir := path.Dir(at); ; dir = path.Dir(dir) {
		if dir == "." {
			dir = ""
		}
		if hash, ok := level[dir]; ok {
			rest := strings.TrimPrefix(strings.TrimPrefix(at, dir), "/")
			name, _, more := strings.Cut(rest, "/")
			if !more {
				return nil
			}
			entries, err := s.tree.entries(ctx, opCommit, hash)
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

// rewrite returns the hash that the tree at prefix has with the changes in it,
// or zero where nothing is left. hash is zero for a directory that isn't there.
func (s *surgery) rewrite(ctx context.Context, hash plumbing.Hash, prefix string, changes []change) (plumbing.Hash, error) {
	entries, err := s.entries(ctx, hash)
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
		at, exists := index[name]
		if !exists {
			at = len(entries)
			entries = append(entries, entry{mode: modeDir, name: name}) // dropped below if it stays zero
		}
		old := entries[at]
		if !old.isDir() {
			return plumbing.ZeroHash, blocked(path.Join(prefix, name), old)
		}
		if entries[at].hash, err = s.child(ctx, old.hash, path.Join(prefix, name), below[name]); err != nil {
			return plumbing.ZeroHash, err
		}
		changed = changed || entries[at].hash != old.hash
	}
	if !changed {
		return hash, nil
	}
	if entries = withoutZero(entries); len(entries) == 0 {
		return plumbing.ZeroHash, nil
	}
	return keep(s.made, encodeTree(entries)), nil
}

// entries returns a copy of a tree's entries, none for the zero hash.
func (s *surgery) entries(ctx context.Context, hash plumbing.Hash) ([]entry, error) {
	if hash.IsZero() {
		return nil, nil
	}
	found, err := s.tree.entries(ctx, opCommit, hash)
	return append([]entry(nil), found...), err
}

func (s *surgery) child(ctx context.Context, old plumbing.Hash, at string, changes []change) (plumbing.Hash, error) {
	if c := changes[0]; c.path == "" {
		if c.hash != old {
			maps.Copy(s.made, c.made)
		}
		return c.hash, nil
	}
	return s.rewrite(ctx, old, at, changes)
}

// byFirstSegment groups changes by the first segment of their paths, which is
// taken off. Names come in the order of their first change.
func byFirstSegment(changes []change) ([]string, map[string][]change) {
	var names []string
	below := map[string][]change{}
	for _, c := range changes {
		name, rest, _ := strings.Cut(c.path, "/")
		if below[name] == nil {
			names = append(names, name)
		}
		below[name] = append(below[name], change{path: rest, hash: c.hash, made: c.made})
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

func blocked(at string, e entry) error {
	if e.mode == modeLink || e.mode == modeModule {
		return fmt.Errorf("%s: %w", at, ErrSymlink)
	}
	return fmt.Errorf("%s is a file, not a directory", at)
}
