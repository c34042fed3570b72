package pipeline_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/generator/naming"
	"github.com/previewset/previewset/internal/gitops"
	"github.com/previewset/previewset/internal/pipeline"
)

// breakItems makes these listed changes unreadable, and the others readable.
func (f *fixture) breakItems(keys ...generator.Key) {
	f.source.unreadable = nil
	for _, k := range keys {
		f.source.unreadable = append(f.source.unreadable, generator.Unreadable{Key: k, Field: "head.sha", Problem: "is missing"})
	}
}

// list lists these changes. Those with a key of broken are unreadable.
func (f *fixture) list(changes []generator.Change, broken ...generator.Key) {
	f.source.changes = slices.DeleteFunc(slices.Clone(changes), func(c generator.Change) bool { return slices.Contains(broken, c.Key()) })
	f.breakItems(broken...)
}

func TestUnreadableChangeKeepsItsPreview(t *testing.T) {
	f := newFixture(t, generator.Selection{PullRequests: &generator.PullRequestRules{}, Branches: &generator.BranchRules{}})
	all := []generator.Change{branch("a"), branch("main"), pullRequest(1), pullRequest(2)}
	f.list(all)
	f.syncWant("br-a", "br-main", "pr-1", "pr-2")
	before := f.preview("pr-2")

	all = append(all, branch("b"), pullRequest(3), pullRequest(4))
	f.list(all, branch("a").Key(), branch("b").Key(), pullRequest(2).Key(), pullRequest(4).Key())
	for range 3 {
		f.syncWant("!br-a", "br-main", "pr-1", "!pr-2", "pr-3")
		for _, id := range []string{"pr-4", "br-b"} {
			if got := f.reason(id); got != generator.ReasonUnreadable {
				t.Errorf("%s: got reason %q, want %q", id, got, generator.ReasonUnreadable)
			}
		}
	}
	after := f.preview("pr-2")
	if after.Held.Detail != "the source lists it, but head.sha is missing" || after.HeadSHA != before.HeadSHA || after.Names != before.Names {
		t.Errorf("got %+v, want %+v", after, before)
	}
	if f.source.lookups > 0 {
		t.Errorf("got %d lookups of endings, want none", f.source.lookups)
	}
	f.list(all)
	f.syncWant("br-a", "br-b", "br-main", "pr-1", "pr-2", "pr-3", "pr-4")
}

func TestUnreadableDefaultBranchProvesNoDeletion(t *testing.T) {
	f := newFixture(t, generator.Selection{Branches: &generator.BranchRules{}})
	f.list([]generator.Change{branch("a"), branch("main")})
	f.syncWant("br-a", "br-main")
	f.list([]generator.Change{branch("main")}, branch("main").Key())
	f.syncWant("!br-a", "!br-main")
}

func TestUnreadableChangeKeepsAllVariants(t *testing.T) {
	f := newFixture(t, everyPullRequest())
	f.setVariants("off", "on")
	f.list([]generator.Change{pullRequest(1), pullRequest(2)})
	f.syncWant("pr-1-off", "pr-1-on", "pr-2-off", "pr-2-on")
	f.setVariants("on", "new") // off is kept, because nothing about its change is known
	f.list([]generator.Change{pullRequest(2)}, pullRequest(1).Key())
	f.set.Guard = generator.Guard{Removals: 5, Percent: 100}
	f.syncWant("!pr-1-off", "!pr-1-on", "pr-2-new", "pr-2-on")
	if got := f.reason("pr-1-new"); got != generator.ReasonUnreadable {
		t.Errorf("got reason %q, want %q", got, generator.ReasonUnreadable)
	}
}

func TestUnreadableChangeIsReported(t *testing.T) {
	f := newFixture(t, everyPullRequest())
	f.list([]generator.Change{pullRequest(1)})
	f.syncWant("pr-1")
	f.list(nil, pullRequest(1).Key())
	outcome, err := f.set.Sync(t.Context(), pipeline.Input{Previous: f.last})
	want := "pull request 1: the source lists it, but head.sha is missing: its preview stays as it is, or waits, until the source returns a valid value"
	if err != nil || len(outcome.Snapshot.Warnings) != 1 || outcome.Snapshot.Warnings[0].String() != want {
		t.Errorf("got %+v, %v, want the warning %q", outcome, err, want)
	}
}

