package pipeline_test

import (
	"errors"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/internal/gitops"
	"github.com/previewset/previewset/internal/gitrepo"
	"github.com/previewset/previewset/internal/pipeline"
	"github.com/previewset/previewset/kustomize"
	gittest "github.com/previewset/previewset/test/fake/git"
)

var (
	service = gitops.Permissions{Write: true}
	pruner  = gitops.Permissions{Prune: true}
	both    = gitops.Permissions{Write: true, Prune: true}
)

// entries is a bench whose set has overlays in a real repository.
type entries struct {
	*bench
	repo *gittest.Repo
}

func newEntries(t *testing.T, selection generator.Selection) *entries {
	t.Helper()
	e := &entries{newBench(t, selection), gittest.NewRepo(t, "gitops")}
	e.repo.Commit(t, "main", "Begin", map[string]string{
		"base/kustomization.yaml": "resources: [settings.yaml]\n",
		"base/settings.yaml":      "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\n",
	})
	e.restart()
	return e
}

// restart forgets everything but what is in Git.
func (e *entries) restart() {
	e.t.Helper()
	remote, err := gitrepo.Open(e.repo.URL(), gitrepo.Options{})
	if err != nil {
		e.t.Fatal(err)
	}
	renderer, err := kustomize.New(kustomize.Spec{RepoURL: e.repo.URL(), Base: "base"})
	if err != nil {
		e.t.Fatal(err)
	}
	old := e.set
	e.last, e.set = nil, &pipeline.Set{
		Name: old.Name, Source: old.Source, Selection: old.Selection, Guard: old.Guard, Namer: old.Namer, Now: old.Now, Log: old.Log,
		Variants: old.Variants, Parameters: old.Parameters,
		Overlay: &pipeline.Overlay{Renderer: renderer, Paths: []string{"base"}, Repository: gitops.New(remote, gitops.Options{
			Branch: "main", Path: "previews", Author: gitrepo.Signature{Name: "previewset", Email: "previewset@localhost"},
			Now: time.Now, Log: slog.New(slog.DiscardHandler), OnRetry: func(string) {},
		})},
	}
}

// act syncs as one that may do what mask says, and returns the ids of the
// answer, held ones with a "!".
func (e *entries) act(mask gitops.Permissions) (ids []string, err error) {
	e.t.Helper()
	outcome, err := e.set.Sync(e.t.Context(), e.last, mask)
	if err != nil {
		return nil, err
	}
	if mask.Write {
		e.last = outcome.Snapshot
	}
	for _, p := range outcome.Snapshot.Previews {
		if p.Held != "" {
			p.ID = "!" + p.ID
		}
		ids = append(ids, p.ID)
	}
	return ids, nil
}

func (e *entries) wants(mask gitops.Permissions, want ...string) {
	e.t.Helper()
	if got, err := e.act(mask); err != nil || !slices.Equal(got, want) {
		e.t.Fatalf("previews %v, %v, want %v", got, err, want)
	}
}

// inGit checks which entries there are.
func (e *entries) inGit(want ...string) {
	e.t.Helper()
	got := strings.Fields(e.repo.Git(e.t, "ls-tree", "--name-only", "main:previews/shop"))
	if slices.Sort(want); !slices.Equal(got, want) {
		e.t.Fatalf("entries %v, want %v", got, want)
	}
}

func (e *entries) head(id string) string {
	e.t.Helper()
	for _, p := range e.last.Previews {
		if p.ID == id {
			return p.HeadSHA[:1]
		}
	}
	e.t.Fatalf("no preview %s", id)
	return ""
}

func TestWhatTheGuardHeldStaysHeld(t *testing.T) {
	e := newEntries(t, generator.Selection{PullRequests: &generator.PullRequestRules{}})
	e.set.Guard = generator.Guard{Removals: 2, Percent: 90}
	e.source.changes = []generator.Change{pull(1), pull(2), pull(3), pull(4, "preview"), pull(5, "preview")}
	e.wants(both, "pr-1", "pr-2", "pr-3", "pr-4", "pr-5")
	e.set.Selection.PullRequests.Labels.All = []string{"preview"}
	e.wants(both, "!pr-1", "!pr-2", "!pr-3", "pr-4", "pr-5")
	if record := e.repo.Git(t, "show", "main:previews/shop/pr-2/preview.yaml"); !strings.Contains(record, "objection:\n  reason: label\n  guard:\n    removals: 2\n") {
		t.Errorf("the record does not say what speaks against it:\n%s", record)
	}

	// One ends, and two would pass: not without a word in the configuration.
	e.source.changes = e.source.changes[1:]
	e.source.endings[pull(1).Key()] = generator.EndingClosed
	e.wants(both, "!pr-2", "!pr-3", "pr-4", "pr-5")
	e.wants(pruner, "!pr-2", "!pr-3", "pr-4", "pr-5")
	e.restart()
	e.wants(pruner, "!pr-2", "!pr-3", "pr-4", "pr-5")
	e.wants(both, "!pr-2", "!pr-3", "pr-4", "pr-5")

	// One more may go meanwhile, and one of the held is wanted again.
	e.source.changes = []generator.Change{pull(2, "preview"), pull(3), pull(4), pull(5, "preview")}
	e.wants(both, "pr-2", "!pr-3", "pr-5")
	if record := e.repo.Git(t, "show", "main:previews/shop/pr-2/preview.yaml"); strings.Contains(record, "objection") {
		t.Errorf("it is wanted, and its record says:\n%s", record)
	}
	e.set.Guard.Removals = 3
	e.wants(both, "pr-2", "pr-5")
	e.inGit("pr-2", "pr-5")
}

