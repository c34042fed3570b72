package pipeline_test

import (
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/internal/gitops"
	"github.com/previewset/previewset/internal/gitrepo"
	"github.com/previewset/previewset/internal/network"
	"github.com/previewset/previewset/internal/pipeline"
	"github.com/previewset/previewset/internal/secret"
	"github.com/previewset/previewset/kustomize"
	gittest "github.com/previewset/previewset/test/fake/git"
)

var (
	writer = gitops.Permissions{Write: true}
	pruner = gitops.Permissions{Prune: true}
	both   = gitops.Permissions{Write: true, Prune: true}
)

// entryFixture is a fixture whose set has overlays in a real repository.
type entryFixture struct {
	*fixture
	repo *gittest.Repo
}

func newEntryFixture(t *testing.T, selection generator.Selection) *entryFixture {
	t.Helper()
	f := &entryFixture{newFixture(t, selection), gittest.NewRepo(t, "gitops")}
	f.repo.Commit(t, "main", "Begin", map[string]string{
		"base/kustomization.yaml": "resources: [settings.yaml]\n",
		"base/settings.yaml":      "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\n",
	})
	f.restart()
	return f
}

// restart drops the set's memory and its last snapshot. Git keeps its content.
func (f *entryFixture) restart() {
	f.t.Helper()
	renderer, err := kustomize.New(kustomize.Spec{RepoURL: f.repo.URL(), Base: "base"})
	if err != nil {
		f.t.Fatal(err)
	}
	old := f.set
	f.last, f.set = nil, &pipeline.Set{
		Name: old.Name, Source: old.Source, Selection: old.Selection, Guard: old.Guard, Namer: old.Namer, Now: old.Now, Log: old.Log,
		Variants: old.Variants, Parameters: old.Parameters, GitOps: old.GitOps,
		Overlay: &pipeline.Overlay{Renderer: renderer, Paths: []string{"base"}},
	}
	f.useRemote(f.repo.URL())
}

// useRemote lets the set use the repository at a URL, without any cache.
func (f *entryFixture) useRemote(url string) {
	f.t.Helper()
	remote, err := gitrepo.Open(url, gitrepo.Options{})
	if err != nil {
		f.t.Fatal(err)
	}
	f.set.Overlay.Repository = gitops.New(remote, gitops.Options{
		Branch: "main", Path: "previews", Author: gitrepo.Signature{Name: "previewset", Email: "previewset@localhost"},
		Now: f.set.Now, Log: slog.New(slog.DiscardHandler), OnRetry: func(string) {},
	})
}

// trySync syncs with these permissions, and returns the ids of the previews. Held ones
// have the prefix "!".
func (f *entryFixture) trySync(permissions gitops.Permissions) (ids []string, err error) {
	f.t.Helper()
	outcome, err := f.set.Sync(f.t.Context(), f.input(permissions))
	if err != nil {
		return nil, err
	}
	if permissions.Write {
		f.last, f.labelings = outcome.Snapshot, nil
	}
	for _, p := range outcome.Snapshot.Previews {
		if p.Held.Detail != "" {
			p.ID = "!" + p.ID
		}
		ids = append(ids, p.ID)
	}
	return ids, nil
}

func (f *entryFixture) syncWant(permissions gitops.Permissions, want ...string) {
	f.t.Helper()
	if got, err := f.trySync(permissions); err != nil || !slices.Equal(got, want) {
		f.t.Fatalf("got previews %v and error %v, want %v", got, err, want)
	}
}

// wantEntries checks the ids of the entries in Git.
func (f *entryFixture) wantEntries(want ...string) {
	f.t.Helper()
	list := f.repo.Git(f.t, "ls-tree", "--name-only", "main", "previews/shop/")
	got := strings.Fields(strings.ReplaceAll(list, "previews/shop/", ""))
	if slices.Sort(want); !slices.Equal(got, want) {
		f.t.Fatalf("got entries %v, want %v", got, want)
	}
}

func (f *entryFixture) head(id string) string {
	f.t.Helper()
	for _, p := range f.last.Previews {
		if p.ID == id {
			return p.HeadSHA[:1]
		}
	}
	f.t.Fatalf("no preview %s", id)
	return ""
}

