package committer

import (
	"context"
	"errors"
	"sync/atomic"

	"github.com/previewset/previewset/internal/gitrepo"
)

// Change is an edit that becomes a commit.
type Change struct {
	Edit    gitrepo.Edit
	Options gitrepo.CommitOptions
}

// Result is the outcome of Commit.
type Result struct {
	// Commit is the hash of the commit, "" if there was nothing to commit.
	Commit string
	// Tree holds the commit, and those that were pushed with it. Without a
	// commit it is the tree that plan got.
	Tree *gitrepo.Tree
}

// Committer commits to one branch. It is safe for concurrent use.
type Committer struct {
	running atomic.Int64 // callers and operations: run serves them until there are none

	looks, pushes chan *caller // requests
	cancels, ends chan *caller

	loop loop
}

// New returns a Committer for the branch of remote. It does not connect.
func New(remote *gitrepo.Remote, name string) *Committer {
	return &Committer{
		looks: make(chan *caller), pushes: make(chan *caller), cancels: make(chan *caller), ends: make(chan *caller),
		loop: loop{planning: map[*caller]bool{}, branch: branch{remote: remote, name: name}},
	}
}

// Tree returns the tree at a tip that the branch has after the call begins.
func (c *Committer) Tree(ctx context.Context) (*gitrepo.Tree, error) {
	caller := c.begin(ctx, false)
	defer c.end(caller)
	return c.ask(c.looks, caller)
}

// Commit calls plan with such a tree, and pushes the change that plan returns as
// one commit. A nil change, or an error, commits nothing.
//
// The commit goes on top of what this Committer has pushed since plan got its
// tree: concurrent callers must edit different directories. If somebody else has
// moved the branch, the error is gitrepo.ErrMoved: call Commit again. A push that
// has begun has its outcome even if ctx ends.
func (c *Committer) Commit(ctx context.Context, plan func(context.Context, *gitrepo.Tree) (*Change, error)) (Result, error) {
	caller := c.begin(ctx, true)
	defer c.end(caller)
	tree, err := c.ask(c.looks, caller)
	if err != nil {
		return Result{}, err
	}
	caller.tree = tree
	if caller.change, err = plan(ctx, tree); err != nil || caller.change == nil {
		return Result{Tree: tree}, err
	}
	pushed, err := c.ask(c.pushes, caller)
	if errors.Is(err, gitrepo.ErrNothingToCommit) {
		return Result{Tree: tree}, nil
	}
	if err != nil {
		return Result{}, err
	}
	return Result{Commit: caller.commit.SHA(), Tree: pushed}, nil
}

// caller is a call of Tree or Commit. While it waits for an answer its fields
// belong to the goroutines that work on the answer.
type caller struct {
	ctx     context.Context
	commits bool            // it may push after it has a tree
	tree    *gitrepo.Tree   // that its change was planned on
	change  *Change         // to push
	commit  *gitrepo.Commit // of the change
	answer  chan answer     // one for each request; has room for it
}

// answer is a tree or an error.
type answer struct {
	tree *gitrepo.Tree
	err  error
}

func (c *Committer) begin(ctx context.Context, commits bool) *caller {
	if c.running.Add(1) == 1 {
		go c.run() //nolint:contextcheck // it serves many callers, each with a context
	}
	return &caller{ctx: ctx, commits: commits, answer: make(chan answer, 1)}
}

func (c *Committer) end(caller *caller) { c.ends <- caller }

// ask sends a request and waits for the answer. When the caller's context ends the
// answer comes at once, unless its push has begun.
func (c *Committer) ask(request chan<- *caller, caller *caller) (*gitrepo.Tree, error) {
	request <- caller
	var a answer
	select {
	case a = <-caller.answer:
	case <-caller.ctx.Done():
		c.cancels <- caller
		a = <-caller.answer
	}
	return a.tree, a.err
}