// The limit is 2, and the newest changes take precedence.
func TestLimitCountsUnreadablePreviews(t *testing.T) {
	selection := everyPullRequest()
	selection.Limit = 2
	f := newFixture(t, selection)
	f.list([]generator.Change{pullRequest(1), pullRequest(2)})
	f.syncWant("pr-1", "pr-2")
	all := []generator.Change{pullRequest(1), pullRequest(2), pullRequest(3)}
	f.list(all, pullRequest(2).Key())
	f.syncWant("!pr-2", "pr-3")
	f.list(all)
	f.syncWant("pr-2", "pr-3")

	f.list(append(all, pullRequest(4)), pullRequest(4).Key())
	f.syncWant("pr-2", "pr-3") // 4 has no preview, and takes no place
}

func TestUnreadableChangeCausesNoCommit(t *testing.T) {
	f := newEntryFixture(t, generator.Selection{PullRequests: &generator.PullRequestRules{ForkLabel: "ok"}})
	fork := pullRequest(1, "ok")
	fork.Fork = true
	unlabelled := fork
	unlabelled.Labels = nil
	f.list([]generator.Change{unlabelled, pullRequest(2)})
	f.syncWant(both, "pr-2")
	f.list([]generator.Change{fork, pullRequest(2)})
	f.syncWant(both, "pr-1", "pr-2")
	tip := f.repo.Git(t, "rev-parse", "main")
	for range 2 {
		f.list([]generator.Change{pullRequest(2)}, fork.Key())
		f.syncWant(both, "!pr-1", "pr-2")
		f.syncWant(both, "!pr-1", "pr-2")
		f.restart()
	}
	f.syncWant(both, "!pr-1", "pr-2")
	if got := f.repo.Git(t, "rev-parse", "main"); got != tip {
		t.Errorf("got commits %s, want none", f.repo.Git(t, "log", "--format=%s", tip+"..main"))
	}
	fork.HeadSHA = strings.Repeat("e", 40)
	f.list([]generator.Change{fork, pullRequest(2)})
	if f.syncWant(both, "pr-1", "pr-2"); f.head("pr-1") != "a" {
		t.Errorf("the fork is at %s, want a", f.head("pr-1"))
	}
}

// The entry waits for the pruner. A change that cannot be read does not get its preview
// back, and its entry stays.
func TestUnreadableChangeStaysRejected(t *testing.T) {
	for name, test := range map[string]struct {
		fork   bool
		reason generator.Reason
	}{"label": {false, generator.ReasonLabel}, "fork": {true, generator.ReasonFork}} {
		t.Run(name, func(t *testing.T) {
			rules := &generator.PullRequestRules{ForkLabel: "ok"}
			if !test.fork {
				rules.Labels.All = []string{"ok"}
			}
			f := newEntryFixture(t, generator.Selection{PullRequests: rules})
			with, without := pullRequest(1, "ok"), pullRequest(1)
			with.Fork, without.Fork = test.fork, test.fork
			others := []generator.Change{pullRequest(2, "ok"), pullRequest(3, "ok")}
			f.list(append(others, without))
			f.syncWant(writer, "pr-2", "pr-3")
			f.list(append(others, with))
			f.syncWant(writer, "pr-1", "pr-2", "pr-3")
			f.list(append(others, without))
			f.syncWant(writer, "pr-2", "pr-3")
			f.list(others, with.Key())
			for range 2 {
				f.syncWant(both, "pr-2", "pr-3")
				if got := f.reason("pr-1"); got != test.reason {
					t.Errorf("got reason %q, want %q", got, test.reason)
				}
			}
			f.wantEntries("pr-1", "pr-2", "pr-3")
			if test.fork { // the entry records it
				f.restart()
				f.syncWant(both, "pr-2", "pr-3")
			}
			f.list(append(others, without)) // the evidence that the label admits this head
			f.syncWant(writer, "pr-2", "pr-3")
			f.list(append(others, with))
			f.syncWant(both, "pr-1", "pr-2", "pr-3")
		})
	}
}

// Another replica could read the change, and has written its entry.
func TestEntryOfAnUnreadableChangeIsKept(t *testing.T) {
	f := newEntryFixture(t, everyPullRequest())
	f.list([]generator.Change{pullRequest(1)})
	f.syncWant(writer, "pr-1")
	this := &replica{f.set, f.last}
	f.restart()
	f.list([]generator.Change{pullRequest(1), pullRequest(2)})
	f.syncWant(writer, "pr-1", "pr-2")
	f.as(this, func() {
		f.list([]generator.Change{pullRequest(1)}, pullRequest(2).Key())
		f.syncWant(both, "pr-1", "!pr-2")
	})
	f.wantEntries("pr-1", "pr-2")
}

