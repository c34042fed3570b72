package gitrepo

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/go-git/go-git/v5/plumbing"
	gitobject "github.com/go-git/go-git/v5/plumbing/object"
	"github.com/go-git/go-git/v5/plumbing/protocol/packp"
)

// Tree is what a branch held at one commit. Objects come from the server when
// they are first used, and are shared with the trees of later commits. It is
// safe for concurrent use.
//
// Paths have slashes, and none at their start or end; "." is the root.
type Tree struct {
	remote  *Remote
	branch  string
	tip     plumbing.Hash
	commit  *gitobject.Commit
	objects *objects

	fetching sync.Mutex  // at most one request at a time
	whole    atomic.Bool // all objects of the tree are at hand

	logging sync.Mutex
	log     *commitLog
}

// Tip returns the hash of the commit.
func (t *Tree) Tip() string { return t.tip.String() }

// ensure brings objects below the root to hand, in as few requests as their
// number allows. Where all is at hand already, it costs nothing.
func (t *Tree) ensure(ctx context.Context, op string, hashes []plumbing.Hash, filter packp.Filter) error {
	return t.bring(ctx, op, hashes, filter, t.objects.add)
}

// borrow returns objects below the root that are read once: what has to be
// asked for is not kept.
func (t *Tree) borrow(ctx context.Context, op string, hashes []plumbing.Hash) (map[plumbing.Hash]*raw, error) {
	borrowed := map[plumbing.Hash]*raw{}
	take := func(got map[plumbing.Hash]*raw) { maps.Copy(borrowed, got) }
	if err := t.bring(ctx, op, hashes, treeOnly, take); err != nil {
		return nil, err
	}
	for _, hash := range hashes {
		if borrowed[hash] != nil {
			continue
		}
		object, ok := t.objects.get(hash)
		if !ok {
			return nil, fmt.Errorf("%s: object %s is not at hand", op, hash)
		}
		borrowed[hash] = object
	}
	return borrowed, nil
}

// bring asks for those objects that are not at hand, and gives them to take;
// but where all of the tree has to be read, that is kept.
func (t *Tree) bring(ctx context.Context, op string, hashes []plumbing.Hash, filter packp.Filter, take func(map[plumbing.Hash]*raw)) error {
	if len(t.objects.missing(hashes)) == 0 {
		return nil
	}
	t.fetching.Lock()
	defer t.fetching.Unlock()
	missing := t.objects.missing(hashes) // another goroutine may have been first
	left := inflation * t.remote.maxBytes
	for len(missing) > 0 {
		if t.whole.Load() || t.remote.mode() == modePlain {
			return t.ensureWhole(ctx, op, missing)
		}
		n := min(maxWants, len(missing))
		got, err := t.remote.fetch(ctx, op, want{hashes: missing[:n:n], filter: filter})
		if errors.Is(err, errRefused) {
			if err := t.refused(ctx, op); err != nil {
				return err
			}
			continue
		}
		if err != nil {
			return err
		}
		if left -= bytesOf(got); left < 0 {
			return newFault(op, ErrTooLarge, nil)
		}
		for _, hash := range missing[:n] {
			if got[hash] == nil {
				return fmt.Errorf("%s: the server did not send object %s", op, hash)
			}
		}
		take(got)
		missing = missing[n:]
	}
	return nil
}

func bytesOf(objects map[plumbing.Hash]*raw) int64 {
	var sum int64
	for _, o := range objects {
		sum += int64(len(o.data))
	}
	return sum
}

// refused finds out whether the server can't, or whether the branch has been
// rewritten and the object is gone.
func (t *Tree) refused(ctx context.Context, op string) error {
	tip, err := t.remote.readTip(ctx, op, t.branch)
	if err != nil {
		return err
	}
	if tip != t.tip {
		return newFault(op, ErrMoved, nil)
	}
	t.remote.worsen(modeHash)
	return nil
}

func (t *Tree) ensureWhole(ctx context.Context, op string, missing []plumbing.Hash) error {
	if !t.whole.Load() {
		err := t.readWhole(ctx, op, nil)
		if errors.Is(err, errRefused) {
			return newFault(op, ErrMoved, nil)
		}
		if err != nil {
			return err
		}
	}
	if left := t.objects.missing(missing); len(left) > 0 {
		return fmt.Errorf("%s: the server did not send object %s", op, left[0])
	}
	return nil
}

// treeOnly asks for exactly the objects that are named.
const treeOnly = packp.Filter("tree:0")

func (t *Tree) entries(ctx context.Context, op string, hash plumbing.Hash) ([]entry, error) {
	if err := t.ensure(ctx, op, []plumbing.Hash{hash}, treeOnly); err != nil {
		return nil, err
	}
	object, _ := t.objects.get(hash)
	if object == nil || object.kind != plumbing.TreeObject {
		return nil, fmt.Errorf("%s: object %s is not a tree", op, hash)
	}
	return object.tree()
}

// lookup finds the entry at path. It never leads through a symbolic link or a
// submodule, and reads one directory with each request where none is at hand.
func (t *Tree) lookup(ctx context.Context, op, path string) (entry, error) {
	if !fs.ValidPath(path) {
		return entry{}, &fs.PathError{Op: op, Path: path, Err: fs.ErrInvalid}
	}
	at := entry{mode: modeDir, name: ".", hash: t.commit.TreeHash}
	if path == "." {
		return at, nil
	}
	segments := strings.Split(path, "/")
	for i, name := range segments {
		if !at.isDir() {
			return entry{}, notADirectory(op, strings.Join(segments[:i], "/"), at)
		}
		entries, err := t.entries(ctx, op, at.hash)
		if err != nil {
			return entry{}, err
		}
		next, ok := find(entries, name)
		if !ok {
			return entry{}, &fs.PathError{Op: op, Path: path, Err: fs.ErrNotExist}
		}
		at = next
	}
	return at, nil
}

func notADirectory(op, path string, e entry) error {
	if e.mode == modeLink || e.mode == modeModule {
		return &fs.PathError{Op: op, Path: path, Err: ErrSymlink}
	}
	// io/fs has no error for this; for a reader the path below isn't there.
	return &fs.PathError{Op: op, Path: path, Err: fmt.Errorf("not a directory: %w", fs.ErrNotExist)}
}
