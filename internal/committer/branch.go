package committer

import (
	"cmp"
	"context"
	"errors"
	"fmt"

	"github.com/previewset/previewset/internal/gitrepo"
)

// maxOwn bounds how many tips a branch remembers.
const maxOwn = 1024

// branch is the branch as this process knows it.
type branch struct {
	remote *gitrepo.Remote
	name   string
	tree   *gitrepo.Tree // at the newest known tip
	// own are the tips that only this process has moved the branch on from: a
	// change that was planned on one of them still holds.
	own map[string]bool
}

// look asks the server where the branch is.
func (b *branch) look(ctx context.Context) answer {
	tree, err := b.remote.Fetch(ctx, b.name, b.tree)
	if err != nil {
		return answer{err: err}
	}
	if b.tree == nil || b.tree.Tip() != tree.Tip() {
		b.own = map[string]bool{tree.Tip(): true}
	}
	b.tree = tree
	return answer{tree: tree}
}

// push makes the commits of the batch, pushes them and answers their callers. If
// the server rejects several, it may mean one of them: then each is pushed
// alone. The result is the branch's new tree, nil if it was not moved.
func (b *branch) push(batch []*caller) (moved *gitrepo.Tree) {
	made := b.commit(batch)
	if len(made) == 0 {
		return nil
	}
	top := made[len(made)-1]
	tree, err := b.remote.Push(context.WithoutCancel(top.ctx), b.name, top.commit)
	if errors.Is(err, gitrepo.ErrRejected) && len(made) > 1 {
		for i := range made {
			moved = cmp.Or(b.push(made[i:i+1]), moved)
		}
		return moved
	}
	if err == nil {
		if len(b.own) >= maxOwn {
			clear(b.own)
		}
		b.tree, b.own[tree.Tip()] = tree, true
	}
	for _, caller := range made {
		caller.answer <- answer{tree, err}
	}
	return tree
}

// commit makes the commits of the batch, one on top of the other. It answers
// the callers whose commits can't be made, and returns the others.
func (b *branch) commit(batch []*caller) (made []*caller) {
	var top interface { // *gitrepo.Tree or *gitrepo.Commit
		Commit(context.Context, gitrepo.Edit, gitrepo.CommitOptions) (*gitrepo.Commit, error)
	} = b.tree
	for _, caller := range batch {
		err := caller.ctx.Err()
		if err == nil && !b.own[caller.tree.Tip()] {
			err = fmt.Errorf("%w since it was planned on", gitrepo.ErrMoved)
		}
		if err == nil {
			caller.commit, err = top.Commit(caller.ctx, caller.change.Edit, caller.change.Options)
		}
		if err != nil {
			caller.answer <- answer{err: fmt.Errorf("commit: %w", err)}
			continue
		}
		made, top = append(made, caller), caller.commit
	}
	return made
}
