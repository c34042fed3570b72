package pipeline_test

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/generator/naming"
	"github.com/previewset/previewset/internal/gitops"
	"github.com/previewset/previewset/internal/pipeline"
)

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// source lists the changes of a test.
type source struct {
	repository generator.Repository
	changes    []generator.Change
	unreadable []generator.Unreadable
	listErr    error
	endings    map[generator.Key]generator.Ending // without an entry: EndingUnknown and an error
	lookupErr  error                              // nil for another one
	lookups    int
	// defaultAssumed is generator.Listing.DefaultAssumed.
	defaultAssumed bool
	confirmed      bool                   // the configuration names the repository's ID
	proven         map[generator.Key]bool // the results of Proves
	proofs         int                    // the calls of Proves
	now            func() time.Time
}

func (s *source) List(context.Context, generator.Query) (generator.Listing, error) {
	return generator.Listing{
		Repository: s.repository, Changes: slices.Clone(s.changes), Confirmed: s.confirmed, Refs: s.repository.ID == "",
		Unreadable: s.unreadable, DefaultAssumed: s.defaultAssumed, TakenAt: s.now(),
	}, s.listErr
}

func (s *source) Ending(_ context.Context, _ string, c generator.Change) (generator.Ending, error) {
	k := c.Key()
	s.lookups++
	if ending, ok := s.endings[k]; ok {
		return ending, nil
	}
	return generator.EndingUnknown, cmp.Or(s.lookupErr, errors.New("forge is down"))
}

func pullRequest(number int64, labels ...string) generator.Change {
	return generator.Change{
		Kind: generator.PullRequest, Number: number, Branch: fmt.Sprintf("topic-%d", number), TargetBranch: "main",
		HeadSHA: strings.Repeat("a", 40), Labels: labels, CreatedAt: noon, UpdatedAt: noon,
	}
}

func branch(name string) generator.Change {
	return generator.Change{Kind: generator.Branch, Branch: name, TargetBranch: name, HeadSHA: strings.Repeat("b", 40)}
}

// fixture is a set without an overlay, and its last snapshot.
type fixture struct {
	t      *testing.T
	source *source
	set    *pipeline.Set
	last   *generator.Snapshot
	now    time.Time
	// labelings are the signed events of the next sync.
	labelings []generator.Labeling
}

// event adds the signed event of the label ok on pull request 1.
func (f *fixture) event(head string) {
	f.labelings = append(f.labelings, generator.Labeling{Key: pullRequest(1).Key(), Label: "ok", HeadSHA: strings.Repeat(head, 40)})
}

// input returns the input of the next sync.
func (f *fixture) input(permissions gitops.Permissions) pipeline.Input {
	return pipeline.Input{Previous: f.last, Permissions: permissions, Labelings: f.labelings}
}

func newFixture(t *testing.T, selection generator.Selection) *fixture {
	t.Helper()
	namers, err := naming.NewNamers([]naming.Patterns{{Set: "shop", PullRequests: true, Branches: true}})
	if err != nil {
		t.Fatal(err)
	}
	src := &source{
		repository: generator.Repository{ForgeHost: "github.com", Organization: "acme", Name: "shop", DefaultBranch: "main"},
		endings:    map[generator.Key]generator.Ending{},
	}
	f := &fixture{t: t, source: src, now: noon}
	src.now = func() time.Time { return f.now }
	f.set = &pipeline.Set{
		Name: "shop", Source: src, Selection: selection, Guard: generator.Guard{Removals: 10, Percent: 50},
		Namer: namers["shop"], Now: src.now, Log: slog.New(slog.DiscardHandler),
	}
	return f
}

// trySync syncs, and keeps the snapshot if there is no error.
func (f *fixture) trySync() (*generator.Snapshot, error) {
	f.t.Helper()
	outcome, err := f.set.Sync(f.t.Context(), f.input(gitops.Permissions{}))
	if err == nil {
		f.last, f.labelings = outcome.Snapshot, nil
	}
	return f.last, err
}