func TestAForkIsLetInByTheLabelAlone(t *testing.T) {
	e := newEntries(t, generator.Selection{PullRequests: &generator.PullRequestRules{ForkLabel: "ok"}})
	fork := func(head string, draft bool, labels ...string) {
		c := pull(1, labels...)
		c.Fork, c.Draft, c.HeadSHA = true, draft, strings.Repeat(head, 40)
		e.source.changes = []generator.Change{c, pull(2), pull(3)}
	}
	stays := func(want string) {
		t.Helper()
		e.wants(both, "pr-1", "pr-2", "pr-3")
		if e.head("pr-1") != want {
			t.Fatalf("the fork is at %s, let in at %s", e.head("pr-1"), want)
		}
	}
	fork("a", false, "ok")
	stays("a")
	for _, restart := range []bool{false, true} {
		again := func() {
			if restart {
				e.restart()
			}
		}
		fork("b", true, "ok") // its author drafts it, and pushes
		e.wants(both, "pr-2", "pr-3")
		e.inGit("pr-2", "pr-3")
		again()
		fork("c", false, "ok")
		stays("a")
		e.source.changes = e.source.changes[1:] // closes, pushes, and opens again
		e.source.endings[pull(1).Key()] = generator.EndingClosed
		e.wants(both, "pr-2", "pr-3")
		e.wants(both, "pr-2", "pr-3")
		again()
		fork("d", false, "ok")
		stays("a")
	}

	// The configuration denies all forks for a while, whether the pruner comes to
	// it or not. That takes no label off.
	for _, mask := range []gitops.Permissions{both, service} {
		for _, restart := range []bool{false, true} {
			e.set.Selection.PullRequests.ForkLabel = ""
			fork("e", false, "ok")
			e.wants(mask, "pr-2", "pr-3")
			if restart {
				e.restart()
			}
			e.set.Selection.PullRequests.ForkLabel = "ok"
			fork("f", false, "ok")
			stays("a")
		}
	}

	// With the label off the guard may hold it, but nothing new comes in.
	old := e.set.Guard
	e.set.Guard.Removals = 0
	fork("e", false)
	e.wants(both, "!pr-1", "pr-2", "pr-3")
	if e.head("pr-1") != "a" {
		t.Errorf("the guard holds it at %s", e.head("pr-1"))
	}
	e.set.Guard = old

	// A maintainer takes the label off and sets it again; also where the pruner
	// is slower than that.
	fork("e", false)
	e.wants(both, "pr-2", "pr-3")
	e.restart()
	fork("f", false, "ok")
	stays("f")
	fork("1", false)
	e.wants(service, "pr-2", "pr-3")
	e.inGit("pr-1", "pr-2", "pr-3")
	e.restart()
	fork("2", false, "ok")
	stays("2")
}

func TestLeftoversAreGuardedToo(t *testing.T) {
	e := newEntries(t, generator.Selection{PullRequests: &generator.PullRequestRules{}})
	e.set.Guard = generator.Guard{Removals: 2, Percent: 90}
	e.source.changes = []generator.Change{pull(1, "preview"), pull(2, "preview"), pull(3), pull(4), pull(5)}
	e.wants(both, "pr-1", "pr-2", "pr-3", "pr-4", "pr-5")
	e.last.Previews = e.last.Previews[:2] // another replica wrote the others
	e.set.Selection.PullRequests.Labels.All = []string{"preview"}
	e.wants(both, "pr-1", "pr-2")
	e.inGit("pr-1", "pr-2", "pr-3", "pr-4", "pr-5")
	e.set.Guard.Removals = 3
	e.wants(both, "pr-1", "pr-2")
	e.inGit("pr-1", "pr-2")
}

