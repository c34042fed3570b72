package pipeline_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/internal/gitops"
)

// timelines is a source that also knows the heads at labels.
type timelines struct {
	*source
	heads   map[generator.Key]string
	err     error
	lookups int
}

func (s *timelines) LabelHead(_ context.Context, _ string, k generator.Key, label string) (string, error) {
	s.lookups++
	if label != "ok" {
		return "", errors.New("another label")
	}
	return s.heads[k], s.err
}

func forkFixture(t *testing.T) *fixture {
	t.Helper()
	return newFixture(t, generator.Selection{PullRequests: &generator.PullRequestRules{ForkLabel: "ok"}})
}

func fork(head string, labels ...string) generator.Change {
	c := pullRequest(1, labels...)
	c.Fork, c.HeadSHA = true, strings.Repeat(head, 40)
	return c
}

func labeling(number int64, label, head string) generator.Labeling {
	return generator.Labeling{Key: pullRequest(number).Key(), Label: label, HeadSHA: strings.Repeat(head, 40)}
}

// at returns c with an update time in minutes.
func at(minute int, c generator.Change) generator.Change {
	c.UpdatedAt = time.Date(2026, 3, 1, 12, minute, 0, 0, time.UTC)
	return c
}

// labelingAt returns the event of the label ok on pull request 1 at a time in minutes.
func labelingAt(minute int, head string) generator.Labeling {
	l := labeling(1, "ok", head)
	l.At = at(minute, generator.Change{}).UpdatedAt
	return l
}

// The label is removed and set again between two lists.
func TestForkMovesIfItsLabelIsSetAgain(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name  string
		event generator.Labeling
		want  string
	}{
		{"new event", labelingAt(2, "b"), "b"},
		{"event at the time of the last list", labelingAt(1, "b"), "b"},
		{"event before the last list", labelingAt(0, "b"), "a"},
		{"event without a time", labeling(1, "ok", "b"), "a"},
		{"event without a commit", labelingAt(2, ""), "a"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			f := forkFixture(t)
			f.event("a")
			f.source.changes = []generator.Change{at(1, fork("a", "ok"))}
			f.syncWant("pr-1")
			f.labelings = []generator.Labeling{test.event}
			f.source.changes = []generator.Change{at(3, fork("e", "ok"))}
			for range 2 { // the admission stays without the event
				if f.syncWant("pr-1"); f.last.Previews[0].HeadSHA[:1] != test.want {
					t.Errorf("got commit %s, want %s", f.last.Previews[0].HeadSHA, test.want)
				}
				f.labelings = nil
			}
		})
	}
}

// A fork that has the label in a list is admitted only at a commit that evidence names.
func TestForkIsAdmittedOnlyOnEvidence(t *testing.T) {
	t.Parallel()
	draft := fork("a")
	draft.Draft = true
	for _, test := range []struct {
		name      string
		before    []generator.Change // in the list before; nil for none
		now       generator.Change
		labelings []generator.Labeling
		timeline  string
		want      string // the first digit of the commit, "" if the fork waits
	}{
		{name: "no list before the label", now: fork("a", "ok")},
		{name: "same head before the label", before: []generator.Change{fork("a", "bug")}, now: fork("a", "ok"), want: "a"},
		{name: "same head of a draft before the label", before: []generator.Change{draft}, now: fork("a", "ok"), want: "a"},
		{name: "pushed before or after the label", before: []generator.Change{fork("a")}, now: fork("e", "ok")},
		{name: "opened with the label", before: []generator.Change{}, now: fork("a", "ok")},
		{name: "event", now: fork("e", "ok"), labelings: []generator.Labeling{labeling(1, "ok", "a")}, want: "a"},
		{name: "newest event", now: fork("e", "ok"), labelings: []generator.Labeling{labeling(1, "ok", "a"), labeling(1, "ok", "b")}, want: "b"},
		{name: "later event of another label", now: fork("e", "ok", "bug"), labelings: []generator.Labeling{labeling(1, "ok", "a"), labeling(1, "bug", "e")}, want: "a"},
		{name: "event of another label only", now: fork("e", "ok", "bug"), labelings: []generator.Labeling{labeling(1, "bug", "e")}},
		{name: "event of a similar label", now: fork("e", "ok"), labelings: []generator.Labeling{labeling(1, "OK", "e")}},
		{name: "event of another pull request", now: fork("e", "ok"), labelings: []generator.Labeling{labeling(2, "ok", "e")}},
		{name: "event without a commit", now: fork("e", "ok"), labelings: []generator.Labeling{{Key: pullRequest(1).Key(), Label: "ok"}}},
		{name: "event, but the list has no label", before: []generator.Change{fork("a")}, now: fork("a"), labelings: []generator.Labeling{labeling(1, "ok", "a")}},
		{name: "event precedes the list", before: []generator.Change{fork("e")}, now: fork("e", "ok"), labelings: []generator.Labeling{labeling(1, "ok", "a")}, want: "a"},
		{name: "event before the removal of the label", before: []generator.Change{at(2, fork("b"))}, now: at(3, fork("e", "ok")), labelings: []generator.Labeling{labelingAt(1, "a")}},
		{name: "event after the removal of the label", before: []generator.Change{at(2, fork("b"))}, now: at(3, fork("e", "ok")), labelings: []generator.Labeling{labelingAt(2, "c"), labelingAt(1, "a")}, want: "c"},
		{name: "timeline", now: fork("e", "ok"), timeline: "a", want: "a"},
		{name: "timeline precedes the list", before: []generator.Change{fork("e")}, now: fork("e", "ok"), timeline: "a", want: "a"},
		{name: "event precedes the timeline", now: fork("e", "ok"), labelings: []generator.Labeling{labeling(1, "ok", "b")}, timeline: "a", want: "b"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			f := forkFixture(t)
			history := &timelines{source: f.source, heads: map[generator.Key]string{}}
			f.set.Source = history
			if test.before != nil {
				f.source.changes = test.before
				if _, err := f.trySync(); err != nil {
					t.Fatal(err)
				}
			}
			if test.timeline != "" {
				history.heads[test.now.Key()] = strings.Repeat(test.timeline, 40)
			}
			f.source.changes, f.labelings = []generator.Change{test.now}, test.labelings
			if test.want == "" {
				f.syncWant()
				return
			}
			if f.syncWant("pr-1"); f.last.Previews[0].HeadSHA[:1] != test.want {
				t.Errorf("got commit %s, want %s", f.last.Previews[0].HeadSHA, test.want)
			}
		})
	}
}

