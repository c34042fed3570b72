package pipeline_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/internal/gitops"
)

// labelled returns n pull requests with the label preview, except those in without.
func labelled(n int64, without ...int64) (changes []generator.Change) {
	for number := int64(1); number <= n; number++ {
		c := pullRequest(number, "preview")
		for _, other := range without {
			if number == other {
				c.Labels = nil
			}
		}
		changes = append(changes, c)
	}
	return changes
}

var requirePreview = generator.LabelRule{All: []string{"preview"}}

// newRoutineFixture returns a set of n pull requests with the label that it requires, and
// with the default guard.
func newRoutineFixture(t *testing.T, n int64) *entryFixture {
	t.Helper()
	f := newEntryFixture(t, generator.Selection{PullRequests: &generator.PullRequestRules{Labels: requirePreview}})
	f.set.Guard.AtLeast = 3
	f.source.changes = labelled(n)
	f.syncWant(both, ids(1, n)...)
	return f
}

// ids returns "pr-<first>" to "pr-<last>".
func ids(first, last int64) (all []string) {
	for number := first; number <= last; number++ {
		all = append(all, fmt.Sprintf("pr-%d", number))
	}
	return all
}

func held(ids []string) (all []string) {
	for _, id := range ids {
		all = append(all, "!"+id)
	}
	return all
}

func (f *entryFixture) wait(d time.Duration) { f.now = f.now.Add(d) }

func TestLabelOfOnlyPullRequestMayBeRemoved(t *testing.T) {
	t.Parallel()
	for name, permissions := range map[string]gitops.Permissions{"with pruner": both, "without": writer} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newRoutineFixture(t, 1)
			f.source.changes = labelled(1, 1)
			f.syncWant(permissions)
			f.syncWant(permissions)
			f.restart()
			f.syncWant(pruner)
			f.wantEntries()
		})
	}
}

// A forge that returns no labels for a while removes at most two previews.
func TestMissingLabelsDoNotEmptySet(t *testing.T) {
	t.Parallel()
	t.Run("all in one sync", func(t *testing.T) {
		t.Parallel()
		f := newRoutineFixture(t, 10)
		f.source.changes = labelled(10, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10)
		for range 3 {
			f.syncWant(both, held(ids(1, 10))...)
			f.wait(time.Hour)
		}
		f.source.changes = labelled(10)
		f.syncWant(both, ids(1, 10)...)
	})
	t.Run("two in each sync", func(t *testing.T) {
		t.Parallel()
		f := newRoutineFixture(t, 4)
		f.source.changes = labelled(4, 1, 2)
		f.syncWant(both, "pr-3", "pr-4")
		f.wantEntries("pr-3", "pr-4")
		f.source.changes = labelled(4, 1, 2, 3, 4)
		for range 3 {
			f.syncWant(both, "!pr-3", "!pr-4")
			f.restart()
		}
		f.wait(time.Hour)
		f.syncWant(both, "!pr-3", "!pr-4")
		f.source.changes = labelled(4, 1, 2)
		f.syncWant(both, "pr-3", "pr-4")
	})
	t.Run("a slow pruner", func(t *testing.T) {
		t.Parallel()
		f := newRoutineFixture(t, 4)
		f.source.changes = labelled(4, 1, 2)
		f.syncWant(writer, "pr-3", "pr-4")
		f.wait(time.Hour)
		f.source.changes = labelled(4, 1, 2, 3, 4)
		f.syncWant(writer, "!pr-3", "!pr-4")
		f.wantEntries(ids(1, 4)...)
	})
	t.Run("without a GitOps repository", func(t *testing.T) {
		t.Parallel()
		f := newFixture(t, generator.Selection{PullRequests: &generator.PullRequestRules{Labels: requirePreview}})
		f.set.Guard.AtLeast = 3
		f.source.changes = labelled(4)
		f.syncWant(ids(1, 4)...)
		f.source.changes = labelled(4, 1, 2)
		f.syncWant("pr-3", "pr-4")
		f.now = f.now.Add(9 * time.Minute)
		f.syncWant("pr-3", "pr-4")
		f.source.changes = labelled(4, 1, 2, 3, 4)
		f.syncWant("!pr-3", "!pr-4")
	})
}