func TestHeldPreviewStaysHeldUntilTheGuardChanges(t *testing.T) {
	f := newEntryFixture(t, generator.Selection{PullRequests: &generator.PullRequestRules{}})
	f.set.Guard = generator.Guard{Removals: 2, Percent: 90}
	f.source.changes = []generator.Change{pullRequest(1), pullRequest(2), pullRequest(3), pullRequest(4, "preview"), pullRequest(5, "preview")}
	f.syncWant(both, "pr-1", "pr-2", "pr-3", "pr-4", "pr-5")
	f.set.Selection.PullRequests.Labels.All = []string{"preview"}
	f.syncWant(both, "!pr-1", "!pr-2", "!pr-3", "pr-4", "pr-5")
	if record := f.record("pr-2"); !strings.Contains(record, "objection:\n  reason: label\n  guard:\n    removals: 2\n") {
		t.Errorf("the record lacks the objection:\n%s", record)
	}

	// One ends. The guard would allow the other two, but they stay held because its
	// configuration has not changed.
	f.source.changes = f.source.changes[1:]
	f.source.endings[pullRequest(1).Key()] = generator.EndingClosed
	f.syncWant(both, "!pr-2", "!pr-3", "pr-4", "pr-5")
	f.syncWant(pruner, "!pr-2", "!pr-3", "pr-4", "pr-5")
	f.restart()
	f.syncWant(pruner, "!pr-2", "!pr-3", "pr-4", "pr-5")
	f.syncWant(both, "!pr-2", "!pr-3", "pr-4", "pr-5")

	// Another preview may be removed, and one of the held ones is wanted again.
	f.source.changes = []generator.Change{pullRequest(2, "preview"), pullRequest(3), pullRequest(4), pullRequest(5, "preview")}
	f.syncWant(both, "pr-2", "!pr-3", "pr-5")
	if record := f.record("pr-2"); strings.Contains(record, "objection") {
		t.Errorf("the record of a wanted preview has an objection:\n%s", record)
	}
	f.set.Guard.Removals = 3
	f.syncWant(both, "pr-2", "pr-5")
	f.wantEntries("pr-2", "pr-5")
}

func TestForkIsAdmittedOnlyByLabel(t *testing.T) {
	f := newEntryFixture(t, generator.Selection{PullRequests: &generator.PullRequestRules{ForkLabel: "ok"}})
	fork := func(head string, draft bool, labels ...string) {
		c := pullRequest(1, labels...)
		c.Fork, c.Draft, c.HeadSHA = true, draft, strings.Repeat(head, 40)
		f.source.changes = []generator.Change{c, pullRequest(2), pullRequest(3)}
	}
	wantAdmittedAt := func(want string) {
		t.Helper()
		f.syncWant(both, "pr-1", "pr-2", "pr-3")
		if f.head("pr-1") != want {
			t.Fatalf("the fork is at %s, want %s", f.head("pr-1"), want)
		}
	}
	fork("a", false, "ok")
	f.event("a")
	wantAdmittedAt("a")
	for _, restart := range []bool{false, true} {
		maybeRestart := func() {
			if restart {
				f.restart()
			}
		}
		fork("b", true, "ok") // the author makes it a draft, and pushes
		f.syncWant(both, "pr-2", "pr-3")
		f.wantEntries("pr-2", "pr-3")
		maybeRestart()
		fork("c", false, "ok")
		wantAdmittedAt("a")
		f.source.changes = f.source.changes[1:] // the author closes it, pushes, and reopens it
		f.source.endings[pullRequest(1).Key()] = generator.EndingClosed
		f.syncWant(both, "pr-2", "pr-3")
		f.syncWant(both, "pr-2", "pr-3")
		maybeRestart()
		fork("d", false, "ok")
		wantAdmittedAt("a")
	}

	// The configuration denies all forks temporarily, with and without a run of the
	// pruner. This removes no label.
	for _, permissions := range []gitops.Permissions{both, writer} {
		for _, restart := range []bool{false, true} {
			f.set.Selection.PullRequests.ForkLabel = ""
			fork("e", false, "ok")
			f.syncWant(permissions, "pr-2", "pr-3")
			if restart {
				f.restart()
			}
			f.set.Selection.PullRequests.ForkLabel = "ok"
			fork("f", false, "ok")
			wantAdmittedAt("a")
		}
	}

	// After the label was removed the guard may hold the preview, but admits no new
	// commit.
	old := f.set.Guard
	f.set.Guard.Removals = 0
	fork("e", false)
	f.syncWant(both, "!pr-1", "pr-2", "pr-3")
	if f.head("pr-1") != "a" {
		t.Errorf("the guard holds pr-1 at %s, want a", f.head("pr-1"))
	}
	f.set.Guard = old

	// A maintainer removes the label and sets it again, also before the pruner has
	// deleted the entry.
	fork("e", false)
	f.syncWant(both, "pr-2", "pr-3")
	f.restart()
	fork("f", false, "ok")
	f.event("f")
	wantAdmittedAt("f")
	fork("1", false)
	f.syncWant(writer, "pr-2", "pr-3")
	f.wantEntries("pr-1", "pr-2", "pr-3")
	f.restart()
	fork("2", false, "ok")
	f.event("2")
	wantAdmittedAt("2")
}

