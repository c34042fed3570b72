package writer_test

import (
	"context"

	"github.com/previewset/previewset/internal/gitrepo"
	"github.com/previewset/previewset/test/bench/gitserver"
)

// levels are those of directories on the way to the entries.
const levels = 3

// ours is previewset: a remote, and the tree that it saw last.
type ours struct {
	remote *gitrepo.Remote
	tree   *gitrepo.Tree
}

func openOurs(url string) (*ours, error) {
	remote, err := gitrepo.Open(url, gitrepo.Options{Levels: levels})
	return &ours{remote: remote}, err
}

// push brings the work to the branch.
func (o *ours) push(ctx context.Context, w work) error {
	tree, err := o.remote.Fetch(ctx, gitserver.Branch, o.tree)
	if err != nil {
		return err
	}
	commit, err := tree.Commit(ctx, gitrepo.Edit{Dirs: w.dirs, Remove: w.remove}, gitrepo.CommitOptions{
		Message: message, Author: gitrepo.Signature{Name: authorName, Email: authorEmail}, When: commitTime,
	})
	if err != nil {
		return err
	}
	o.tree, err = o.remote.Push(ctx, gitserver.Branch, commit)
	return err
}
