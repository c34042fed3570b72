package worktree_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	gogit "github.com/go-git/go-git/v5"
	"github.com/go-git/go-git/v5/config"
	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/object"

	"github.com/previewset/previewset/internal/gitrepo"
	"github.com/previewset/previewset/test/bench/gitserver"
	"github.com/previewset/previewset/test/bench/measure"
	"github.com/previewset/previewset/test/bench/writer"
)

// pushWorktree uses go-git as its documentation shows: a shallow clone with files,
// Remove, Add, Commit, Push. Add skips the status, because it would compute the status of
// all files for each file.
func pushWorktree(ctx context.Context, dir, url string, e gitrepo.Edit) error {
	repo, err := gogit.PlainCloneContext(ctx, dir, false, &gogit.CloneOptions{
		URL: url, Depth: 1, SingleBranch: true, Tags: gogit.NoTags,
		ReferenceName: plumbing.NewBranchReferenceName(gitserver.Branch),
	})
	if err != nil {
		return fmt.Errorf("clone: %w", err)
	}
	files, err := repo.Worktree()
	if err != nil {
		return err
	}
	if err := change(files, dir, e); err != nil {
		return err
	}
	author := &object.Signature{Name: writer.AuthorName, Email: writer.AuthorEmail, When: writer.CommitTime()}
	if _, err := files.Commit(writer.Message, &gogit.CommitOptions{Author: author}); err != nil {
		return fmt.Errorf("commit: %w", err)
	}
	branch := plumbing.NewBranchReferenceName(gitserver.Branch)
	return repo.PushContext(ctx, &gogit.PushOptions{RefSpecs: []config.RefSpec{config.RefSpec(branch + ":" + branch)}})
}

func change(files *gogit.Worktree, dir string, e gitrepo.Edit) error {
	for _, removed := range e.Remove {
		if err := files.RemoveGlob(removed + "/*"); err != nil {
			return fmt.Errorf("remove %s: %w", removed, err)
		}
	}
	for changed, content := range e.Dirs {
		for name, data := range content {
			path := filepath.Join(changed, name)
			if err := os.WriteFile(filepath.Join(dir, path), data, 0o600); err != nil {
				return err
			}
			if err := files.AddWithOptions(&gogit.AddOptions{Path: path, SkipStatus: true}); err != nil {
				return fmt.Errorf("add %s: %w", path, err)
			}
		}
	}
	return nil
}

// BenchmarkWorktree does the work of goal 4, cold, in a repository of 5,000 files. With
// 50,000 files a round takes minutes.
func BenchmarkWorktree(b *testing.B) {
	var pair measure.Pair
	r := newRounds(b, gitserver.Shape{Entries: 1000, Files: 5000, Commits: 20}, writer.NewEdit(300, 100))
	for b.Loop() {
		r.round(b, &pair)
	}
	pair.Versus(b, measure.Row{Goal: 4, Work: "cold, 5000 files", Unit: "ms"}, ours, nil)
}

// TestSidesMakeTheSameCommit runs a round in a small repository.
func TestSidesMakeTheSameCommit(t *testing.T) {
	newRounds(t, gitserver.Shape{Entries: 10, Files: 100, Commits: 5}, writer.NewEdit(3, 2)).round(t, &measure.Pair{})
}

// The names of the sides.
const (
	ours  = "previewset"
	goGit = "go-git, worktree"
)

type rounds struct {
	store *gitserver.Store
	shape gitserver.Shape
	edit  gitrepo.Edit
}

func newRounds(t testing.TB, shape gitserver.Shape, e gitrepo.Edit) *rounds {
	return &rounds{store: gitserver.NewStore(t), shape: shape, edit: e}
}

// round measures both sides on copies of one repository. The sides must make the same
// commit.
func (r *rounds) round(t testing.TB, pair *measure.Pair) {
	t.Helper()
	one, two, dir := r.store.Repo(t, r.shape), r.store.Repo(t, r.shape), t.TempDir()
	before := one.Tip(t, gitserver.Branch)
	ourURL, goGitURL := gitserver.Serve(t, one, 0).URL, gitserver.Serve(t, two, 0).URL
	timed := func(name string, push func() error) measure.Side {
		return measure.Side{Name: name, Run: func() float64 {
			return measure.Millis(func() {
				if err := push(); err != nil {
					t.Fatalf("%s: %v", name, err)
				}
			})
		}}
	}
	pair.Round(
		timed(ours, func() error {
			side, err := writer.OpenOurs(ourURL)
			if err != nil {
				return err
			}
			return side.Push(t.Context(), r.edit)
		}),
		timed(goGit, func() error { return pushWorktree(t.Context(), dir, goGitURL, r.edit) }),
	)
	a, b := one.Tip(t, gitserver.Branch), two.Tip(t, gitserver.Branch)
	if a != b || a == before {
		t.Fatalf("tips: %s %s, %s %s; want the same commit, and not %s", ours, a, goGit, b, before)
	}
}