// A list that already has the label is not the one before the label.
func TestForkWaitsUntilTheLabelIsSetAgain(t *testing.T) {
	t.Parallel()
	f := forkFixture(t)
	f.set.Selection.Limit = 1
	for range 3 {
		f.source.changes = []generator.Change{fork("a", "ok"), pullRequest(2)}
		f.syncWant("pr-2") // the limit leaves no room for a fork that waits
		if got := f.reason("pr-1"); got != generator.ReasonForkUnproven {
			t.Fatalf("got reason %q, want %q", got, generator.ReasonForkUnproven)
		}
		if got := f.last.Dropped[0].Detail; !strings.Contains(got, `label "ok"`) || !strings.Contains(got, "set the label again") {
			t.Fatalf("got message %q, which does not name the label and the remedy", got)
		}
	}
	f.set.Selection.Limit = 0
	f.source.changes = []generator.Change{fork("a"), pullRequest(2)}
	f.syncWant("pr-2")
	f.source.changes = []generator.Change{fork("a", "ok"), pullRequest(2)}
	f.syncWant("pr-1", "pr-2")
}

// The label of another configuration says nothing about a list.
func TestChangedForkLabelAdmitsNothing(t *testing.T) {
	t.Parallel()
	for _, former := range []string{"", "former"} {
		f := forkFixture(t)
		f.set.Selection.PullRequests.ForkLabel = former
		f.source.changes = []generator.Change{fork("a", "ok")}
		f.syncWant()
		f.set.Selection.PullRequests.ForkLabel = "ok"
		f.syncWant()
	}
}

func TestListOfAnotherRepositoryAdmitsNoFork(t *testing.T) {
	t.Parallel()
	f := forkFixture(t)
	f.source.changes = []generator.Change{fork("a")}
	f.syncWant()
	f.source.repository.Name = "other"
	f.source.changes = []generator.Change{fork("a", "ok")}
	f.syncWant()
}

func TestFailedTimelinesLeaveForksWaiting(t *testing.T) {
	t.Parallel()
	f := forkFixture(t)
	history := &timelines{source: f.source, heads: map[generator.Key]string{fork("a").Key(): strings.Repeat("a", 40)}, err: errors.New("no scope")}
	f.set.Source = history
	for n := range int64(30) {
		c := fork("a", "ok")
		c.Number = n + 1
		f.source.changes = append(f.source.changes, c)
	}
	if f.syncWant(); history.lookups == 0 || history.lookups > 10 {
		t.Errorf("got %d lookups, want 1 to 10", history.lookups)
	}
	unread := func() int {
		return strings.Count(fmt.Sprint(f.last.Warnings), `its timeline, which proves the commit that the label "ok" admits, can't be read: the source can't be used`)
	}
	if got := unread(); got != history.lookups {
		t.Errorf("got %d warnings about timelines, want %d", got, history.lookups)
	}
	history.err = nil
	f.source.changes = f.source.changes[:1]
	if f.syncWant("pr-1"); unread() != 0 {
		t.Errorf("got %v, want no warning about timelines", f.last.Warnings)
	}
	if f.syncWant("pr-1"); history.lookups > 11 {
		t.Errorf("got %d lookups, want none for an admitted fork", history.lookups)
	}
}

// The last list is no evidence while the timeline can be read later. A token without the
// scope for timelines can never read it.
func TestListIsNoEvidenceIfTimelineFails(t *testing.T) {
	t.Parallel()
	for err, admitted := range map[error]bool{errors.New("status 502"): false, generator.ErrUnauthorized: true, generator.ErrNotFound: true} {
		f := forkFixture(t)
		history := &timelines{source: f.source, heads: map[generator.Key]string{}, err: err}
		f.set.Source = history
		f.source.changes = []generator.Change{fork("a")}
		f.syncWant()
		f.source.changes = []generator.Change{fork("a", "ok")}
		if admitted {
			f.syncWant("pr-1")
			continue
		}
		f.syncWant()
		history.err, history.heads[fork("a").Key()] = nil, strings.Repeat("a", 40)
		f.syncWant("pr-1")
	}
}

