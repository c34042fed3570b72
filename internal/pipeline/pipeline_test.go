package pipeline_test

import (
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

// source lists what a test puts there.
type source struct {
	repository generator.Repository
	changes    []generator.Change
	listErr    error
	endings    map[generator.Key]generator.Ending // Unknown, with an error, where it has none
	asked      int
	now        func() time.Time
}

func (s *source) List(context.Context, generator.Query) (generator.Listing, error) {
	return generator.Listing{Repository: s.repository, Changes: slices.Clone(s.changes), Refs: true, TakenAt: s.now()}, s.listErr
}

func (s *source) Ending(_ context.Context, k generator.Key) (generator.Ending, error) {
	s.asked++
	if ending, ok := s.endings[k]; ok {
		return ending, nil
	}
	return generator.EndingUnknown, errors.New("forge is down")
}

func pull(number int64, labels ...string) generator.Change {
	return generator.Change{
		Kind: generator.PullRequest, Number: number, Branch: fmt.Sprintf("topic-%d", number), TargetBranch: "main",
		HeadSHA: strings.Repeat("a", 40), Labels: labels, CreatedAt: noon, UpdatedAt: noon,
	}
}

func branch(name string) generator.Change {
	return generator.Change{Kind: generator.Branch, Branch: name, TargetBranch: name, HeadSHA: strings.Repeat("b", 40)}
}

// bench is a set with parameters only, and its last snapshot.
type bench struct {
	t      *testing.T
	source *source
	set    *pipeline.Set
	last   *generator.Snapshot
	now    time.Time
}

func newBench(t *testing.T, selection generator.Selection) *bench {
	t.Helper()
	namers, err := naming.NewNamers([]naming.Patterns{{Set: "shop", PullRequests: true, Branches: true}})
	if err != nil {
		t.Fatal(err)
	}
	src := &source{
		repository: generator.Repository{ForgeHost: "github.com", Organization: "acme", Name: "shop", DefaultBranch: "main"},
		endings:    map[generator.Key]generator.Ending{},
	}
	b := &bench{t: t, source: src, now: noon}
	src.now = func() time.Time { return b.now }
	b.set = &pipeline.Set{
		Name: "shop", Source: src, Selection: selection, Guard: generator.Guard{Removals: 10, Percent: 50},
		Namer: namers["shop"], Now: src.now, Log: slog.New(slog.DiscardHandler),
	}
	return b
}

// act syncs, and keeps the snapshot.
func (b *bench) act() (*generator.Snapshot, error) {
	b.t.Helper()
	outcome, err := b.set.Sync(b.t.Context(), b.last, gitops.Permissions{})
	if err == nil {
		b.last = outcome.Snapshot
	}
	return b.last, err
}

// sync syncs and checks the ids of the previews; with a prefix "!" those that
// are held.
func (b *bench) sync(want ...string) {
	b.t.Helper()
	if _, err := b.act(); err != nil {
		b.t.Fatal(err)
	}
	var got []string
	for _, p := range b.last.Previews {
		if p.Held != "" {
			got = append(got, "!"+p.ID)
		} else {
			got = append(got, p.ID)
		}
	}
	if !slices.Equal(got, want) {
		b.t.Fatalf("previews %v, want %v; dropped %+v", got, want, b.last.Dropped)
	}
}

func (b *bench) reason(id string) generator.Reason {
	for _, d := range b.last.Dropped {
		if d.ID == id {
			return d.Reason
		}
	}
	return ""
}

func TestOnlyEvidenceEndsAPullRequest(t *testing.T) {
	b := newBench(t, generator.Selection{PullRequests: &generator.PullRequestRules{}})
	b.source.changes = []generator.Change{pull(1), pull(2), pull(3)}
	b.sync("pr-1", "pr-2", "pr-3")

	b.source.changes = []generator.Change{pull(3)}
	b.sync("!pr-1", "!pr-2", "pr-3") // neither is known to have ended
	for _, ending := range []generator.Ending{generator.EndingOpen, generator.EndingUnknown} {
		b.source.endings[pull(1).Key()] = ending
		b.sync("!pr-1", "!pr-2", "pr-3")
	}
	b.source.endings[pull(1).Key()] = generator.EndingMerged
	b.sync("!pr-2", "pr-3")
	if got := b.reason("pr-1"); got != generator.ReasonMerged {
		t.Errorf("pull request 1 was dropped for %q", got)
	}
	b.source.endings[pull(2).Key()] = generator.EndingClosed
	b.source.changes = nil
	b.sync("!pr-3") // an empty list is no evidence either
	b.source.endings[pull(3).Key()] = generator.EndingClosed
	b.sync()
}

func TestABranchEndsWithAListThatHoldsTheDefaultBranch(t *testing.T) {
	b := newBench(t, generator.Selection{Branches: &generator.BranchRules{}})
	b.source.changes = []generator.Change{branch("a"), branch("b"), branch("main")}
	b.sync("br-a", "br-b", "br-main")
	b.source.changes = []generator.Change{branch("a")}
	b.sync("br-a", "!br-b", "!br-main")
	b.source.changes = []generator.Change{branch("a"), branch("main")}
	b.sync("br-a", "br-main")
	if got := b.reason("br-b"); got != generator.ReasonDeleted {
		t.Errorf("branch b was dropped for %q", got)
	}
}

func TestAFailedListIsAnError(t *testing.T) {
	b := newBench(t, generator.Selection{PullRequests: &generator.PullRequestRules{}})
	b.source.listErr = generator.ErrIncomplete
	if _, err := b.set.Sync(t.Context(), nil, gitops.Permissions{}); !errors.Is(err, generator.ErrIncomplete) {
		t.Errorf("got %v", err)
	}
}

func TestAForkStaysAtTheCommitThatWasLabelled(t *testing.T) {
	b := newBench(t, generator.Selection{PullRequests: &generator.PullRequestRules{ForkLabel: "ok"}})
	fork := func(head string, labels ...string) {
		c := pull(1, labels...)
		c.Fork, c.HeadSHA = true, strings.Repeat(head, 40)
		b.source.changes = []generator.Change{c, pull(2), pull(3)}
	}
	head := func() string { return b.last.Previews[0].HeadSHA[:1] }
	fork("a")
	b.sync("pr-2", "pr-3")
	fork("b", "ok")
	b.sync("pr-1", "pr-2", "pr-3")
	fork("c", "ok")
	if b.sync("pr-1", "pr-2", "pr-3"); head() != "b" {
		t.Errorf("a push after the label moved it to %s", head())
	}
	fork("d")
	b.sync("pr-2", "pr-3")
	fork("e", "ok")
	if b.sync("pr-1", "pr-2", "pr-3"); head() != "e" {
		t.Errorf("a new label left it at %s", head())
	}
}

func TestTheGuardHoldsWhatTheConfigurationWouldRemove(t *testing.T) {
	b := newBench(t, generator.Selection{PullRequests: &generator.PullRequestRules{}, Branches: &generator.BranchRules{}})
	b.set.Guard.Percent = 40
	b.source.changes = []generator.Change{branch("a"), branch("main"), pull(1), pull(2), pull(3)}
	b.sync("br-a", "br-main", "pr-1", "pr-2", "pr-3")

	// Branches are no longer selected: 2 of 5 may go.
	b.set.Selection.Branches = nil
	b.source.changes = b.source.changes[2:]
	b.sync("pr-1", "pr-2", "pr-3")
	if got := b.reason("br-a"); got != generator.ReasonKind {
		t.Errorf("branch a was dropped for %q", got)
	}

	// A label is asked for that none has: all of the set at once.
	b.set.Selection.PullRequests.Labels.All = []string{"preview"}
	b.source.changes = append(b.source.changes, pull(4, "preview"))
	b.sync("!pr-1", "!pr-2", "!pr-3", "pr-4")

	// One that ends meanwhile is not held.
	b.source.changes = b.source.changes[1:]
	b.source.endings[pull(1).Key()] = generator.EndingMerged
	b.sync("!pr-2", "!pr-3", "pr-4")
	b.set.Guard.Percent = 70
	b.sync("pr-4")
}

func TestAnotherSourceIsAChangeOfConfiguration(t *testing.T) {
	b := newBench(t, generator.Selection{PullRequests: &generator.PullRequestRules{}})
	b.source.changes = []generator.Change{pull(1), pull(2), pull(3)}
	b.sync("pr-1", "pr-2", "pr-3")
	before := b.last.Previews[0].Namespace

	// Its numbers mean other pull requests, and its word ends none of ours.
	b.source.repository.Name = "web"
	b.source.changes = []generator.Change{pull(7)}
	b.set.Guard.Percent = 100 // three of three are all the same
	for n := range int64(3) {
		b.source.endings[pull(n+1).Key()] = generator.EndingMerged
	}
	b.sync("!pr-1", "!pr-2", "!pr-3", "pr-7")
	if b.last.Previews[0].Namespace != before {
		t.Errorf("a held preview was renamed from %s to %s", before, b.last.Previews[0].Namespace)
	}
}

func TestHeldPreviewsKeepTheirNames(t *testing.T) {
	b := newBench(t, generator.Selection{PullRequests: &generator.PullRequestRules{}, Branches: &generator.BranchRules{}})
	b.source.changes = []generator.Change{branch("main"), branch("a"), pull(1)}
	b.sync("br-a", "br-main", "pr-1")
	want := b.last.Previews[0].Names

	// The configuration selects branches no longer, and names what is left
	// otherwise.
	namers, err := naming.NewNamers([]naming.Patterns{{Set: "shop", PullRequests: true, Namespace: "preview-{{.id}}"}})
	if err != nil {
		t.Fatal(err)
	}
	b.set.Namer, b.set.Selection.Branches = namers["shop"], nil
	b.source.changes = []generator.Change{pull(1)}
	b.sync("!br-a", "!br-main", "pr-1")
	if got := b.last.Previews[0].Names; got != want {
		t.Errorf("a held preview is now called %+v, not %+v", got, want)
	}
	if got := b.last.Previews[2].Namespace; got != "preview-pr-1" {
		t.Errorf("a wanted preview has namespace %s", got)
	}
}
