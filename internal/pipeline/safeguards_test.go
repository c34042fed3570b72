package pipeline_test

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/internal/gitops"
	"github.com/previewset/previewset/internal/gitrepo"
	"github.com/previewset/previewset/internal/pipeline"
)

// nameFields are the fields of generator.Names.
func nameFields() (fields []string) {
	for i := range reflect.TypeFor[generator.Names]().NumField() {
		fields = append(fields, reflect.TypeFor[generator.Names]().Field(i).Name)
	}
	return fields
}

// withName returns names in which one field has the value that it has in other.
func withName(names generator.Names, field string, other generator.Names) generator.Names {
	reflect.ValueOf(&names).Elem().FieldByName(field).Set(reflect.ValueOf(other).FieldByName(field))
	return names
}

// namesOf returns the names that the set gives a new pull request.
func namesOf(t *testing.T, number int64) generator.Names {
	t.Helper()
	b := newFixture(t, generator.Selection{PullRequests: &generator.PullRequestRules{}})
	b.source.changes = []generator.Change{pullRequest(number)}
	if _, err := b.trySync(); err != nil {
		t.Fatal(err)
	}
	return b.last.Previews[0].Names
}

// existing returns a preview of a pull request with these names, as a snapshot has it.
func (b *fixture) existing(number int64, names generator.Names) generator.Placed {
	return generator.Placed{Preview: generator.Preview{Change: pullRequest(number), Set: "shop", Repository: b.source.repository, Names: names}}
}

// A preview gets none of its names if another one has one of them, whichever it is.
func TestNewPreviewWithNameOfAnotherIsDropped(t *testing.T) {
	t.Parallel()
	for _, field := range nameFields() {
		t.Run(field, func(t *testing.T) {
			t.Parallel()
			b := newFixture(t, generator.Selection{PullRequests: &generator.PullRequestRules{}})
			held := withName(namesOf(t, 1), field, namesOf(t, 2))
			b.last = &generator.Snapshot{Set: "shop", Repository: b.source.repository, Previews: []generator.Placed{b.existing(1, held)}}
			b.source.changes = []generator.Change{pullRequest(2), pullRequest(3)}
			b.syncWant("!"+held.ID, "pr-3")
			if got := b.reason("pr-2"); got != generator.ReasonName {
				t.Errorf("got reason %q, want %q", got, generator.ReasonName)
			}
			if got := b.last.Previews[0].Names; got != held {
				t.Errorf("got names %+v of the held preview, want %+v", got, held)
			}
		})
	}
}

// Two previews in a snapshot can share a name only by a fault. One of them keeps it.
func TestOneOfTwoPreviewsWithSameNameIsDropped(t *testing.T) {
	t.Parallel()
	for _, field := range nameFields() {
		t.Run(field, func(t *testing.T) {
			t.Parallel()
			b := newFixture(t, generator.Selection{PullRequests: &generator.PullRequestRules{}})
			first, second := namesOf(t, 1), withName(namesOf(t, 2), field, namesOf(t, 1))
			b.last = &generator.Snapshot{Set: "shop", Repository: b.source.repository, Previews: []generator.Placed{b.existing(1, first), b.existing(2, second)}}
			b.syncWant("!" + first.ID)
			if len(b.last.Dropped) != 1 || b.last.Dropped[0].Number != 2 || b.last.Dropped[0].Reason != generator.ReasonName {
				t.Errorf("got %+v, want pull request 2 dropped because of its name", b.last.Dropped)
			}
		})
	}
}

// A preview that would be renamed to a name that is taken keeps its names.
func TestPreviewIsNotRenamedToTakenName(t *testing.T) {
	t.Parallel()
	for _, field := range nameFields() {
		if field == "ID" {
			continue // the id of a change does not change
		}
		t.Run(field, func(t *testing.T) {
			t.Parallel()
			b := newFixture(t, generator.Selection{PullRequests: &generator.PullRequestRules{}})
			old := namesOf(t, 1)
			old.Application, old.Namespace, old.Host, old.DBSchema = "old", "old", "old.example", "old"
			held := withName(namesOf(t, 2), field, namesOf(t, 1))
			b.last = &generator.Snapshot{Set: "shop", Repository: b.source.repository, Previews: []generator.Placed{b.existing(1, old), b.existing(2, held)}}
			b.source.changes = []generator.Change{pullRequest(1)}
			b.syncWant("!pr-1", "!pr-2")
			if got := b.last.Previews[0].Names; got != old {
				t.Errorf("got names %+v, want %+v", got, old)
			}
			if got := b.last.Previews[1].Names; got != held {
				t.Errorf("got names %+v of the other preview, want %+v", got, held)
			}
		})
	}
}