// The guard has held the preview before its change became unreadable.
func TestUnreadableChangeStaysHeldByTheGuard(t *testing.T) {
	f := newEntryFixture(t, generator.Selection{PullRequests: &generator.PullRequestRules{Labels: generator.LabelRule{All: []string{"ok"}}}})
	f.set.Guard = generator.Guard{}
	f.list([]generator.Change{pullRequest(1, "ok"), pullRequest(2, "ok")})
	f.syncWant(both, "pr-1", "pr-2")
	f.list([]generator.Change{pullRequest(1), pullRequest(2, "ok")})
	f.syncWant(both, "!pr-1", "pr-2")
	tip := f.repo.Git(t, "rev-parse", "main")
	f.list([]generator.Change{pullRequest(2, "ok")}, pullRequest(1).Key())
	f.syncWant(both, "!pr-1", "pr-2")
	f.restart()
	f.syncWant(both, "!pr-1", "pr-2")
	if got := f.repo.Git(t, "rev-parse", "main"); got != tip {
		t.Errorf("got commit %s, want none", got)
	}
	f.list([]generator.Change{pullRequest(1), pullRequest(2, "ok")})
	f.syncWant(both, "!pr-1", "pr-2")
}

// A branch of the former source has the same name, and its preview left in the same sync.
func TestUnreadableChangeIsNotThatOfAFormerSource(t *testing.T) {
	f := newEntryFixture(t, generator.Selection{Branches: &generator.BranchRules{}})
	f.set.Guard = generator.Guard{Removals: 9, Percent: 100, AllowAll: true}
	f.list([]generator.Change{branch("a/b"), branch("main")})
	if _, err := f.trySync(both); err != nil {
		t.Fatal(err)
	}
	f.source.repository.Name = "web"
	current, err := f.trySync(both)
	if err != nil {
		t.Fatal(err)
	}
	f.list([]generator.Change{branch("main")}, branch("a/b").Key())
	f.syncWant(both, "!"+current[0], "br-main")
}

// A set without entries does not know after a start whether the change has a preview.
func TestFirstListOfASetWithoutEntriesMustBeReadable(t *testing.T) {
	f := newFixture(t, everyPullRequest())
	f.list([]generator.Change{pullRequest(1)}, pullRequest(2).Key())
	if _, err := f.trySync(); !errors.Is(err, generator.ErrIncomplete) || !strings.Contains(err.Error(), "pull request 2") {
		t.Errorf("got error %v, want %v", err, generator.ErrIncomplete)
	}
	if outcome, err := f.set.Plan(t.Context(), gitops.Permissions{}); err != nil || len(outcome.Snapshot.Previews) != 1 {
		t.Errorf("plan: got %+v, %v, want one preview", outcome, err)
	}
	g := newEntryFixture(t, everyPullRequest())
	g.list([]generator.Change{pullRequest(1)}, pullRequest(2).Key())
	g.syncWant(both, "pr-1")
	g.wantEntries("pr-1")
}

// The template of the namespace fails for changes with an odd number only.
func TestFailedNamesAffectOnePreview(t *testing.T) {
	f := newFixture(t, everyPullRequest())
	f.list([]generator.Change{pullRequest(1), pullRequest(2)})
	f.syncWant("pr-1", "pr-2")
	before := f.preview("pr-1").Names
	namers, err := naming.NewNamers([]naming.Patterns{{
		Set: "shop", PullRequests: true, Namespace: `{{if or (eq .number "1") (eq .number "3")}}{{if eq .number 1}}{{end}}{{end}}new-{{.id}}`,
	}})
	if err != nil {
		t.Fatal(err)
	}
	f.set.Namer = namers["shop"]
	f.list([]generator.Change{pullRequest(1), pullRequest(2), pullRequest(3), pullRequest(4)})
	f.syncWant("!pr-1", "pr-2", "pr-4")
	if got := f.preview("pr-1"); got.Names != before || !strings.HasPrefix(got.Held.Detail, "it keeps its names: ") {
		t.Errorf("got %+v, want names %+v", got, before)
	}
	if got := f.preview("pr-2").Namespace; !strings.HasPrefix(got, "new-pr-2") {
		t.Errorf("got namespace %s, want new-pr-2", got)
	}
	if got := f.reason("pr-3"); got != generator.ReasonName {
		t.Errorf("got reason %q, want %q", got, generator.ReasonName)
	}
	outcome, err := f.set.Sync(t.Context(), pipeline.Input{Previous: f.last})
	if err != nil || len(outcome.Snapshot.Warnings) != 2 || outcome.Snapshot.Warnings[1].Subject != "pull request 3" {
		t.Errorf("got %+v, %v, want warnings about pull requests 1 and 3", outcome, err)
	}
	f.last = nil
	if _, err := f.trySync(); !errors.Is(err, generator.ErrIncomplete) {
		t.Errorf("after a start: got error %v, want %v", err, generator.ErrIncomplete)
	}
}
