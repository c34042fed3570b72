package gitrepo

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/go-git/go-git/v5/plumbing"
)

const (
	// minReadAhead and maxReadAhead bound the number of commits whose directories
	// one round of requests reads. The number doubles with each round.
	minReadAhead = 32
	maxReadAhead = 512
)

// dirReader finds one directory in many commits. It reads ahead along the
// history, and keeps the directories of the last two rounds only.
type dirReader struct {
	tree      *Tree
	op        string
	segments  []string
	dirHashes map[plumbing.Hash]plumbing.Hash // of the directory, by commit; zero if the commit does not have it
	current   map[plumbing.Hash]dirTree       // directories of the last round, by hash
	previous  map[plumbing.Hash]dirTree
	readAhead int
}

// dirTree is the directory as it was in some commit.
type dirTree struct {
	hash  plumbing.Hash
	index func() (map[string]entry, error)
}

func newDirReader(t *Tree, dir string) *dirReader {
	var segments []string
	if dir != "." {
		segments = strings.Split(dir, "/")
	}
	return &dirReader{
		tree: t, op: "history of " + dir, segments: segments, readAhead: minReadAhead,
		dirHashes: map[plumbing.Hash]plumbing.Hash{}, current: map[plumbing.Hash]dirTree{},
	}
}

// dir returns the directory in a commit. The commit must have been loaded.
func (d *dirReader) dir(commit plumbing.Hash) (dirTree, error) {
	hash, ok := d.dirHashes[commit]
	if !ok {
		return dirTree{}, fmt.Errorf("%s: commit %s was not loaded", d.op, commit)
	}
	if hash.IsZero() {
		return dirTree{index: func() (map[string]entry, error) { return nil, nil }}, nil
	}
	if tree, ok := d.cached(hash); ok {
		return tree, nil
	}
	return dirTree{}, fmt.Errorf("%s: tree %s was not loaded", d.op, hash)
}

func (d *dirReader) cached(hash plumbing.Hash) (dirTree, bool) {
	if tree, ok := d.current[hash]; ok {
		return tree, true
	}
	tree, ok := d.previous[hash]
	return tree, ok
}

func (d *dirReader) has(commit plumbing.Hash) bool {
	hash, ok := d.dirHashes[commit]
	if ok && !hash.IsZero() {
		_, ok = d.cached(hash)
	}
	return ok
}

// load reads the directory in these commits and, if one of them is missing, in
// older commits too.
func (d *dirReader) load(ctx context.Context, commits []plumbing.Hash) error {
	complete := true
	for _, commit := range commits {
		complete = complete && d.has(commit)
	}
	if complete {
		return nil
	}
	batch := d.plan(commits)
	d.readAhead = min(d.readAhead*2, maxReadAhead)
	if err := d.resolve(ctx, batch); err != nil {
		return err
	}
	return d.readDirs(ctx, batch)
}

// plan returns the commits and their ancestors, nearest first.
func (d *dirReader) plan(commits []plumbing.Hash) []plumbing.Hash {
	seen := map[plumbing.Hash]bool{}
	batch := append([]plumbing.Hash(nil), commits...)
	for _, commit := range batch {
		seen[commit] = true
	}
	for i := 0; i < len(batch) && len(batch) < d.readAhead; i++ {
		for _, parent := range d.tree.log.nodes[batch[i]].parents {
			if !seen[parent] && d.tree.log.nodes[parent] != nil {
				seen[parent] = true
				batch = append(batch, parent)
			}
		}
	}
	return batch
}

// resolve finds the directory's hash in each commit, with one round of requests
// for each level of the path.
func (d *dirReader) resolve(ctx context.Context, commits []plumbing.Hash) error {
	dirs := map[plumbing.Hash]plumbing.Hash{}
	for _, commit := range commits {
		if _, ok := d.dirHashes[commit]; !ok {
			dirs[commit] = d.tree.log.nodes[commit].tree
		}
	}
	for _, name := range d.segments {
		if err := d.fetchPathTrees(ctx, dirs); err != nil {
			return err
		}
		for commit, hash := range dirs {
			if hash.IsZero() {
				continue
			}
			entries, err := d.tree.log.trees[hash].tree()
			if err != nil {
				return fmt.Errorf("%s: tree %s: %w", d.op, hash, err)
			}
			next, _ := find(entries, name)
			if !next.isDir() {
				next.hash = plumbing.ZeroHash
			}
			dirs[commit] = next.hash
		}
	}
	for commit, hash := range dirs {
		d.dirHashes[commit] = hash
	}
	return nil
}