// A list that is older than the entries deletes none, and the outcome reports it.
func TestOlderListDeletesNothing(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name    string
		listAge time.Duration // before the entries were read
		deleted bool
	}{
		{"newer list", -time.Second, true}, {"list of the same time", 0, true}, {"older list", 1, false}, {"much older list", time.Hour, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			e := newEntryFixture(t, generator.Selection{PullRequests: &generator.PullRequestRules{}})
			e.source.changes = []generator.Change{pullRequest(1), pullRequest(2)}
			e.syncWant(both, "pr-1", "pr-2")
			e.source.changes = e.source.changes[1:]
			e.source.endings[pullRequest(1).Key()] = generator.EndingMerged
			e.restart()
			e.source.now = func() time.Time { return e.now.Add(-test.listAge) }
			outcome, err := e.set.Sync(t.Context(), pipeline.Input{Previous: e.last, Permissions: pruner})
			if err != nil {
				t.Fatal(err)
			}
			if outcome.Deferred == test.deleted {
				t.Errorf("got Deferred %t, want %t", outcome.Deferred, !test.deleted)
			}
			if test.deleted {
				e.wantEntries("pr-2")
			} else {
				e.wantEntries("pr-1", "pr-2")
			}
		})
	}
}

// An entry that was written after the pruner read the entries stays, and so do those of
// the other variants. The next sync deletes them.
func TestEntryWrittenSinceStays(t *testing.T) {
	t.Parallel()
	e := newEntryFixture(t, generator.Selection{PullRequests: &generator.PullRequestRules{}})
	e.source.changes = []generator.Change{pullRequest(1), pullRequest(2), pullRequest(3)}
	e.syncWant(both, "pr-1", "pr-2", "pr-3")
	e.source.changes = e.source.changes[2:]
	for _, number := range []int64{1, 2} {
		e.source.endings[pullRequest(number).Key()] = generator.EndingClosed
	}
	e.restart()
	list := e.source.now
	e.source.now = func() time.Time { // called by List, after the entries were read
		record := e.repo.Git(t, "show", "main:previews/shop/pr-1/preview.yaml")
		record = strings.Replace(record, "branch: topic-1", "branch: topic-1b", 1) + "\n"
		e.repo.Commit(t, "main", "Another process", map[string]string{"previews/shop/pr-1/preview.yaml": record})
		e.source.now = list
		return list()
	}
	if _, err := e.trySync(pruner); err != nil {
		t.Fatal(err)
	}
	e.wantEntries("pr-1", "pr-3")
	if _, err := e.trySync(pruner); err != nil {
		t.Fatal(err)
	}
	e.wantEntries("pr-3")
}

// Ten lookups without an ending end the lookups of a sync. Lookups that find an ending do
// not count.
func TestLookupsWithoutEndingAreBounded(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ unknown, ended, asked int }{{9, 0, 9}, {10, 0, 10}, {11, 0, 10}, {50, 0, 10}, {0, 50, 50}, {9, 20, 29}} {
		b := newFixture(t, generator.Selection{PullRequests: &generator.PullRequestRules{}})
		for n := range int64(test.unknown + test.ended) {
			b.source.changes = append(b.source.changes, pullRequest(n+1))
			if n < int64(test.ended) {
				b.source.endings[pullRequest(n+1).Key()] = generator.EndingClosed
			}
		}
		if _, err := b.trySync(); err != nil {
			t.Fatal(err)
		}
		b.source.changes = nil
		if _, err := b.trySync(); err != nil {
			t.Fatal(err)
		}
		if b.source.lookups != test.asked || len(b.last.Previews) != test.unknown {
			t.Errorf("%+v: asked for %d, and %d previews stay", test, b.source.lookups, len(b.last.Previews))
		}
	}
}

