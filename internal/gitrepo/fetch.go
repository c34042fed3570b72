package gitrepo

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/protocol/packp"
)

// Fetch returns the tree at the tip of the branch. It reads one reference
// advertisement. If known is at that tip, Fetch returns known. Otherwise it also
// reads the commit, and the new tree shares the objects that known has read. known
// may be nil, or a tree of any branch of the same Remote.
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

// IsBranch reports whether Git accepts the name of a branch.
func IsBranch(branch string) bool {
	return plumbing.NewBranchReferenceName(branch).Validate() == nil
}

func validBranch(branch string) error {
	if !IsBranch(branch) {
		return fmt.Errorf("%.100q is not a valid branch name", branch)
	}
	return nil
}

// readCommit reads the tip's commit in the best mode that the server supports.
func (t *Tree) readCommit(ctx context.Context, op string, known *Tree) error {
	for {
		m := t.remote.mode()
		w := want{hashes: []plumbing.Hash{t.tip}, depth: 1}
		switch m {
		case modeTree:
			w.filter = packp.Filter("tree:" + strconv.Itoa(t.remote.levels))
		case modeHash:
			w.filter = packp.FilterTreeDepth(0)
		case modePlain:
			return t.readComplete(ctx, op, known)
		}
		got, err := t.remote.fetch(ctx, op, w)
		if errors.Is(err, errRefused) {
			t.remote.excludeMode(m)
			continue
		}
		if err != nil {
			return err
		}
		t.objects.add(got)
		return t.parseTip(op)
	}
}

// parseTip sets t.commit only if it is nil: other goroutines may read it.
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

// readComplete reads all files of the tip: a server without filters sends nothing
// less. If the server supports it, objects that known has are left out.
func (t *Tree) readComplete(ctx context.Context, op string, known *Tree) error {
	if known != nil && known.complete.Load() {
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
	t.complete.Store(true)
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
	t.complete.Store(true)
	return nil
}

// nextObjects returns the objects for a newer tip. A complete tree passes on all of
// them: keepReachable then drops those that the newer tip does not need.
func (t *Tree) nextObjects() *objects {
	if t.complete.Load() {
		return t.objects
	}
	return t.objects.next()
}

// keepReachable drops the objects that t does not need. It returns an error if one
// that t needs is missing.
func (t *Tree) keepReachable() error {
	kept := map[plumbing.Hash]*raw{}
	pending := []plumbing.Hash{t.tip, t.commit.TreeHash}
	for len(pending) > 0 {
		hash := pending[len(pending)-1]
		pending = pending[:len(pending)-1]
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
				pending = append(pending, e.hash)
			}
		}
	}
	t.objects = &objects{young: kept}
	return nil
}