func TestRoutineRemovalsCountForTenMinutes(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name  string
		after time.Duration
		want  []string
	}{
		{"immediately", 0, []string{"!pr-3"}},
		{"before ten minutes", 10*time.Minute - time.Second, []string{"!pr-3"}},
		{"after ten minutes", 10 * time.Minute, nil},
		{"by a process whose clock is slow", -time.Hour, []string{"!pr-3"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			e := newRoutineFixture(t, 3)
			e.source.changes = labelled(3, 1, 2)
			e.syncWant(both, "pr-3")
			e.wait(test.after)
			e.source.changes = labelled(3, 1, 2, 3)
			e.syncWant(both, test.want...)

			f := newFixture(t, e.set.Selection)
			f.set.Guard.AtLeast = 3
			f.source.changes = labelled(3)
			f.syncWant(ids(1, 3)...)
			f.source.changes = labelled(3, 1, 2)
			f.syncWant("pr-3")
			f.now = f.now.Add(test.after)
			f.source.changes = labelled(3, 1, 2, 3)
			f.syncWant(test.want...)
		})
	}
}

// Each routine reason removes the only preview of a set, and each other reason does not.
func TestOnlyRoutineReasonsAreExempt(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		reason generator.Reason
		change func(*fixture)
		exempt bool
	}{
		{generator.ReasonLabel, func(f *fixture) { f.set.Selection.PullRequests.Labels = requirePreview }, true},
		{generator.ReasonDraft, func(f *fixture) { f.source.changes[0].Draft = true }, true},
		{generator.ReasonTargetBranch, func(f *fixture) {
			f.set.Selection.PullRequests.TargetBranches = []generator.Glob{glob(f.t, "release/*")}
		}, true},
		{generator.ReasonIdle, func(f *fixture) {
			f.set.Selection.Lifetime.Idle, f.now = time.Hour, f.now.Add(2*time.Hour)
		}, true},
		{generator.ReasonExpired, func(f *fixture) {
			f.set.Selection.Lifetime.Max, f.now = time.Hour, f.now.Add(2*time.Hour)
		}, true},
		{generator.ReasonLimit, func(f *fixture) {
			newer := pullRequest(2)
			newer.CreatedAt = f.now.Add(time.Hour)
			f.set.Selection.Limit, f.source.changes = 1, append(f.source.changes, newer)
		}, true},
		{generator.ReasonKind, func(f *fixture) {
			f.set.Selection.PullRequests, f.set.Selection.Branches = nil, &generator.BranchRules{}
		}, false},
		{generator.ReasonFork, func(f *fixture) {
			f.set.Selection.PullRequests.ForkLabel, f.source.changes[0].Fork = "ok", true
		}, false},
		{generator.ReasonForkDenied, func(f *fixture) { f.source.changes[0].Fork = true }, false},
		{generator.ReasonVariant, func(f *fixture) { f.set.Variants = []generator.Variant{{Name: "blue"}} }, false},
		{generator.ReasonSource, func(f *fixture) { f.source.repository.Name, f.source.changes = "web", nil }, false},
	} {
		t.Run(string(test.reason), func(t *testing.T) {
			t.Parallel()
			f := newFixture(t, generator.Selection{PullRequests: &generator.PullRequestRules{}})
			f.set.Guard.AtLeast = 3
			f.source.changes = []generator.Change{pullRequest(1)}
			f.syncWant("pr-1")
			test.change(f)
			if _, err := f.trySync(); err != nil {
				t.Fatal(err)
			}
			isHeld := false
			for _, p := range f.last.Previews {
				isHeld = isHeld || p.ID == "pr-1" && strings.Contains(p.Held.Detail, "guard")
			}
			if isHeld == test.exempt {
				t.Errorf("got held: %t, want %t", isHeld, !test.exempt)
			}
			if test.exempt && f.reason("pr-1") != test.reason {
				t.Errorf("got reason %q, want %q", f.reason("pr-1"), test.reason)
			}
		})
	}
}

func glob(t *testing.T, pattern string) generator.Glob {
	t.Helper()
	g, err := generator.ParseGlob(pattern)
	if err != nil {
		t.Fatal(err)
	}
	return g
}

