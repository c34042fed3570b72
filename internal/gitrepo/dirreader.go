package gitrepo

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/go-git/go-git/v5/plumbing"
)

const (
	// firstAhead and maxAhead bound how many commits' directories are read
	// with one round of requests: more the longer the walk is.
	firstAhead = 32
	maxAhead   = 512
)

// dirReader finds one directory in many commits. It reads ahead along the
// history, and keeps no more than the last rounds' directories.
type dirReader struct {
	tree     *Tree
	op       string
	segments []string
	hashes   map[plumbing.Hash]plumbing.Hash // of the directory, by commit; zero where it is not there
	young    map[plumbing.Hash]dirTree       // directories, by hash
	old      map[plumbing.Hash]dirTree
	ahead    int
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
		tree: t, op: "history of " + dir, segments: segments, ahead: firstAhead,
		hashes: map[plumbing.Hash]plumbing.Hash{}, young: map[plumbing.Hash]dirTree{},
	}
}

// dir returns the directory in a commit that was loaded.
func (d *dirReader) dir(commit plumbing.Hash) (dirTree, error) {
	hash, ok := d.hashes[commit]
	if !ok {
		return dirTree{}, fmt.Errorf("%s: commit %s was not loaded", d.op, commit)
	}
	if hash.IsZero() {
		return dirTree{index: func() (map[string]entry, error) { return nil, nil }}, nil
	}
	if tree, ok := d.at(hash); ok {
		return tree, nil
	}
	return dirTree{}, fmt.Errorf("%s: tree %s was not loaded", d.op, hash)
}

func (d *dirReader) at(hash plumbing.Hash) (dirTree, bool) {
	if tree, ok := d.young[hash]; ok {
		return tree, true
	}
	tree, ok := d.old[hash]
	return tree, ok
}

func (d *dirReader) has(commit plumbing.Hash) bool {
	hash, ok := d.hashes[commit]
	if ok && !hash.IsZero() {
		_, ok = d.at(hash)
	}
	return ok
}

// load makes sure of these commits, and reads on from them where one is
// missing.
func (d *dirReader) load(ctx context.Context, commits []plumbing.Hash) error {
	complete := true
	for _, commit := range commits {
		complete = complete && d.has(commit)
	}
	if complete {
		return nil
	}
	batch := d.plan(commits)
	d.ahead = min(d.ahead*2, maxAhead)
	if err := d.resolve(ctx, batch); err != nil {
		return err
	}
	return d.read(ctx, batch)
}

// plan returns the commits and those behind them, nearest first.
func (d *dirReader) plan(commits []plumbing.Hash) []plumbing.Hash {
	seen := map[plumbing.Hash]bool{}
	batch := append([]plumbing.Hash(nil), commits...)
	for _, commit := range batch {
		seen[commit] = true
	}
	for i := 0; i < len(batch) && len(batch) < d.ahead; i++ {
		for _, parent := range d.tree.log.nodes[batch[i]].parents {
			if !seen[parent] && d.tree.log.nodes[parent] != nil {
				seen[parent] = true
				batch = append(batch, parent)
			}
		}
	}
	return batch
}

// resolve finds the directory's hash in each commit, with a request for each
// level of the path.
func (d *dirReader) resolve(ctx context.Context, commits []plumbing.Hash) error {
	at := map[plumbing.Hash]plumbing.Hash{}
	for _, commit := range commits {
		if _, ok := d.hashes[commit]; !ok {
			at[commit] = d.tree.log.nodes[commit].tree
		}
	}
	for _, name := range d.segments {
		if err := d.readWay(ctx, at); err != nil {
			return err
		}
		for commit, hash := range at {
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
			at[commit] = next.hash
		}
	}
	for commit, hash := range at {
		d.hashes[commit] = hash
	}
	return nil
}

// readWay brings the trees to the log that lie on the way.
func (d *dirReader) readWay(ctx context.Context, at map[plumbing.Hash]plumbing.Hash) error {
	var missing []plumbing.Hash
	asked := map[plumbing.Hash]bool{}
	for _, hash := range at {
		if !hash.IsZero() && d.tree.log.trees[hash] == nil && !asked[hash] {
			asked[hash] = true
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

// read brings the directories themselves.
func (d *dirReader) read(ctx context.Context, commits []plumbing.Hash) error {
	fresh := map[plumbing.Hash]dirTree{}
	var missing []plumbing.Hash
	for _, commit := range commits {
		hash := d.hashes[commit]
		if _, ok := fresh[hash]; ok || hash.IsZero() {
			continue
		}
		if tree, ok := d.at(hash); ok {
			fresh[hash] = tree
			continue
		}
		fresh[hash] = dirTree{}
		missing = append(missing, hash)
	}
	got, err := d.fetch(ctx, missing)
	if err != nil {
		return err
	}
	for hash, object := range got {
		fresh[hash] = newDirTree(hash, object)
	}
	d.old, d.young = d.young, fresh
	return nil
}

func newDirTree(hash plumbing.Hash, object *raw) dirTree {
	// Not kept once built: a walk looks at neighbours only, and hundreds of
	// large directories would fill the memory.
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

// fetch returns trees, wherever they can be had.
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
			return found, d.refetchWhole(ctx, missing, found)
		}
		n := min(maxWants, len(missing))
		got, err := d.tree.remote.fetch(ctx, d.op, want{hashes: missing[:n:n], filter: treeOnly})
		if errors.Is(err, errRefused) {
			if err := d.tree.refused(ctx, d.op); err != nil {
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

// refetchWhole is for servers without filters: trees come with the history, so
// it is read again, from the tip down as far as it takes.
func (d *dirReader) refetchWhole(ctx context.Context, missing []plumbing.Hash, found map[plumbing.Hash]*raw) error {
	log := d.tree.log
	log.depth, log.whole = 0, false
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
		if log.whole {
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