func TestGuardCoversEntriesWithoutPreview(t *testing.T) {
	f := newEntryFixture(t, generator.Selection{PullRequests: &generator.PullRequestRules{}})
	f.set.Guard = generator.Guard{Removals: 2, Percent: 90}
	f.source.changes = []generator.Change{pullRequest(1, "preview"), pullRequest(2, "preview"), pullRequest(3), pullRequest(4), pullRequest(5)}
	f.syncWant(both, "pr-1", "pr-2", "pr-3", "pr-4", "pr-5")
	f.last.Previews = f.last.Previews[:2] // as if another replica had written the others
	f.set.Selection.PullRequests.Labels.All = []string{"preview"}
	f.syncWant(both, "pr-1", "pr-2")
	f.wantEntries("pr-1", "pr-2", "pr-3", "pr-4", "pr-5")
	f.set.Guard.Removals = 3
	f.syncWant(both, "pr-1", "pr-2")
	f.wantEntries("pr-1", "pr-2")
}

func TestLookupsAreBounded(t *testing.T) {
	f := newFixture(t, generator.Selection{PullRequests: &generator.PullRequestRules{}})
	for n := range int64(60) {
		f.source.changes = append(f.source.changes, pullRequest(n+1))
	}
	if _, err := f.trySync(); err != nil {
		t.Fatal(err)
	}
	f.source.changes = nil // the forge lists and finds no pull request
	if _, err := f.trySync(); err != nil || len(f.last.Previews) != 60 {
		t.Fatalf("got error %v and %d previews, want 60", err, len(f.last.Previews))
	}
	if f.source.lookups != 10 {
		t.Errorf("got %d lookups, want 10", f.source.lookups)
	}
	// The endings of some changes are never known. The others still end.
	for n := range int64(40) {
		f.source.endings[pullRequest(n+1).Key()] = generator.EndingMerged
	}
	for n := 1; len(f.last.Previews) != 20; n++ {
		f.now = f.now.Add(time.Minute)
		if _, err := f.trySync(); err != nil || n > 100 {
			t.Fatalf("got error %v and %d previews after %d syncs", err, len(f.last.Previews), n)
		}
	}
}