// The entries in Git decide, whatever a process remembers.
func TestReplicaWithoutEvidenceRespectsTheEntry(t *testing.T) {
	t.Parallel()
	f := newEntryFixture(t, generator.Selection{PullRequests: &generator.PullRequestRules{ForkLabel: "ok"}})
	f.source.changes = []generator.Change{fork("e", "ok"), pullRequest(2), pullRequest(3)}
	f.syncWant(both, "pr-2", "pr-3")
	waiting := &replica{f.set, f.last}
	f.restart()
	f.event("a")
	f.syncWant(both, "pr-1", "pr-2", "pr-3")
	f.as(waiting, func() {
		if f.syncWant(both, "pr-1", "pr-2", "pr-3"); f.head("pr-1") != "a" {
			t.Errorf("got commit %s, want a", f.head("pr-1"))
		}
	})
}

// An entry records that the label was removed, whatever else excludes the pull request,
// until the fork is admitted again. Its former commit does not come back.
func TestRemovedLabelEndsTheAdmission(t *testing.T) {
	t.Parallel()
	draft := func(c generator.Change) generator.Change { c.Draft = true; return c }
	for name, steps := range map[string][]generator.Change{
		"of a draft":                 {draft(fork("a"))},
		"of a draft, twice":          {draft(fork("a", "ok")), draft(fork("a"))},
		"and set again":              {fork("b"), fork("c", "ok")},
		"and set again, and drafted": {fork("b"), fork("c", "ok"), draft(fork("c", "ok"))},
		"of a draft, and set again":  {draft(fork("b")), draft(fork("c", "ok"))},
	} {
		for process, permissions := range map[string]gitops.Permissions{"writer": writer, "writer and pruner": both} {
			t.Run(name+"/"+process, func(t *testing.T) {
				t.Parallel()
				f := newEntryFixture(t, generator.Selection{PullRequests: &generator.PullRequestRules{ForkLabel: "ok"}})
				f.source.changes = []generator.Change{fork("a", "ok"), pullRequest(2), pullRequest(3)}
				f.event("a")
				f.syncWant(both, "pr-1", "pr-2", "pr-3")
				for _, c := range steps {
					f.source.changes[0] = c
					f.syncWant(permissions, "pr-2", "pr-3")
				}
				f.source.changes[0] = fork("d", "ok")
				f.syncWant(permissions, "pr-2", "pr-3")
				f.source.changes[0] = fork("e")
				f.syncWant(permissions, "pr-2", "pr-3")
				f.source.changes[0] = fork("e", "ok")
				if f.syncWant(permissions, "pr-1", "pr-2", "pr-3"); f.head("pr-1") != "e" {
					t.Errorf("got commit %s, want e", f.head("pr-1"))
				}
			})
		}
	}
}

// The guard holds a fork whose label was set again at its admitted commit.
func TestHeldForkWaitsAtItsCommit(t *testing.T) {
	t.Parallel()
	f := newEntryFixture(t, generator.Selection{PullRequests: &generator.PullRequestRules{ForkLabel: "ok"}})
	f.set.Guard = generator.Guard{}
	f.source.changes = []generator.Change{fork("a", "ok")}
	f.event("a")
	f.syncWant(both, "pr-1")
	for _, c := range []generator.Change{fork("b"), fork("c", "ok"), fork("d", "ok")} {
		f.source.changes[0] = c
		for _, restart := range []bool{false, true} {
			if restart {
				f.restart()
			}
			if f.syncWant(both, "!pr-1"); f.head("pr-1") != "a" {
				t.Fatalf("got commit %s, want a", f.head("pr-1"))
			}
		}
	}
	f.source.changes[0] = fork("d")
	f.syncWant(both, "!pr-1")
	f.source.changes[0] = fork("d", "ok")
	if f.syncWant(both, "pr-1"); f.head("pr-1") != "d" {
		t.Errorf("got commit %s after a new label, want d", f.head("pr-1"))
	}
}

// A plan knows the admissions in Git, and no others.
func TestPlanShowsForksThatWait(t *testing.T) {
	t.Parallel()
	f := newEntryFixture(t, generator.Selection{PullRequests: &generator.PullRequestRules{ForkLabel: "ok"}})
	f.source.changes = []generator.Change{fork("a", "ok"), pullRequest(2)}
	for _, admit := range []bool{false, true} {
		if admit {
			f.event("a")
			f.syncWant(both, "pr-1", "pr-2")
		}
		f.restart()
		outcome, err := f.set.Plan(t.Context(), both)
		if err != nil {
			t.Fatal(err)
		}
		if got := len(outcome.Snapshot.Previews) == 2; got != admit {
			t.Errorf("got a preview of the fork: %t, want %t", got, admit)
		}
	}
}
