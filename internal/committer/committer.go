package committer

import (
	"context"
	"errors"
	"sync/atomic"

	"github.com/previewset/previewset/internal/gitrepo"
)

// Change is an edit and the metadata of its commit.
type Change struct {
	Edit    gitrepo.Edit
	Options gitrepo.CommitOptions
}

// Result is the outcome of Commit.
type Result struct {
	// Commit is the hash of the commit, "" if there was nothing to commit.
	Commit string
	// Tree is the tree after the push, which may contain the commits of other
	// callers. Without a commit it is the tree that plan got.
	Tree *gitrepo.Tree
}

// Committer commits to one branch. It is safe for concurrent use.
type Committer struct {
	running atomic.Int64 // number of callers and operations; run returns when it is zero

	fetches, pushes chan *caller // requests of callers
	cancels, ends   chan *caller

	loop loop
}

// New returns a Committer for the branch of remote. It does not connect.
func New(remote *gitrepo.Remote, name string) *Committer {
	return &Committer{
		fetches: make(chan *caller), pushes: make(chan *caller), cancels: make(chan *caller), ends: make(chan *caller),
		loop: loop{planning: map[*caller]bool{}, branch: branch{remote: remote, name: name}},
	}
}

// Tree returns the tree at a tip that the branch has after the call began.
func (c *Committer) Tree(ctx context.Context) (*gitrepo.Tree, error) {
	caller := c.begin(ctx, false)
	defer c.end(caller)
	return c.request(c.fetches, caller)
}

// Commit calls plan with a tree like that of Tree, and pushes the change that plan
// returns as one commit. It commits nothing if plan returns a nil change or an
// error.
//
// The commit is on top of all commits that this Committer has pushed since plan got
// its tree: concurrent callers must edit different directories. If somebody else
// has moved the branch, the error is gitrepo.ErrMoved: call Commit again. If ctx
// ends during the push, Commit still returns the outcome of the push.
func (c *Committer) Commit(ctx context.Context, plan func(context.Context, *gitrepo.Tree) (*Change, error)) (Result, error) {
	caller := c.begin(ctx, true)
	defer c.end(caller)
	tree, err := c.request(c.fetches, caller)
	if err != nil {
		return Result{}, err
	}
	caller.tree = tree
	if caller.change, err = plan(ctx, tree); err != nil || caller.change == nil {
		return Result{Tree: tree}, err
	}
	pushed, err := c.request(c.pushes, caller)
	if errors.Is(err, gitrepo.ErrNothingToCommit) {
		return Result{Tree: tree}, nil
	}
	if err != nil {
		return Result{}, err
	}
	return Result{Commit: caller.commit.SHA(), Tree: pushed}, nil
}

// caller is a call of Tree or Commit. While it waits for an answer, only the
// goroutines that prepare the answer may use its fields.
type caller struct {
	ctx     context.Context
	mayPush bool            // whether it may push after it has a tree
	tree    *gitrepo.Tree   // the tree on which its change was planned
	change  *Change         // to push
	commit  *gitrepo.Commit // of the change
	answer  chan answer     // one for each request; has a buffer for it
}

// answer is a tree or an error.
type answer struct {
	tree *gitrepo.Tree
	err  error
}

func (c *Committer) begin(ctx context.Context, mayPush bool) *caller {
	if c.running.Add(1) == 1 {
		go c.run() //nolint:contextcheck // run serves many callers, each with its own context
	}
	return &caller{ctx: ctx, mayPush: mayPush, answer: make(chan answer, 1)}
}

func (c *Committer) end(caller *caller) { c.ends <- caller }

// request sends the caller to queue and waits for the answer. When the caller's
// context ends, it returns immediately, unless the caller's push has begun.
func (c *Committer) request(queue chan<- *caller, caller *caller) (*gitrepo.Tree, error) {
	queue <- caller
	var a answer
	select {
	case a = <-caller.answer:
	case <-caller.ctx.Done():
		c.cancels <- caller
		a = <-caller.answer
	}
	return a.tree, a.err
}
