package gitrepo_test

import (
	"errors"
	"testing"

	"github.com/previewset/previewset/internal/gitrepo"
	gittest "github.com/previewset/previewset/test/fake/git"
)

// commitChain makes a commit for each directory, each on top of the previous one.
func commitChain(t *testing.T, tree *gitrepo.Tree, dirs ...string) []*gitrepo.Commit {
	t.Helper()
	var commits []*gitrepo.Commit
	for _, dir := range dirs {
		commit := tree.Commit
		if n := len(commits); n > 0 {
			commit = commits[n-1].Commit
		}
		made, err := commit(t.Context(), edit(dir, "f", dir), options("Add "+dir))
		if err != nil {
			t.Fatal(err)
		}
		commits = append(commits, made)
	}
	return commits
}

// A chain of commits is pushed together, and the history of each directory has the
// commit that changed it.
func TestPushCommitChain(t *testing.T) {
	eachServer(t, func(t *testing.T, repo *gittest.Repo, remote *gitrepo.Remote) {
		repo.Commit(t, "main", "start", map[string]string{"p/a/old/f": "1", "README": "x"})
		commits := commitChain(t, fetch(t, remote, "main", nil), "p/a/new", "p/b/new", "p/c/new")
		tree, err := remote.Push(t.Context(), "main", commits[2])
		if err != nil {
			t.Fatal(err)
		}
		if got := repo.Tip(t, "main"); got != tree.Tip() || got != commits[2].SHA() {
			t.Errorf("tip %s, tree %s, want %s", got, tree.Tip(), commits[2].SHA())
		}
		for n, dir := range []string{"p/a", "p/b", "p/c"} {
			if got := repo.Git(t, "log", "-1", "--format=%H %s", "main", "--", dir); got != commits[n].SHA()+" Add "+dir+"/new" {
				t.Errorf("%s: got newest commit %q, want %s", dir, got, commits[n].SHA())
			}
			changed, _, err := tree.LastChanged(t.Context(), dir, []string{"new"}, nil)
			if err != nil || changed["new"].SHA != commits[n].SHA() {
				t.Errorf("%s: got history %v and error %v, want %s", dir, changed, err, commits[n].SHA())
			}
		}
		// The returned tree is a base for the next push.
		push(t, remote, tree, edit("p/d", "f", "1"), "more")
		repo.Git(t, "fsck", "--strict")
	})
}

// If the branch has moved, none of the commits is pushed, and their base stays valid.
func TestPushCommitChainToMovedBranch(t *testing.T) {
	eachServer(t, func(t *testing.T, repo *gittest.Repo, remote *gitrepo.Remote) {
		repo.Commit(t, "main", "start", map[string]string{"a": "1"})
		base := fetch(t, remote, "main", nil)
		commits := commitChain(t, base, "p/a", "p/b")
		tip := repo.Commit(t, "main", "foreign", map[string]string{"b": "1"})
		if _, err := remote.Push(t.Context(), "main", commits[1]); !errors.Is(err, gitrepo.ErrMoved) {
			t.Errorf("got error %v, want ErrMoved", err)
		}
		if got := repo.Tip(t, "main"); got != tip {
			t.Errorf("tip %s, want %s", got, tip)
		}
		again := commitChain(t, fetch(t, remote, "main", base), "p/a", "p/b")
		if _, err := remote.Push(t.Context(), "main", again[1]); err != nil {
			t.Fatal(err)
		}
		if got := repo.Files(t, "main", ""); len(got) != 4 {
			t.Errorf("got files %v, want 4", got)
		}
		repo.Git(t, "fsck", "--strict")
	})
}

// An edit that changes nothing, or is invalid, does not affect the commit below it.
func TestFailedCommitKeepsItsParent(t *testing.T) {
	repo := gittest.NewRepo(t, "r")
	repo.Commit(t, "main", "start", map[string]string{"file": "1"})
	remote := open(t, repo.URL(), gitrepo.Options{})
	below := commitChain(t, fetch(t, remote, "main", nil), "p/a")[0]
	if _, err := below.Commit(t.Context(), edit("p/a", "f", "p/a"), options("m")); !errors.Is(err, gitrepo.ErrNothingToCommit) {
		t.Errorf("same edit: got error %v, want ErrNothingToCommit", err)
	}
	if _, err := below.Commit(t.Context(), edit("file/x", "f", "x"), options("m")); err == nil {
		t.Error("a directory replaced a file")
	}
	if _, err := remote.Push(t.Context(), "main", below); err != nil {
		t.Error(err)
	}
}
