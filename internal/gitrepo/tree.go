package gitrepo

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
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

// Fetch returns the tree at the tip of the branch. It reads one reference
// advertisement; if known is at the tip, that is all, and known is returned.
// Otherwise the commit is read too, and what known has at hand is not read
// again. known may be nil, or a tree of any branch of the same Remote.
func (r *Remote) Fetch(ctx context.Context, branch string, known *Tree) (*Tree, error) {
	op := "fetch " + branch
	ctx, cancel := r.bound(ctx)
	defer cancel()
	tip, err := r.readTip(ctx, op, branch)
	if err != nil {
		return nil, err
	}
	if known != nil && known.remote != r {
		known = nil
	}
	if known != nil && known.tip == tip && known.branch == branch {
		return known, nil
	}
	t := &Tree{remote: r, branch: branch, tip: tip, objects: newObjects(), log: newLog()}
	if known != nil {
		t.objects = known.nextObjects()
	}
	if err := t.readCommit(ctx, op, known); err != nil {
		return nil, err
	}
	if known != nil {
		t.log = known.extendedLog(t.commit)
	}
	return t, nil
}

func (r *Remote) readTip(ctx context.Context, op, branch string) (plumbing.Hash, error) {
	if err := validBranch(branch); err != nil {
		return plumbing.ZeroHash, err
	}
	adv, err := r.advertise(ctx, op)
	if err != nil {
		return plumbing.ZeroHash, err
	}
	r.remember(adv.Capabilities)
	tip, ok := adv.References[branchPrefix+branch]
	if !ok {
		return plumbing.ZeroHash, newFault(op, ErrNoBranch, nil)
	}
	return tip, nil
}

func validBranch(branch string) error {
	if err := plumbing.NewBranchReferenceName(branch).Validate(); err != nil {
		return fmt.Errorf("%.100q is not the name of a branch", branch)
	}
	return nil
}

// readCommit reads the tip's commit in the best way that the server has.
func (t *Tree) readCommit(ctx context.Context, op string, known *Tree) error {
	for {
		m := t.remote.mode()
		w := want{hashes: []plumbing.Hash{t.tip}, depth: 1}
		switch m {
		case modeTree:
			w.filter = packp.FilterTreeDepth(1)
		case modeHash:
			w.filter = packp.FilterTreeDepth(0)
		case modePlain:
			return t.readWhole(ctx, op, known)
		}
		got, err := t.remote.fetch(ctx, op, w)
		if errors.Is(err, errRefused) {
			t.remote.worsen(m)
			continue
		}
		if err != nil {
			return err
		}
		t.objects.add(got)
		return t.parseTip(op)
	}
}

// parseTip sets the commit, once: others may be reading it.
func (t *Tree) parseTip(op string) error {
	if t.commit != nil {
		return nil
	}
	object, ok := t.objects.get(t.tip)
	if !ok {
		return fmt.Errorf("%s: the server did not send the commit %s", op, t.tip)
	}
	commit, err := parseCommit(object)
	if err != nil {
		return fmt.Errorf("%s: commit %s: %w", op, t.tip, err)
	}
	t.commit = commit
	return nil
}

// readWhole reads all files of the tip: all that a server without filters can
// give. What known has is left out where the server agrees to that.
func (t *Tree) readWhole(ctx context.Context, op string, known *Tree) error {
	if known != nil && known.whole.Load() {
		err := t.readDifference(ctx, op, known)
		if err == nil || ctx.Err() != nil || errors.Is(err, ErrTooLarge) {
			return err
		}
		t.objects = newObjects()
	}
	got, err := t.remote.fetch(ctx, op, want{hashes: []plumbing.Hash{t.tip}, depth: 1})
	if err != nil {
		return err
	}
	t.objects.add(got)
	if err := t.parseTip(op); err != nil {
		return err
	}
	t.whole.Store(true)
	return nil
}

func (t *Tree) readDifference(ctx context.Context, op string, known *Tree) error {
	base := []plumbing.Hash{known.tip}
	got, err := t.remote.fetch(ctx, op, want{
		hashes: []plumbing.Hash{t.tip}, depth: 1, haves: base, shallows: append([]plumbing.Hash(nil), base...),
	})
	if err != nil {
		return err
	}
	t.objects.add(got)
	if err := t.parseTip(op); err != nil {
		return err
	}
	if err := t.keepReachable(); err != nil {
		return err
	}
	t.whole.Store(true)
	return nil
}

// nextObjects returns the objects for a newer tip. Where there must be all of
// them, none is forgotten before keepReachable has looked.
func (t *Tree) nextObjects() *objects {
	if t.whole.Load() {
		return t.objects
	}
	return t.objects.next()
}

// keepReachable makes sure that everything below the root is at hand, and
// drops the rest.
func (t *Tree) keepReachable() error {
	kept := map[plumbing.Hash]*raw{}
	todo := []plumbing.Hash{t.tip, t.commit.TreeHash}
	for len(todo) > 0 {
		hash := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if kept[hash] != nil {
			continue
		}
		object, ok := t.objects.get(hash)
		if !ok {
			return fmt.Errorf("object %s is missing", hash)
		}
		kept[hash] = object
		if object.kind != plumbing.TreeObject {
			continue
		}
		entries, err := object.tree()
		if err != nil {
			return err
		}
		for _, e := range entries {
			if e.mode != modeModule {
				todo = append(todo, e.hash)
			}
		}
	}
	t.objects = &objects{young: kept}
	return nil
}

// ensure brings objects below the root to hand, in as few requests as their
// number allows. Where all is at hand already, it costs nothing.
func (t *Tree) ensure(ctx context.Context, op string, hashes []plumbing.Hash, filter packp.Filter) error {
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
		t.objects.add(got)
		if lost := t.objects.missing(missing[:n]); len(lost) > 0 {
			return fmt.Errorf("%s: the server did not send object %s", op, lost[0])
		}
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
var treeOnly = packp.FilterTreeDepth(0)

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