// Exempt removals count toward no other bound, but the guard still holds the last previews.
func TestExemptRemovalsCountTowardNoOtherBound(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name         string
		guard        generator.Guard
		forks, bound int // pull requests that become forks, and unlabelled ones
		want         string
	}{
		{"removals", generator.Guard{Removals: 2, Percent: 100, AtLeast: 3}, 2, 2, "pr-5 pr-6"},
		{"percent", generator.Guard{Removals: 9, Percent: 34, AtLeast: 3}, 2, 2, "pr-5 pr-6"},
		{"all previews", generator.Guard{Removals: 9, Percent: 100, AtLeast: 3}, 4, 2, "!pr-1 !pr-2 !pr-3 !pr-4"},
		{"all previews, allowed", generator.Guard{Removals: 9, Percent: 100, AtLeast: 3, AllowAll: true}, 4, 2, ""},
		{"not exempt", generator.Guard{Removals: 4, Percent: 100, AtLeast: 3}, 2, 3, "!pr-1 !pr-2 !pr-3 !pr-4 !pr-5 pr-6"},
		{"no exemption", generator.Guard{Removals: 1, Percent: 100}, 0, 2, "!pr-1 !pr-2 pr-3 pr-4 pr-5 pr-6"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			f := newFixture(t, generator.Selection{PullRequests: &generator.PullRequestRules{Labels: requirePreview}})
			f.set.Guard, f.source.changes = test.guard, labelled(6)
			f.syncWant(ids(1, 6)...)
			for i := range test.forks {
				f.source.changes[i].Fork = true
			}
			for i := range test.bound {
				f.source.changes[test.forks+i].Labels = nil
			}
			f.syncWant(strings.Fields(test.want)...)
		})
	}
}

// A replica whose snapshot has a preview that another one has pruned does not write its
// entry again.
func TestReplicaAcceptsRoutineRemovalOfAnother(t *testing.T) {
	t.Parallel()
	f := newRoutineFixture(t, 3)
	last := f.last
	f.source.changes = labelled(3, 1, 2)
	f.restart()
	f.syncWant(both, "pr-3")
	f.restart()
	f.last, f.source.changes = last, labelled(3, 1, 2, 3)
	f.syncWant(both, "!pr-3")
	f.wantEntries("pr-3")
}

// A removal that another replica has committed counts once.
func TestRoutineRemovalOfAnotherReplicaCountsOnce(t *testing.T) {
	t.Parallel()
	f := newRoutineFixture(t, 2)
	last := f.last
	f.source.changes = labelled(2, 1)
	f.restart()
	f.syncWant(both, "pr-2")
	f.restart()
	f.last, f.source.changes = last, labelled(2, 1, 2)
	f.syncWant(both)
	f.wantEntries()
}

func TestHeldPreviewsAreNoRoutineRemovals(t *testing.T) {
	t.Parallel()
	f := newRoutineFixture(t, 5)
	f.set.Guard.Removals = 0
	f.source.changes = labelled(5, 1, 2, 3)
	f.syncWant(both, "!pr-1", "!pr-2", "!pr-3", "pr-4", "pr-5")
	f.source.changes = labelled(5, 1, 2, 3, 4)
	f.syncWant(both, "!pr-1", "!pr-2", "!pr-3", "pr-5")
}

// A record that a version without atLeast wrote holds its preview, and is not written again.
func TestRecordWithoutAtLeastStaysHeld(t *testing.T) {
	t.Parallel()
	f := newRoutineFixture(t, 2)
	f.set.Guard = generator.Guard{Removals: 0, Percent: 50, AtLeast: generator.AnyAtLeast}
	f.source.changes = labelled(2, 1)
	f.syncWant(both, "!pr-1", "pr-2")
	tip := f.repo.Tip(t, "main")
	for _, atLeast := range []int{0, 3} {
		f.set.Guard.AtLeast = atLeast
		f.restart()
		f.syncWant(both, "!pr-1", "pr-2")
		f.syncWant(both, "!pr-1", "pr-2")
	}
	if f.repo.Tip(t, "main") != tip {
		t.Error("got a commit, want the record unchanged")
	}
	f.set.Guard.Removals = 1
	f.syncWant(both, "pr-2")
}

// A record with atLeast is released by another value.
func TestChangeOfAtLeastReleasesPreviews(t *testing.T) {
	t.Parallel()
	f := newRoutineFixture(t, 3)
	f.source.changes = labelled(3, 1, 2, 3)
	f.syncWant(both, held(ids(1, 3))...)
	f.set.Guard.AtLeast = 4
	f.syncWant(both)
	f.wantEntries()
}