// A lookup that reports an open change, or that fails, counts as a lookup without an ending.
func TestOpenAndFailedLookupsCountAsUnknown(t *testing.T) {
	t.Parallel()
	for _, ending := range []generator.Ending{generator.EndingOpen, generator.EndingUnknown} {
		b := newFixture(t, generator.Selection{PullRequests: &generator.PullRequestRules{}})
		for n := range int64(15) {
			b.source.changes = append(b.source.changes, pullRequest(n+1))
			b.source.endings[pullRequest(n+1).Key()] = ending
		}
		if _, err := b.trySync(); err != nil {
			t.Fatal(err)
		}
		b.source.changes = nil
		if _, err := b.trySync(); err != nil || b.source.lookups != 10 || len(b.last.Previews) != 15 {
			t.Errorf("%q: got %v, asked for %d, and %d previews stay", ending, err, b.source.lookups, len(b.last.Previews))
		}
	}
}

// Each kind of error has a text of its own, which repeats nothing of the error.
func TestCauseOfEachKindOfError(t *testing.T) {
	t.Parallel()
	b := newFixture(t, generator.Selection{PullRequests: &generator.PullRequestRules{}})
	b.source.listErr = errors.New("canary")
	_, other := b.trySync()
	fallbacks := []string{pipeline.Cause(other), pipeline.Cause(errors.New("canary"))}
	source := func(kind error) error {
		b.source.listErr = fmt.Errorf("%w: canary", kind)
		_, err := b.trySync()
		return err
	}
	repository := func(kind error) error { return fmt.Errorf("%w: canary", kind) }
	seen := map[string]error{}
	for _, test := range []struct {
		wrap  func(error) error
		kinds []error
	}{
		{source, []error{generator.ErrUnauthorized, generator.ErrNotFound, generator.ErrRateLimited, generator.ErrIncomplete}},
		{repository, []error{gitrepo.ErrAuth, gitrepo.ErrNotFound, gitrepo.ErrNoBranch, gitrepo.ErrEmpty, gitrepo.ErrRejected, gitops.ErrBusy}},
	} {
		for _, kind := range test.kinds {
			text := pipeline.Cause(test.wrap(kind))
			if slices.Contains(fallbacks, text) || strings.Contains(text, "canary") || text == "" {
				t.Errorf("%v: got %q, want a text of its own", kind, text)
			}
			if same := seen[text]; same != nil {
				t.Errorf("%v and %v have the text %q", kind, same, text)
			}
			seen[text] = kind
		}
	}
	if fallbacks[0] == fallbacks[1] {
		t.Errorf("the source and the repository have the text %q", fallbacks[0])
	}
}

// A sync whose context ended makes no snapshot, and commits nothing.
func TestCancelledSyncChangesNothing(t *testing.T) {
	t.Parallel()
	e := newEntryFixture(t, generator.Selection{PullRequests: &generator.PullRequestRules{}})
	e.source.changes = []generator.Change{pullRequest(1)}
	tip := e.repo.Tip(t, "main")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if outcome, err := e.set.Sync(ctx, pipeline.Input{Permissions: both}); !errors.Is(err, context.Canceled) || outcome != nil {
		t.Errorf("got %+v, %v, want %v", outcome, err, context.Canceled)
	}
	if e.repo.Tip(t, "main") != tip {
		t.Error("it committed")
	}
	e.syncWant(both, "pr-1")
}

// The guard reports what it holds, and nothing else.
func TestGuardReportsOnlyWhatItHolds(t *testing.T) {
	t.Parallel()
	b := newFixture(t, generator.Selection{PullRequests: &generator.PullRequestRules{}})
	reported := func() (n int) {
		for _, status := range generator.Statuses(b.last, generator.Applications{}) {
			if status.State == generator.StateHeld && strings.Contains(status.Message, "the guard holds it: one sync would remove 1 of 1 previews") {
				n++
			}
		}
		return n
	}
	b.source.changes = []generator.Change{pullRequest(1, "preview"), pullRequest(2), pullRequest(3)}
	b.syncWant("pr-1", "pr-2", "pr-3")
	b.set.Guard = generator.Guard{Removals: 1, Percent: 100}
	b.source.changes[1].Draft = true
	b.syncWant("pr-1", "pr-3") // one removal passes
	b.source.endings[pullRequest(3).Key()] = generator.EndingMerged
	b.source.changes = b.source.changes[:2]
	b.syncWant("pr-1")
	if reported() != 0 {
		t.Error("the guard reports removals that it allows")
	}
	b.set.Selection.PullRequests.Labels.All = []string{"other"}
	b.syncWant("!pr-1")
	if reported() != 1 {
		t.Error("the guard does not report a removal that it holds")
	}
	b.syncWant("!pr-1")
	if reported() != 1 {
		t.Error("the guard does not report a removal that it held before")
	}
}
