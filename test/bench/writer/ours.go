package writer

import (
	"context"

	"github.com/previewset/previewset/internal/gitrepo"
	"github.com/previewset/previewset/test/bench/gitserver"
)

// levels are those of directories on the way to the entries.
const levels = 3

// Ours is previewset: a remote, and the tree that it saw last.
type Ours struct {
	remote *gitrepo.Remote
	tree   *gitrepo.Tree
}

// OpenOurs returns a side that has nothing at hand. It does not connect.
func OpenOurs(url string) (*Ours, error) {
	remote, err := gitrepo.Open(url, gitrepo.Options{Levels: levels})
	return &Ours{remote: remote}, err
}

// Push brings the edit to the branch.
func (o *Ours) Push(ctx context.Context, e gitrepo.Edit) error {
	tree, err := o.remote.Fetch(ctx, gitserver.Branch, o.tree)
	if err != nil {
		return err
	}
	commit, err := tree.Commit(ctx, e, gitrepo.CommitOptions{
		Message: Message, Author: gitrepo.Signature{Name: AuthorName, Email: AuthorEmail}, When: CommitTime(),
	})
	if err != nil {
		return err
	}
	o.tree, err = o.remote.Push(ctx, gitserver.Branch, commit)
	return err
}
