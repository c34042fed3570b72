package pipeline_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/previewset/previewset/generator"
)

func (f *entryFixture) wantEnded(want ...string) {
	f.t.Helper()
	var got []string
	for _, e := range f.last.Ended {
		got = append(got, fmt.Sprintf("%s %s", e.ID, e.Reason))
	}
	slices.Sort(got)
	if !slices.Equal(got, want) {
		f.t.Errorf("got the removed previews %q, want %q", got, want)
	}
}

// A snapshot has the previews that were removed within a day, until they have a preview again.
func TestEndedPreviewsAreReported(t *testing.T) {
	t.Parallel()
	f := newEntryFixture(t, generator.Selection{PullRequests: &generator.PullRequestRules{Labels: requirePreview}})
	f.set.Ended, f.set.Guard.AtLeast = 24*time.Hour, 3
	f.source.changes = labelled(4)
	f.syncWant(both, ids(1, 4)...)
	if f.last.Ended == nil {
		t.Error("got nil, want an empty list")
	}
	f.wantEnded()

	f.source.changes = labelled(4, 2)[1:]
	f.source.endings[pullRequest(1).Key()] = generator.EndingMerged
	f.syncWant(both, "pr-3", "pr-4")
	f.wantEnded("pr-1 merged", "pr-2 label")
	for _, e := range f.last.Ended {
		if e.Branch != pullRequest(e.Number).Branch || e.HeadSHA != strings.Repeat("a", 40) || e.Detail == "" || !e.Since.Equal(f.now) {
			t.Errorf("got %+v, want all facts of the change and the time of the commit", e)
		}
	}
	f.syncWant(both, "pr-3", "pr-4") // nothing changes
	f.wantEnded("pr-1 merged", "pr-2 label")

	// After a restart, the facts are those of the commit.
	f.restart()
	f.set.Ended = 24 * time.Hour
	f.syncWant(both, "pr-3", "pr-4")
	f.wantEnded("pr-1 merged", "pr-2 label")
	if e := f.last.Ended[slices.IndexFunc(f.last.Ended, func(e generator.Ended) bool { return e.ID == "pr-1" })]; e.Number != 1 || e.Kind != generator.PullRequest || e.HeadSHA != strings.Repeat("a", 40) || e.Detail == "" {
		t.Errorf("got %+v, want the facts of the commit", e)
	}

	f.wait(23 * time.Hour)
	f.source.changes = labelled(4)[1:]
	f.syncWant(both, "pr-2", "pr-3", "pr-4")
	f.wantEnded("pr-1 merged")
	f.source.changes = labelled(3)[1:]
	f.source.endings[pullRequest(4).Key()] = generator.EndingClosed
	f.syncWant(both, "pr-2", "pr-3")
	f.wantEnded("pr-1 merged", "pr-4 closed")
	f.wait(2 * time.Hour)
	f.syncWant(both, "pr-2", "pr-3")
	f.wantEnded("pr-4 closed")
}

// A replica that does not delete entries reports what another one has removed.
func TestEndedPreviewsOfOtherReplicas(t *testing.T) {
	t.Parallel()
	f := newEntryFixture(t, generator.Selection{PullRequests: &generator.PullRequestRules{}})
	f.set.Ended = 24 * time.Hour
	f.source.changes = labelled(2)
	f.syncWant(writer, "pr-1", "pr-2")
	f.source.changes = labelled(2)[1:]
	f.source.endings[pullRequest(1).Key()] = generator.EndingClosed
	f.syncWant(writer, "pr-2") // the entry waits for the pruner
	f.wantEnded()
	if _, err := f.trySync(pruner); err != nil {
		t.Fatal(err)
	}
	f.syncWant(writer, "pr-2")
	f.wantEnded("pr-1 closed")
}

// A set that reports nothing reads no history, and its snapshots have no removed previews.
func TestEndedPreviewsAreOff(t *testing.T) {
	t.Parallel()
	f := newEntryFixture(t, generator.Selection{PullRequests: &generator.PullRequestRules{}})
	f.source.changes = labelled(2)
	f.syncWant(both, "pr-1", "pr-2")
	f.source.changes = labelled(2)[1:]
	f.source.endings[pullRequest(1).Key()] = generator.EndingClosed
	f.syncWant(both, "pr-2")
	if f.last.Ended != nil {
		t.Errorf("got %v, want nil", f.last.Ended)
	}
}

// A snapshot has the newest removed previews only.
func TestEndedPreviewsAreBounded(t *testing.T) {
	t.Parallel()
	f := newEntryFixture(t, generator.Selection{PullRequests: &generator.PullRequestRules{}})
	f.set.Ended = 24 * time.Hour
	for minute, first := range []int{1, 401} {
		message := "shop: prune many\n\nPreviewset-Set: shop\n"
		for number := first; number < first+400; number++ {
			message += fmt.Sprintf("Previewset-Prune: pr-%d reason=label head=%s\n", number, strings.Repeat("a", 40))
		}
		f.repo.Import(t, fmt.Sprintf("commit refs/heads/main\ncommitter p <p@localhost> %d +0000\ndata %d\n%s\nfrom refs/heads/main^0\n",
			noon.Add(time.Duration(minute)*time.Minute).Unix(), len(message), message))
	}
	f.syncWant(both)
	newest := 0
	for _, e := range f.last.Ended {
		if e.Number > 400 {
			newest++
		}
	}
	if len(f.last.Ended) != 500 || newest != 400 {
		t.Errorf("got %d removed previews, %d of them from the newest commit, want 500 and 400", len(f.last.Ended), newest)
	}
}