// syncWant syncs and checks the ids of the previews. Held ones have the prefix "!".
func (f *fixture) syncWant(want ...string) {
	f.t.Helper()
	if _, err := f.trySync(); err != nil {
		f.t.Fatal(err)
	}
	var got []string
	for _, p := range f.last.Previews {
		if p.Held.Detail != "" {
			got = append(got, "!"+p.ID)
		} else {
			got = append(got, p.ID)
		}
	}
	if !slices.Equal(got, want) {
		f.t.Fatalf("got previews %v, want %v; dropped %+v", got, want, f.last.Dropped)
	}
}

func (f *fixture) reason(id string) generator.Reason {
	for _, d := range f.last.Dropped {
		if d.ID == id {
			return d.Reason
		}
	}
	return ""
}

func TestPullRequestEndsOnlyOnEvidence(t *testing.T) {
	f := newFixture(t, generator.Selection{PullRequests: &generator.PullRequestRules{}})
	f.source.changes = []generator.Change{pullRequest(1), pullRequest(2), pullRequest(3)}
	f.syncWant("pr-1", "pr-2", "pr-3")

	f.source.changes = []generator.Change{pullRequest(3)}
	f.syncWant("!pr-1", "!pr-2", "pr-3") // neither is known to have ended
	for _, ending := range []generator.Ending{generator.EndingOpen, generator.EndingUnknown} {
		f.source.endings[pullRequest(1).Key()] = ending
		f.syncWant("!pr-1", "!pr-2", "pr-3")
	}
	f.source.endings[pullRequest(1).Key()] = generator.EndingMerged
	f.syncWant("!pr-2", "pr-3")
	if got := f.reason("pr-1"); got != generator.ReasonMerged {
		t.Errorf("got reason %q for pull request 1, want %q", got, generator.ReasonMerged)
	}
	f.source.endings[pullRequest(2).Key()] = generator.EndingClosed
	f.source.changes = nil
	f.syncWant("!pr-3") // an empty list is no evidence
	f.source.endings[pullRequest(3).Key()] = generator.EndingClosed
	f.syncWant()
}

func TestBranchEndsIfTheListContainsTheDefaultBranch(t *testing.T) {
	f := newFixture(t, generator.Selection{Branches: &generator.BranchRules{}})
	f.source.changes = []generator.Change{branch("a"), branch("b"), branch("main")}
	f.syncWant("br-a", "br-b", "br-main")
	f.source.changes = []generator.Change{branch("a")}
	f.syncWant("br-a", "!br-b", "!br-main")
	f.source.changes = []generator.Change{branch("a"), branch("main")}
	f.syncWant("br-a", "br-main")
	if got := f.reason("br-b"); got != generator.ReasonDeleted {
		t.Errorf("got reason %q for branch b, want %q", got, generator.ReasonDeleted)
	}
}

func TestFailedListIsAnError(t *testing.T) {
	f := newFixture(t, generator.Selection{PullRequests: &generator.PullRequestRules{}})
	f.source.listErr = generator.ErrIncomplete
	if _, err := f.set.Sync(t.Context(), pipeline.Input{}); !errors.Is(err, generator.ErrIncomplete) {
		t.Errorf("got error %v, want ErrIncomplete", err)
	}
}

func TestForkStaysAtLabelledCommit(t *testing.T) {
	f := newFixture(t, generator.Selection{PullRequests: &generator.PullRequestRules{ForkLabel: "ok"}})
	fork := func(head string, labels ...string) {
		c := pullRequest(1, labels...)
		c.Fork, c.HeadSHA = true, strings.Repeat(head, 40)
		f.source.changes = []generator.Change{c, pullRequest(2), pullRequest(3)}
	}
	head := func() string { return f.last.Previews[0].HeadSHA[:1] }
	fork("a")
	f.syncWant("pr-2", "pr-3")
	fork("b", "ok")
	f.event("b")
	f.syncWant("pr-1", "pr-2", "pr-3")
	fork("c", "ok")
	if f.syncWant("pr-1", "pr-2", "pr-3"); head() != "b" {
		t.Errorf("a push after the label moved the preview to %s", head())
	}
	fork("d")
	f.syncWant("pr-2", "pr-3")
	fork("e", "ok")
	f.event("e")
	if f.syncWant("pr-1", "pr-2", "pr-3"); head() != "e" {
		t.Errorf("after a new label the preview is at %s, want e", head())
	}
}