func TestEntryWithoutItsRecordIsNotWritten(t *testing.T) {
	f := newEntryFixture(t, generator.Selection{PullRequests: &generator.PullRequestRules{}})
	f.source.changes = []generator.Change{pullRequest(1), pullRequest(2), pullRequest(3)}
	f.syncWant(both, "pr-1", "pr-2", "pr-3")
	revision := f.last.Previews[0].Revision

	// previewset does not write a directory without a record. The preview keeps its last
	// placement. After a restart its placement is unknown.
	f.repo.Commit(t, "main", "Mine", map[string]string{"previews/shop/pr-1/preview.yaml": gittest.Delete})
	f.syncWant(both, "pr-1", "pr-2", "pr-3")
	if f.last.Previews[0].Revision != revision {
		t.Errorf("got revision %s, want %s", f.last.Previews[0].Revision, revision)
	}
	f.restart()
	ids, err := f.trySync(both)
	if err == nil || !strings.Contains(err.Error(), "previews/shop/pr-1 exists and does not belong to previewset") {
		t.Errorf("after a restart: got previews %v and error %v, want an error for pr-1", ids, err)
	}
	if got, want := pipeline.Cause(err), "the GitOps repository has an entry without a valid record"; got != want {
		t.Errorf("got the cause %q, want %q", got, want)
	}

	// A damaged entry is written again. A foreign directory or file affects only the
	// preview with its id.
	f.repo.Commit(t, "main", "Oops", map[string]string{
		"previews/shop/pr-1/preview.yaml": strings.Replace(f.repo.Git(t, "show", revision+":previews/shop/pr-2/preview.yaml"), "apiVersion", "\t{", 1),
		"previews/shop/pr-4/notes":        "x\n",
		"previews/shop/pr-5":              "a file\n",
	})
	f.source.changes = append(f.source.changes, pullRequest(4), pullRequest(5))
	f.syncWant(both, "pr-1", "pr-2", "pr-3")
	if f.reason("pr-4") != generator.ReasonOverlay {
		t.Errorf("got reason %q for pr-4, want %q: %+v", f.reason("pr-4"), generator.ReasonOverlay, f.last.Dropped)
	}
	f.wantEntries("pr-1", "pr-2", "pr-3", "pr-4", "pr-5")
	f.restart()
	f.syncWant(both, "pr-1", "pr-2", "pr-3")
}

func TestHeldPreviewKeepsItsID(t *testing.T) {
	f := newEntryFixture(t, generator.Selection{PullRequests: &generator.PullRequestRules{}})
	f.source.changes = []generator.Change{pullRequest(1), pullRequest(2)}
	f.syncWant(both, "pr-1", "pr-2")
	f.source.repository.Name = "web"
	f.source.changes = []generator.Change{pullRequest(1), pullRequest(3)}
	f.syncWant(both, "!pr-1", "!pr-2", "pr-3")
	if f.reason("pr-1") != generator.ReasonName {
		t.Errorf("pull request 1 of the new source was not dropped for its name: %+v", f.last.Dropped)
	}
	f.set.Guard = generator.Guard{Removals: 5, Percent: 100}
	f.syncWant(both, "pr-3") // the new pull request 1 waits until the entry is pruned
	f.wantEntries("pr-3")
	f.syncWant(both, "pr-1", "pr-3")
	if record := f.record("pr-1"); !strings.Contains(record, "name: web") {
		t.Errorf("the entry is not of the new source:\n%s", record)
	}
}

func TestCause(t *testing.T) {
	f := newFixture(t, generator.Selection{PullRequests: &generator.PullRequestRules{}})
	for err, want := range map[error]string{
		generator.ErrUnauthorized:                  "the source refuses the credentials",
		generator.ErrIncomplete:                    "the source does not return the complete list",
		errors.New("a server's text"):              "the source can't be used",
		secret.Unusable(generator.ErrUnauthorized): "the source has credentials that can't be read",
		network.Status(500):                        "the source answers with an error",
		gitrepo.ErrHostKey:                         "the source has an unknown host key",
		gitrepo.ErrRedirect:                        "the source redirects to another server",
		gitrepo.ErrNotGit:                          "the source does not answer as a Git server",
	} {
		f.source.listErr = err
		if _, failed := f.trySync(); pipeline.Cause(failed) != want {
			t.Errorf("%v: got %q, want %q", err, pipeline.Cause(failed), want)
		}
	}
	for err, want := range map[error]string{
		errors.Join(gitrepo.ErrRejected, gitrepo.ErrStorage): "the GitOps repository can't store commits",
		gitrepo.ErrRejected: "the GitOps repository rejects pushes",
		errors.Join(gitops.ErrBusy, gitrepo.ErrMoved, gitrepo.ErrLocked): "the GitOps repository has a locked branch",
		errors.Join(gitops.ErrBusy, gitrepo.ErrMoved):                    "the GitOps repository keeps changing while previewset pushes",
	} {
		if got := pipeline.Cause(err); got != want {
			t.Errorf("%v: got %q, want %q", err, got, want)
		}
	}
	withEntries := newEntryFixture(t, generator.Selection{PullRequests: &generator.PullRequestRules{}})
	withEntries.repo.DeleteBranch(t, "main")
	if _, failed := withEntries.trySync(both); pipeline.Cause(failed) != "the GitOps repository is empty" {
		t.Errorf("got %q for error %v", pipeline.Cause(failed), failed)
	}
}

