package pipeline_test

import (
	"testing"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/generator/git"
	"github.com/previewset/previewset/internal/gitops"
)

// newOwnFixture returns a set that previews the branches of the repository that it writes
// to. tip makes the source list the present tip of the branch.
func newOwnFixture(t *testing.T) (f *entryFixture, tip func()) {
	t.Helper()
	f = newEntryFixture(t, generator.Selection{Branches: &generator.BranchRules{}})
	repository, err := git.RepositoryOf(f.repo.URL())
	if err != nil {
		t.Fatal(err)
	}
	repository.DefaultBranch = "main"
	f.source.repository = repository
	tip = func() {
		main := branch("main")
		main.HeadSHA = f.repo.Tip(t, "main")
		f.source.changes = []generator.Change{main, branch("topic")}
	}
	return f, tip
}

func TestGitOpsBranchCausesNoCommits(t *testing.T) {
	t.Parallel()
	f, tip := newOwnFixture(t)
	f.set.GitOps = &generator.GitOpsBranch{Repository: f.source.repository, Name: "main"}
	for range 3 {
		tip()
		f.syncWant(both, "br-topic")
		if got := f.reason("br-main"); got != generator.ReasonGitOpsBranch {
			t.Errorf("got reason %q, want %q", got, generator.ReasonGitOpsBranch)
		}
	}
	if got := f.repo.Git(t, "rev-list", "--count", "main"); got != "2" {
		t.Errorf("got %s commits, want the first one and one for topic", got)
	}
}

// The URLs need not show that the source is the GitOps repository.
func TestGitOpsBranchIsRecognizedByItsTip(t *testing.T) {
	t.Parallel()
	elsewhere := &generator.GitOpsBranch{Repository: generator.Repository{ForgeHost: "git.example", Organization: "acme", Name: "deploy"}, Name: "main"}
	for name, permissions := range map[string]gitops.Permissions{"writer": writer, "both": both} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f, tip := newOwnFixture(t)
			f.set.GitOps = elsewhere
			for range 3 {
				tip()
				f.syncWant(permissions, "br-topic")
			}
			f.repo.Commit(t, "main", "base", map[string]string{"README": "x"}) // the list is older
			f.syncWant(permissions, "br-topic")
			if got := f.repo.Git(t, "rev-list", "--count", "main"); got != "3" {
				t.Errorf("got %s commits, want two of the base and one for topic", got)
			}
		})
	}
}

func TestBranchAtAnotherCommitIsNotTheGitOpsBranch(t *testing.T) {
	t.Parallel()
	f, _ := newOwnFixture(t)
	f.set.GitOps = &generator.GitOpsBranch{Repository: generator.Repository{ForgeHost: "git.example", Organization: "acme", Name: "deploy"}, Name: "main"}
	f.source.changes = []generator.Change{branch("main")}
	f.syncWant(both, "br-main")
}

// A preview of the branch that an earlier version committed is removed, or the guard holds
// it. The guard does not update it, and a revert does not keep it.
func TestPreviewOfGitOpsBranchIsRemovedOrHeld(t *testing.T) {
	t.Parallel()
	f, tip := newOwnFixture(t)
	tip()
	f.syncWant(both, "br-main", "br-topic") // without f.set.GitOps, as in earlier versions
	f.set.Guard.Removals = 0
	f.set.GitOps = &generator.GitOpsBranch{Repository: f.source.repository, Name: "main"}
	tip()
	f.syncWant(both, "!br-main", "br-topic")
	held := f.repo.Tip(t, "main")
	for range 3 {
		tip()
		f.syncWant(both, "!br-main", "br-topic")
		f.restart()
	}
	if f.repo.Tip(t, "main") != held {
		t.Error("got commits for a held preview, want none")
	}
	f.set.Guard.Removals = 1
	tip()
	f.syncWant(both, "br-topic")
	f.repo.Commit(t, "main", "Revert \"shop: prune br-main (gitops-branch)\"\n\nThis reverts commit "+f.repo.Tip(t, "main")+".\n",
		f.repo.Files(t, "main^", "previews/shop/br-main"))
	for range 2 { // the first sync deletes no entry that was written since the last one
		tip()
		f.syncWant(both, "br-topic")
	}
	f.wantEntries("br-topic")
}