func TestLookupsAreBounded(t *testing.T) {
	b := newBench(t, generator.Selection{PullRequests: &generator.PullRequestRules{}})
	for n := range int64(60) {
		b.source.changes = append(b.source.changes, pull(n+1))
	}
	if _, err := b.act(); err != nil {
		t.Fatal(err)
	}
	b.source.changes = nil // the forge has lost its list, and finds no pull request either
	if _, err := b.act(); err != nil || len(b.last.Previews) != 60 {
		t.Fatalf("%v, %d previews", err, len(b.last.Previews))
	}
	if b.source.asked != 10 {
		t.Errorf("asked for %d pull requests", b.source.asked)
	}
	// The ending of some is never known. They do not keep the others from ending.
	for n := range int64(40) {
		b.source.endings[pull(n+1).Key()] = generator.EndingMerged
	}
	for n := 1; len(b.last.Previews) != 20; n++ {
		b.now = b.now.Add(time.Minute)
		if _, err := b.act(); err != nil || n > 100 {
			t.Fatalf("%v, %d previews after %d syncs", err, len(b.last.Previews), n)
		}
	}
}

func TestARecordThatSomebodyTook(t *testing.T) {
	e := newEntries(t, generator.Selection{PullRequests: &generator.PullRequestRules{}})
	e.source.changes = []generator.Change{pull(1), pull(2), pull(3)}
	e.wants(both, "pr-1", "pr-2", "pr-3")
	revision := e.last.Previews[0].Revision

	// Without its record the directory is nobody's to write, and the preview is
	// served from where it was. After a restart nobody knows of it any more.
	e.repo.Commit(t, "main", "Mine", map[string]string{"previews/shop/pr-1/preview.yaml": gittest.Delete})
	e.wants(both, "pr-1", "pr-2", "pr-3")
	if e.last.Previews[0].Revision != revision {
		t.Errorf("it is served from %s", e.last.Previews[0].Revision)
	}
	e.restart()
	if ids, err := e.act(both); err == nil || !strings.Contains(err.Error(), "previews/shop/pr-1 exists and does not belong to previewset") {
		t.Errorf("after a restart: %v, %v", ids, err)
	}

	// A damaged entry is written again, and a directory that somebody else made
	// only stops one preview.
	e.repo.Commit(t, "main", "Oops", map[string]string{
		"previews/shop/pr-1/preview.yaml": strings.Replace(e.repo.Git(t, "show", revision+":previews/shop/pr-2/preview.yaml"), "apiVersion", "\t{", 1),
		"previews/shop/pr-4/notes":        "x\n",
		"previews/shop/pr-5":              "a file\n",
	})
	e.source.changes = append(e.source.changes, pull(4), pull(5))
	e.wants(both, "pr-1", "pr-2", "pr-3")
	if e.reason("pr-4") != generator.ReasonOverlay {
		t.Errorf("pr-4: %+v", e.last.Dropped)
	}
	e.inGit("pr-1", "pr-2", "pr-3", "pr-4", "pr-5")
	e.restart()
	e.wants(both, "pr-1", "pr-2", "pr-3")
}

func TestAHeldPreviewKeepsItsPlace(t *testing.T) {
	e := newEntries(t, generator.Selection{PullRequests: &generator.PullRequestRules{}})
	e.source.changes = []generator.Change{pull(1), pull(2)}
	e.wants(both, "pr-1", "pr-2")
	e.source.repository.Name = "web"
	e.source.changes = []generator.Change{pull(1), pull(3)}
	e.wants(both, "!pr-1", "!pr-2", "pr-3")
	if e.reason("pr-1") != generator.ReasonName {
		t.Errorf("the other pull request 1: %+v", e.last.Dropped)
	}
	e.set.Guard = generator.Guard{Removals: 5, Percent: 100}
	e.wants(both, "pr-1", "pr-3")
	if record := e.repo.Git(t, "show", "main:previews/shop/pr-1/preview.yaml"); !strings.Contains(record, "name: web") {
		t.Errorf("it is not the other one:\n%s", record)
	}
}

func TestCause(t *testing.T) {
	b := newBench(t, generator.Selection{PullRequests: &generator.PullRequestRules{}})
	for err, want := range map[error]string{
		generator.ErrUnauthorized:     "the source refuses the credentials",
		generator.ErrIncomplete:       "the source does not give the complete list",
		errors.New("a server's word"): "the source can't be used",
	} {
		b.source.listErr = err
		if _, failed := b.act(); pipeline.Cause(failed) != want {
			t.Errorf("%v: %q, want %q", err, pipeline.Cause(failed), want)
		}
	}
	e := newEntries(t, generator.Selection{PullRequests: &generator.PullRequestRules{}})
	e.repo.DeleteBranch(t, "main")
	if _, failed := e.act(both); pipeline.Cause(failed) != "the GitOps repository is empty" {
		t.Errorf("%q of %v", pipeline.Cause(failed), failed)
	}
}