// replica is a process with a memory and a snapshot of its own. All replicas share the
// repository of the fixture.
type replica struct {
	set  *pipeline.Set
	last *generator.Snapshot
}

// as runs sync as the replica r.
func (f *entryFixture) as(r *replica, sync func()) {
	f.set, f.last = r.set, r.last
	sync()
	r.set, r.last = f.set, f.last
}

func TestReplicasAgreeOnThePreviewOfAnID(t *testing.T) {
	for _, test := range []struct {
		name      string
		heldFirst bool // the replica that holds the former source's previews syncs first
	}{
		{"the entries are of the new source", false},
		{"the entries are of the former source", true},
	} {
		t.Run(test.name, func(t *testing.T) {
			f := newEntryFixture(t, everyPullRequest())
			// One replica has previews of the former source.
			f.source.repository.Name = "former"
			f.source.changes = []generator.Change{pullRequest(1), pullRequest(2)}
			f.syncWant(writer, "pr-1", "pr-2")
			former := &replica{f.set, f.last}
			// The other replica has the new source first.
			f.source.repository.Name = "new"
			f.replaceEntries("pr-1", "pr-2")
			current := &replica{f.set, f.last}
			if test.heldFirst {
				f.repo.Git(t, "update-ref", "refs/heads/main", "main~2")
				f.as(former, func() { f.syncWant(writer, "!pr-1", "!pr-2") })
			}
			f.as(current, func() { f.syncWant(writer, "pr-1", "pr-2") })
			tip := f.repo.Git(t, "rev-parse", "main")
			for range 2 {
				f.as(former, func() { f.syncWant(writer, "pr-1", "pr-2") })
				f.as(current, func() { f.syncWant(writer, "pr-1", "pr-2") })
			}
			if got := f.repo.Git(t, "rev-parse", "main"); got != tip {
				t.Errorf("the replicas still commit: %s", f.repo.Git(t, "log", "--format=%s", tip+"..main"))
			}
		})
	}
}

// A replica with another source has replaced the entry, and the overlay can't be written.
func TestPreviewIsNotPlacedAtTheEntryOfAnother(t *testing.T) {
	f := newEntryFixture(t, everyPullRequest())
	f.source.changes = []generator.Change{pullRequest(1)}
	f.syncWant(writer, "pr-1")
	want := f.last.Previews[0].Revision
	current := f.formerEntries("pr-1")
	f.repo.Commit(t, "main", "Break the base", map[string]string{"base/kustomization.yaml": "resources: [missing.yaml]\n"})
	f.as(current, func() {
		f.syncWant(writer, "pr-1")
		if got := f.last.Previews[0].Revision; got != want {
			t.Errorf("got revision %s, want %s, which has the entry of the preview", got, want)
		}
	})
}

// replaceEntries prunes the entries of another source, and writes those of the present
// one.
func (f *entryFixture) replaceEntries(want ...string) {
	f.t.Helper()
	f.restart()
	guard := f.set.Guard
	f.set.Guard = generator.Guard{Removals: 10, Percent: 100, AllowAll: true}
	f.syncWant(pruner)
	f.set.Guard = guard
	f.syncWant(writer, want...)
}

// formerEntries replaces the entries by those of a replica whose source is another
// repository, and returns the replica with the present source.
func (f *entryFixture) formerEntries(want ...string) *replica {
	f.t.Helper()
	current, name := &replica{f.set, f.last}, f.source.repository.Name
	f.source.repository.Name = "former"
	f.replaceEntries(want...)
	f.source.repository.Name = name
	return current
}

