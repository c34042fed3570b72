package gitops

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/previewset/previewset/internal/gitrepo"
)

const (
	// maxSteps bounds how many entries are pushed together; those of one set
	// are whatever their number.
	maxSteps = 500
	// maxOwn bounds how many of the branch's tips are remembered.
	maxOwn = 1024
)

// push is an edit that is to become a commit on the branch.
type push struct {
	ctx     context.Context
	on      *gitrepo.Tree // what it was planned on
	edit    gitrepo.Edit
	options gitrepo.CommitOptions

	done   chan struct{}
	commit *gitrepo.Commit
	tree   *gitrepo.Tree // at the tip that it was pushed with
	err    error
}

func (p *push) steps() int { return len(p.edit.Dirs) + len(p.edit.Remove) }

func (p *push) end(tree *gitrepo.Tree, err error) {
	p.tree, p.err = tree, err
	close(p.done)
}

// push makes a commit of p, and returns the tree that has it when the server
// does, and its hash.
// It waits for its turn, in which it takes along all others who wait. Like
// gitrepo's Push it has its outcome once it has begun, also where its context
// ends. gitrepo.ErrMoved means that p has to be planned anew.
func (b *branch) push(p *push) (tree *gitrepo.Tree, commit string, err error) {
	p.done = make(chan struct{})
	b.enqueue(p)
	for polite := true; !b.waited(p, polite); {
		polite = false
	}
	if p.err != nil {
		return nil, "", p.err
	}
	return p.tree, p.commit.SHA(), nil
}

// waited waits for p's outcome, or its turn. It reports false where it gave its
// turn to those who are about to look: they come along then.
func (b *branch) waited(p *push, polite bool) bool {
	select {
	case <-p.done:
	case b.wire <- struct{}{}:
		if polite && b.anyAsking() {
			b.wire.release()
			return false
		}
		b.lead(p)
	case <-p.ctx.Done():
		if b.withdraw(p) {
			p.end(nil, p.ctx.Err())
		}
		<-p.done
	}
	return true
}

func (b *branch) enqueue(p *push) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.queue = append(b.queue, p)
	b.recount(-1)
}

// withdraw reports whether p was still waiting, and does not any more.
func (b *branch) withdraw(p *push) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	at := slices.Index(b.queue, p)
	if at < 0 {
		return false
	}
	b.queue = slices.Delete(b.queue, at, at+1)
	return true
}

// lead pushes for those who wait, until p is done.
func (b *branch) lead(p *push) {
	defer b.wire.release()
	for {
		select {
		case <-p.done:
			return
		default:
		}
		b.gather()
		b.pushAll(b.dequeue())
	}
}

// dequeue takes as many of those who wait as go together.
func (b *branch) dequeue() []*push {
	b.mu.Lock()
	defer b.mu.Unlock()
	n, steps := 0, 0
	for _, p := range b.queue {
		if steps += p.steps(); n > 0 && steps > maxSteps {
			break
		}
		n++
	}
	batch := slices.Clone(b.queue[:n])
	b.queue = slices.Delete(b.queue, 0, n)
	return batch
}

// pushAll makes the commits, one on top of the other, and pushes them. What the
// server refuses for one of them is no reason against the others: then each is
// pushed alone.
func (b *branch) pushAll(batch []*push) {
	made := b.commitAll(batch)
	if len(made) == 0 {
		return
	}
	top := made[len(made)-1]
	begun := b.tick()
	tree, err := b.remote.Push(context.WithoutCancel(top.ctx), b.name, top.commit)
	if errors.Is(err, gitrepo.ErrRejected) && len(made) > 1 {
		for _, p := range made {
			b.pushAll([]*push{p})
		}
		return
	}
	if err == nil {
		b.moved(begun, tree)
	}
	for _, p := range made {
		p.end(tree, err)
	}
}

// commitAll returns those of batch whose commits could be made.
func (b *branch) commitAll(batch []*push) (made []*push) {
	for _, p := range batch {
		base, holds := b.base(p)
		var err error
		switch {
		case p.ctx.Err() != nil:
			err = p.ctx.Err()
		case !holds:
			err = fmt.Errorf("%w since it was planned on", gitrepo.ErrMoved)
		case len(made) > 0:
			p.commit, err = made[len(made)-1].commit.Commit(p.ctx, p.edit, p.options)
		default:
			p.commit, err = base.Commit(p.ctx, p.edit, p.options)
		}
		if err != nil {
			p.end(nil, fmt.Errorf("commit: %w", err))
			continue
		}
		made = append(made, p)
	}
	return made
}

// base returns the newest tree, and whether what p was planned on still holds
// there: since then the branch was moved by this process alone, and of a set
// only one push is under way.
func (b *branch) base(p *push) (tree *gitrepo.Tree, holds bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.tree, b.own[p.on.Tip()]
}

// moved takes in that this process moved the branch to tree.
func (b *branch) moved(begun uint64, tree *gitrepo.Tree) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.own) >= maxOwn {
		clear(b.own)
	}
	b.own[tree.Tip()] = true
	b.tree, b.looked, b.fault = tree, begun, nil
}