// fetchPathTrees adds the trees on the path to the directory to the log.
func (d *dirReader) fetchPathTrees(ctx context.Context, dirs map[plumbing.Hash]plumbing.Hash) error {
	var missing []plumbing.Hash
	requested := map[plumbing.Hash]bool{}
	for _, hash := range dirs {
		if !hash.IsZero() && d.tree.log.trees[hash] == nil && !requested[hash] {
			requested[hash] = true
			missing = append(missing, hash)
		}
	}
	got, err := d.fetch(ctx, missing)
	if err != nil {
		return err
	}
	for hash, object := range got {
		d.tree.log.trees[hash] = object
	}
	return nil
}

// readDirs reads the directories themselves.
func (d *dirReader) readDirs(ctx context.Context, commits []plumbing.Hash) error {
	next := map[plumbing.Hash]dirTree{}
	var missing []plumbing.Hash
	for _, commit := range commits {
		hash := d.dirHashes[commit]
		if _, ok := next[hash]; ok || hash.IsZero() {
			continue
		}
		if tree, ok := d.cached(hash); ok {
			next[hash] = tree
			continue
		}
		next[hash] = dirTree{}
		missing = append(missing, hash)
	}
	got, err := d.fetch(ctx, missing)
	if err != nil {
		return err
	}
	for hash, object := range got {
		next[hash] = newDirTree(hash, object)
	}
	d.previous, d.current = d.current, next
	return nil
}

func newDirTree(hash plumbing.Hash, object *raw) dirTree {
	// The index is not cached: a walk compares a commit with its parents only,
	// and the indexes of hundreds of large directories would fill the memory.
	return dirTree{hash: hash, index: func() (map[string]entry, error) {
		entries, err := parseTree(object.data)
		if err != nil {
			return nil, fmt.Errorf("tree %s: %w", hash, err)
		}
		index := make(map[string]entry, len(entries))
		for _, e := range entries {
			index[e.name] = e
		}
		return index, nil
	}}
}

// fetch returns trees: from memory, or else from the server.
func (d *dirReader) fetch(ctx context.Context, hashes []plumbing.Hash) (map[plumbing.Hash]*raw, error) {
	found := map[plumbing.Hash]*raw{}
	for _, hash := range hashes {
		if object, ok := d.tree.log.trees[hash]; ok {
			found[hash] = object
		} else if object, ok := d.tree.objects.get(hash); ok {
			found[hash] = object
		}
	}
	for {
		missing := without(hashes, found)
		if len(missing) == 0 {
			return found, nil
		}
		if d.tree.remote.mode() == modePlain {
			return found, d.refetchHistory(ctx, missing, found)
		}
		n := min(maxWants, len(missing))
		got, err := d.tree.remote.fetch(ctx, d.op, want{hashes: missing[:n:n], filter: treeOnly})
		if errors.Is(err, errRefused) {
			if err := d.tree.handleRefusal(ctx, d.op); err != nil {
				return nil, err
			}
			continue
		}
		if err != nil {
			return nil, err
		}
		for _, hash := range missing[:n] {
			object := got[hash]
			if object == nil || object.kind != plumbing.TreeObject {
				return nil, fmt.Errorf("%s: the server did not send tree %s", d.op, hash)
			}
			found[hash] = object
		}
	}
}

// refetchHistory adds missing trees to found. A server without filters sends
// trees only together with the history, so that the history is read again from
// the tip, deeper each time, until it has all of them.
func (d *dirReader) refetchHistory(ctx context.Context, missing []plumbing.Hash, found map[plumbing.Hash]*raw) error {
	log := d.tree.log
	log.depth, log.complete = 0, false
	for {
		if err := d.tree.deepen(ctx, d.op); err != nil {
			return err
		}
		for _, hash := range missing {
			if object := log.trees[hash]; object != nil {
				found[hash] = object
			}
		}
		if missing = without(missing, found); len(missing) == 0 {
			return nil
		}
		if log.complete {
			return fmt.Errorf("%s: the server did not send tree %s", d.op, missing[0])
		}
	}
}

func without(hashes []plumbing.Hash, found map[plumbing.Hash]*raw) []plumbing.Hash {
	var missing []plumbing.Hash
	for _, hash := range hashes {
		if found[hash] == nil {
			missing = append(missing, hash)
		}
	}
	return missing
}