func TestEndingDeletesOnlyTheEntryOfItsChange(t *testing.T) {
	f := newEntryFixture(t, everyPullRequest())
	f.set.Guard.Removals = 0
	f.source.changes = []generator.Change{pullRequest(1), pullRequest(2)}
	f.syncWant(writer, "pr-1", "pr-2")
	current := f.formerEntries("pr-1", "pr-2")
	f.source.changes = nil
	for n := range int64(2) {
		f.source.endings[pullRequest(n+1).Key()] = generator.EndingMerged
	}
	for range 2 {
		f.as(current, func() { f.syncWant(both) })
		f.wantEntries("pr-1", "pr-2")
	}
}

func TestRemovedForkLabelIsRecordedOnlyInTheEntryOfItsChange(t *testing.T) {
	f := newEntryFixture(t, generator.Selection{PullRequests: &generator.PullRequestRules{ForkLabel: "ok"}})
	f.syncWant(writer)
	fork := pullRequest(1, "ok")
	fork.Fork = true
	f.source.changes = []generator.Change{fork}
	f.event("a")
	current := f.formerEntries("pr-1")
	f.source.changes[0].Labels = nil
	f.as(current, func() { f.syncWant(writer) })
	if record := f.record("pr-1"); strings.Contains(record, "objection") {
		t.Errorf("the record of another pull request has an objection:\n%s", record)
	}
}

// During a change of the configuration, a replica that still has the former one wants a
// preview that the guard of the other holds.
func TestHeldPreviewStaysHeldIfAnotherReplicaWantsIt(t *testing.T) {
	f := newEntryFixture(t, everyPullRequest())
	f.set.Guard = generator.Guard{Removals: 2, Percent: 90}
	f.source.changes = []generator.Change{pullRequest(1, "former"), pullRequest(2), pullRequest(3), pullRequest(4, "preview"), pullRequest(5, "preview")}
	f.syncWant(writer, "pr-1", "pr-2", "pr-3", "pr-4", "pr-5")
	f.set.Selection.PullRequests = &generator.PullRequestRules{Labels: generator.LabelRule{Any: []string{"preview"}}}
	f.syncWant(writer, "!pr-1", "!pr-2", "!pr-3", "pr-4", "pr-5")
	current := &replica{f.set, f.last}

	f.restart()
	f.set.Selection.PullRequests = &generator.PullRequestRules{Labels: generator.LabelRule{Any: []string{"preview", "former"}}}
	f.syncWant(writer, "pr-1", "!pr-2", "!pr-3", "pr-4", "pr-5")
	former := &replica{f.set, f.last}
	f.as(current, func() { f.syncWant(writer, "!pr-1", "!pr-2", "!pr-3", "pr-4", "pr-5") })

	former.set.Selection = current.set.Selection
	for _, r := range []*replica{former, current} {
		f.as(r, func() { f.syncWant(writer, "!pr-1", "!pr-2", "!pr-3", "pr-4", "pr-5") })
	}
}

func TestRevertedPruneAdmitsNoForkWithoutItsLabel(t *testing.T) {
	f := newEntryFixture(t, generator.Selection{PullRequests: &generator.PullRequestRules{ForkLabel: "ok"}})
	fork := pullRequest(1, "ok")
	fork.Fork = true
	f.source.changes = []generator.Change{fork, pullRequest(2), pullRequest(3)}
	f.event("a")
	f.syncWant(both, "pr-1", "pr-2", "pr-3")
	f.source.changes[0].Draft = true
	f.syncWant(both, "pr-2", "pr-3")
	f.repo.Commit(t, "main", fmt.Sprintf("Revert %q\n\nThis reverts commit %s.\n", f.repo.Git(t, "log", "-1", "--format=%s", "main"), f.repo.Tip(t, "main")),
		f.repo.Files(t, "main~1", "previews"))
	f.syncWant(both, "!pr-1", "pr-2", "pr-3")

	// It is still a draft, which is the first reason against it.
	f.source.changes[0].Labels, f.source.changes[0].HeadSHA = nil, strings.Repeat("c", 40)
	f.syncWant(both, "pr-2", "pr-3")
}
