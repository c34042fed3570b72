package committer

import (
	"cmp"
	"context"
	"errors"
	"fmt"

	"github.com/previewset/previewset/internal/gitrepo"
)

// maxOwnTips bounds the number of tips in ownTips.
const maxOwnTips = 1024

// branch is the state of the branch, as this process knows it.
type branch struct {
	remote *gitrepo.Remote
	name   string
	tree   *gitrepo.Tree // at the newest known tip
	// ownTips are the tips since which only this process has moved the branch. A
	// change that was planned on one of them is still valid.
	ownTips map[string]bool
}

// fetch reads the tip of the branch from the server.
func (b *branch) fetch(ctx context.Context) answer {
	tree, err := b.remote.Fetch(ctx, b.name, b.tree)
	if err != nil {
		return answer{err: err}
	}
	if b.tree == nil || b.tree.Tip() != tree.Tip() {
		b.ownTips = map[string]bool{tree.Tip(): true}
	}
	b.tree = tree
	return answer{tree: tree}
}

// push makes the commits of the batch, pushes them and answers their callers. If
// the server rejects several commits, the reason may be one of them: push then
// pushes each alone. It returns the new tree of the branch, nil if the branch has
// not moved.
func (b *branch) push(batch []*caller) (moved *gitrepo.Tree) {
	committed := b.commit(batch)
	if len(committed) == 0 {
		return nil
	}
	top := committed[len(committed)-1]
	tree, err := b.remote.Push(context.WithoutCancel(top.ctx), b.name, top.commit)
	if errors.Is(err, gitrepo.ErrRejected) && len(committed) > 1 {
		for i := range committed {
			moved = cmp.Or(b.push(committed[i:i+1]), moved)
		}
		return moved
	}
	if err == nil {
		if len(b.ownTips) >= maxOwnTips {
			clear(b.ownTips)
		}
		b.tree, b.ownTips[tree.Tip()] = tree, true
	}
	for _, caller := range committed {
		caller.answer <- answer{tree, err}
	}
	return tree
}

// commit makes the commits of the batch, each on top of the previous one. It
// answers the callers whose changes can't be committed, and returns the others.
func (b *branch) commit(batch []*caller) (committed []*caller) {
	var top interface { // *gitrepo.Tree or *gitrepo.Commit
		Commit(context.Context, gitrepo.Edit, gitrepo.CommitOptions) (*gitrepo.Commit, error)
	} = b.tree
	for _, caller := range batch {
		err := caller.ctx.Err()
		//promise:plans-match-the-branch
		if err == nil && !b.ownTips[caller.tree.Tip()] {
			err = fmt.Errorf("%w since the change was planned", gitrepo.ErrMoved)
		}
		if err == nil {
			caller.commit, err = top.Commit(caller.ctx, caller.change.Edit, caller.change.Options)
		}
		if err != nil {
			caller.answer <- answer{err: fmt.Errorf("commit: %w", err)}
			continue
		}
		committed, top = append(committed, caller), caller.commit
	}
	return committed
}
