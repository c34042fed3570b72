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

// Tree is the content of a branch at one commit. It reads objects from the server
// when they are first used, and shares them with the trees of later commits. It is
// safe for concurrent use.
//
// Path segments are separated by slashes, without a slash at the start or the end.
// "." is the root.
type Tree struct {
	remote  *Remote
	branch  string
	tip     plumbing.Hash
	commit  *gitobject.Commit
	objects *objects

	fetchMu  sync.Mutex  // at most one request at a time
	complete atomic.Bool // all objects of the tree were read

	logMu sync.Mutex
	log   *commitLog
}

// Tip returns the hash of the commit.
func (t *Tree) Tip() string { return t.tip.String() }

// fetchMissing reads those objects below the root that were not read before, in as
// few requests as possible, and keeps them.
func (t *Tree) fetchMissing(ctx context.Context, op string, hashes []plumbing.Hash, filter packp.Filter) error {
	return t.fetchMissingInto(ctx, op, hashes, filter, t.objects.add)
}

// readTransient returns objects below the root. It does not keep the objects that it
// has to fetch.
func (t *Tree) readTransient(ctx context.Context, op string, hashes []plumbing.Hash) (map[plumbing.Hash]*raw, error) {
	read := map[plumbing.Hash]*raw{}
	store := func(got map[plumbing.Hash]*raw) { maps.Copy(read, got) }
	if err := t.fetchMissingInto(ctx, op, hashes, treeOnly, store); err != nil {
		return nil, err
	}
	for _, hash := range hashes {
		if read[hash] != nil {
			continue
		}
		object, ok := t.objects.get(hash)
		if !ok {
			return nil, fmt.Errorf("%s: object %s is missing", op, hash)
		}
		read[hash] = object
	}
	return read, nil
}

// fetchMissingInto fetches the objects that were not read before and passes them to
// store. If it has to read the complete tree, it keeps that and does not call store.
func (t *Tree) fetchMissingInto(ctx context.Context, op string, hashes []plumbing.Hash, filter packp.Filter, store func(map[plumbing.Hash]*raw)) error {
	if len(t.objects.missing(hashes)) == 0 {
		return nil
	}
	t.fetchMu.Lock()
	defer t.fetchMu.Unlock()
	missing := t.objects.missing(hashes) // another goroutine may have been first
	remaining := inflation * t.remote.maxBytes
	for len(missing) > 0 {
		if t.complete.Load() || t.remote.mode() == modePlain {
			return t.fetchComplete(ctx, op, missing)
		}
		n := min(maxWants, len(missing))
		got, err := t.remote.fetch(ctx, op, want{hashes: missing[:n:n], filter: filter})
		if errors.Is(err, errRefused) {
			if err := t.handleRefusal(ctx, op); err != nil {
				return err
			}
			continue
		}
		if err != nil {
			return err
		}
		if remaining -= bytesOf(got); remaining < 0 {
			return newFault(op, ErrTooLarge, nil)
		}
		for _, hash := range missing[:n] {
			if got[hash] == nil {
				return fmt.Errorf("%s: the server did not send object %s", op, hash)
			}
		}
		store(got)
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

// handleRefusal finds out why the server refused an object. If the branch has moved,
// the object may no longer exist: the error is ErrMoved. Otherwise the server does
// not send objects by their hash, and the caller tries the next mode.
func (t *Tree) handleRefusal(ctx context.Context, op string) error {
	tip, err := t.remote.readTip(ctx, op, t.branch)
	if err != nil {
		return err
	}
	if tip != t.tip {
		return newFault(op, ErrMoved, nil)
	}
	t.remote.excludeMode(modeHash)
	return nil
}

func (t *Tree) fetchComplete(ctx context.Context, op string, missing []plumbing.Hash) error {
	if !t.complete.Load() {
		err := t.readComplete(ctx, op, nil)
		if errors.Is(err, errRefused) {
			return newFault(op, ErrMoved, nil)
		}
		if err != nil {
			return err
		}
	}
	if remaining := t.objects.missing(missing); len(remaining) > 0 {
		return fmt.Errorf("%s: the server did not send object %s", op, remaining[0])
	}
	return nil
}

// treeOnly is the filter that requests exactly the named objects.
const treeOnly = packp.Filter("tree:0")

func (t *Tree) entries(ctx context.Context, op string, hash plumbing.Hash) ([]entry, error) {
	if err := t.fetchMissing(ctx, op, []plumbing.Hash{hash}, treeOnly); err != nil {
		return nil, err
	}
	object, _ := t.objects.get(hash)
	if object == nil || object.kind != plumbing.TreeObject {
		return nil, fmt.Errorf("%s: object %s is not a tree", op, hash)
	}
	return object.tree()
}

// lookup finds the entry at path. It follows no symbolic link or submodule, and
// reads each directory that was not read before with a request of its own.
func (t *Tree) lookup(ctx context.Context, op, path string) (entry, error) {
	if !fs.ValidPath(path) {
		return entry{}, &fs.PathError{Op: op, Path: path, Err: fs.ErrInvalid}
	}
	current := entry{mode: modeDir, name: ".", hash: t.commit.TreeHash}
	if path == "." {
		return current, nil
	}
	segments := strings.Split(path, "/")
	for i, name := range segments {
		if !current.isDir() {
			return entry{}, notADirectory(op, strings.Join(segments[:i], "/"), current)
		}
		entries, err := t.entries(ctx, op, current.hash)
		if err != nil {
			return entry{}, err
		}
		next, ok := find(entries, name)
		if !ok {
			return entry{}, &fs.PathError{Op: op, Path: path, Err: fs.ErrNotExist}
		}
		current = next
	}
	return current, nil
}

func notADirectory(op, path string, e entry) error {
	if e.mode == modeLink || e.mode == modeModule {
		return &fs.PathError{Op: op, Path: path, Err: ErrSymlink}
	}
	// io/fs has no error for this. For the caller, the path does not exist.
	return &fs.PathError{Op: op, Path: path, Err: fmt.Errorf("not a directory: %w", fs.ErrNotExist)}
}
