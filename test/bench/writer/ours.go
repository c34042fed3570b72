package writer

import (
	"context"

	"github.com/previewset/previewset/internal/gitrepo"
	"github.com/previewset/previewset/test/bench/gitserver"
)

// levels is gitrepo.Options.Levels for the directories above the entries.
const levels = 3

// Ours is previewset's side: a remote and the tree of the last push.
type Ours struct {
	remote *gitrepo.Remote
	tree   *gitrepo.Tree
}

// OpenOurs returns a cold side. It does not connect.
func OpenOurs(url string) (*Ours, error) {
	remote, err := gitrepo.Open(url, gitrepo.Options{Levels: levels})
	return &Ours{remote: remote}, err
}

// Push commits the edit and pushes it to the branch.
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