func TestGuardHoldsRemovalsByConfiguration(t *testing.T) {
	f := newFixture(t, generator.Selection{PullRequests: &generator.PullRequestRules{}, Branches: &generator.BranchRules{}})
	f.set.Guard.Percent = 40
	f.source.changes = []generator.Change{branch("a"), branch("main"), pullRequest(1), pullRequest(2), pullRequest(3)}
	f.syncWant("br-a", "br-main", "pr-1", "pr-2", "pr-3")

	// Branches are no longer selected: the guard allows the removal of 2 of 5.
	f.set.Selection.Branches = nil
	f.source.changes = f.source.changes[2:]
	f.syncWant("pr-1", "pr-2", "pr-3")
	if got := f.reason("br-a"); got != generator.ReasonKind {
		t.Errorf("got reason %q for branch a, want %q", got, generator.ReasonKind)
	}

	// A new rule requires a label that no preview has, which would remove all of them.
	f.set.Selection.PullRequests.Labels.All = []string{"preview"}
	f.source.changes = append(f.source.changes, pullRequest(4, "preview"))
	f.syncWant("!pr-1", "!pr-2", "!pr-3", "pr-4")

	// A preview whose change ends is not held.
	f.source.changes = f.source.changes[1:]
	f.source.endings[pullRequest(1).Key()] = generator.EndingMerged
	f.syncWant("!pr-2", "!pr-3", "pr-4")
	f.set.Guard.Percent = 70
	f.syncWant("pr-4")
}

func TestGuardHoldsPreviewsOfTheFormerSource(t *testing.T) {
	f := newFixture(t, generator.Selection{PullRequests: &generator.PullRequestRules{}})
	f.source.changes = []generator.Change{pullRequest(1), pullRequest(2), pullRequest(3)}
	f.syncWant("pr-1", "pr-2", "pr-3")
	before := f.last.Previews[0].Namespace

	// The numbers of the new source are other pull requests: its endings do not end the
	// previews of the former one.
	f.source.repository.Name = "web"
	f.source.changes = []generator.Change{pullRequest(7)}
	f.set.Guard.Percent = 100 // still held: all previews would be removed
	for n := range int64(3) {
		f.source.endings[pullRequest(n+1).Key()] = generator.EndingMerged
	}
	f.syncWant("!pr-1", "!pr-2", "!pr-3", "pr-7")
	if f.last.Previews[0].Namespace != before {
		t.Errorf("a held preview was renamed from %s to %s", before, f.last.Previews[0].Namespace)
	}
}

func TestHeldPreviewsKeepTheirNames(t *testing.T) {
	f := newFixture(t, generator.Selection{PullRequests: &generator.PullRequestRules{}, Branches: &generator.BranchRules{}})
	f.source.changes = []generator.Change{branch("main"), branch("a"), pullRequest(1)}
	f.syncWant("br-a", "br-main", "pr-1")
	want := f.last.Previews[0].Names

	// The configuration no longer selects branches, and has another pattern for the
	// namespace.
	namers, err := naming.NewNamers([]naming.Patterns{{Set: "shop", PullRequests: true, Namespace: "preview-{{.id}}"}})
	if err != nil {
		t.Fatal(err)
	}
	f.set.Namer, f.set.Selection.Branches = namers["shop"], nil
	f.source.changes = []generator.Change{pullRequest(1)}
	f.syncWant("!br-a", "!br-main", "pr-1")
	if got := f.last.Previews[0].Names; got != want {
		t.Errorf("got names %+v of a held preview, want %+v", got, want)
	}
	if got := f.last.Previews[2].Namespace; got != "preview-pr-1" {
		t.Errorf("got namespace %s of a kept preview, want preview-pr-1", got)
	}
}
