package feedback_test

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/generator/forge"
	"github.com/previewset/previewset/internal/feedback"
)

// A pull request goes through its life: one comment follows it, and nothing is written twice.
func TestLife(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		p := start(t, shop(&client{world: w}))
		defer p.stop()
		for _, step := range []struct {
			report      feedback.Report
			says        string
			commit      string
			status      forge.StatusState
			deployments string
		}{
			{report(preview(42, generator.StateSyncing, commitA, "")), "**Preview is being deployed** at `aaaaaaa`", commitA, forge.StatusPending, "shop/pr-42 a pending"},
			{report(preview(42, generator.StateLive, commitA, commitA)), "**Preview is live** at `aaaaaaa` → <https://pr-42", commitA, forge.StatusSuccess, "shop/pr-42 a success"},
			{report(preview(42, generator.StateFailing, commitB, "")), "**Preview fails** at `bbbbbbb`", commitB, forge.StatusFailure, "shop/pr-42 b failure"},
			{report(preview(42, generator.StateLive, commitB, commitB)), "**Preview is live** at `bbbbbbb`", commitB, forge.StatusSuccess, "shop/pr-42 b success"},
			{report(dropped(42, commitB)), "**No preview**\nThe pull request is a draft", commitB, forge.StatusFailure, ""},
		} {
			p.Report(step.report)
			settle()
			if got := w.bodies(42); len(got) != 1 || !strings.HasPrefix(got[0], step.says) {
				t.Errorf("got the comments %q, want one with %q", got, step.says)
			}
			if got := w.status(step.commit, "preview").State; got != step.status {
				t.Errorf("%s: got the status %q, want %q", step.says, got, step.status)
			}
			if got := strings.Join(w.active(), ", "); got != step.deployments {
				t.Errorf("%s: got the deployments %q, want %q", step.says, got, step.deployments)
			}
			w.total()
			p.Report(step.report)
			settle()
			if n, calls := w.total(); n != 0 {
				t.Errorf("%s: the same report caused %v", step.says, calls)
			}
		}
	})
}

// The end of a preview is the last that the comment says.
func TestEnd(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		p := start(t, shop(&client{world: w}))
		live := preview(42, generator.StateLive, commitA, commitA)
		p.Report(report(live))
		settle()
		p.stop() // the end comes while no process runs
		p = start(t, shop(&client{world: w}))
		defer p.stop()
		ended := generator.Ended{Change: live.Change, ID: "pr-42", Verdict: generator.Verdict{
			Reason: generator.ReasonMerged, Detail: "the pull request was merged", Since: time.Date(2026, 12, 3, 14, 0, 0, 0, time.UTC),
		}}
		p.Report(feedback.Report{Set: "shop", Ended: []generator.Ended{ended}})
		settle()
		if got, want := w.bodies(42), "**Preview was removed** on 3 December 2026, 14:00 UTC\nThe pull request was merged"; len(got) != 1 || got[0] != want {
			t.Errorf("got %q, want %q", got, want)
		}
		if got := w.active(); len(got) != 0 {
			t.Errorf("got the deployments %q, want none", got)
		}
		if got := w.status(commitA, "preview").State; got != forge.StatusSuccess {
			t.Errorf("the status of a merged commit became %q", got)
		}
		p.Report(feedback.Report{Set: "shop"})
		settle()
		if len(w.bodies(42)) != 1 {
			t.Error("the comment is gone")
		}
	})
}

// Changes that never had a preview get nothing.
func TestDroppedChangesGetNothing(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		p := start(t, shop(&client{world: w}))
		defer p.stop()
		p.Report(report(dropped(42, commitA)))
		settle()
		if n, calls := w.total(); n != 1 || calls["read comments"] != 1 {
			t.Errorf("got the calls %v, want one that reads the comments", calls)
		}
	})
}

// A burst of reports is one write.
func TestBurst(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		p := start(t, shop(&client{world: w}))
		defer p.stop()
		for range 5 {
			p.Report(report(preview(42, generator.StateSyncing, commitA, "")))
			p.Report(report(preview(42, generator.StateLive, commitA, commitA)))
		}
		settle()
		if _, calls := w.total(); calls["create comment"] != 1 || calls["edit comment"] != 0 || calls["set status"] != 1 {
			t.Errorf("got the calls %v", calls)
		}
	})
}

// After a restart, what is there is read once and written at most once.
func TestRestartWithManyPullRequests(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		const open = 300
		w := newWorld()
		statuses := make([]generator.Status, open)
		for i := range statuses {
			s := preview(42, generator.StateLive, fmt.Sprintf("%040x", i+1), fmt.Sprintf("%040x", i+1))
			s.Number, s.ID = int64(i+1), fmt.Sprintf("pr-%d", i+1)
			statuses[i] = s
		}
		p := start(t, shop(&client{world: w}))
		p.Report(report(statuses...))
		time.Sleep(time.Hour)
		p.stop()
		w.total()
		p = start(t, shop(&client{world: w}))
		defer p.stop()
		p.Report(report(statuses...))
		time.Sleep(time.Hour)
		synctest.Wait()
		n, calls := w.total()
		if n != 3*open || calls["read comments"] != open || calls["read status"] != open || calls["read deployments"] != open {
			t.Errorf("got the calls %v, want %d of each kind of reading", calls, open)
		}
	})
}

// Duplicates are removed, and the oldest comment stays. Comments that only quote a marker stay.
func TestDuplicates(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		live := report(preview(42, generator.StateLive, commitA, commitA))
		p := start(t, shop(&client{world: w}))
		p.Report(live)
		settle()
		p.stop()
		first := w.comments[42][0]
		second, quote := first, first
		second.ID, quote.ID, quote.Body = "second", "quote", "> "+first.Body
		w.comments[42] = append(w.comments[42], second, quote)
		p = start(t, shop(&client{world: w}))
		defer p.stop()
		p.Report(live)
		settle()
		if got := w.comments[42]; len(got) != 2 || got[0].ID != first.ID || got[1].ID != "quote" {
			t.Errorf("got %+v", got)
		}
	})
}

// A comment that a person has deleted is created again when there is something to say.
func TestDeletedComment(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		p := start(t, shop(&client{world: w}))
		defer p.stop()
		p.Report(report(preview(42, generator.StateSyncing, commitA, "")))
		time.Sleep(5 * time.Minute)
		w.discard(42)
		p.Report(report(preview(42, generator.StateLive, commitA, commitA)))
		settle()
		if got := w.bodies(42); len(got) != 1 || !strings.Contains(got[0], "live") {
			t.Errorf("got %q", got)
		}
	})
}

// Failures are tried again ever more slowly, and logged once with the remedy.
func TestFailures(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name string
		err  error
		// least and most bound the calls that fail within a day.
		least, most int
		log         string
	}{
		{"no right", generator.ErrUnauthorized, 100, 160, "grant the credentials"},
		{"down", errors.New("bad gateway"), 100, 160, "tries again by itself"},
		{"locked", forge.ErrLocked, 1, 1, "waits for the next change"},
		{"gone", generator.ErrNotFound, 1, 1, "waits for the next change"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				w, failed, fails := newWorld(), 0, true
				c := &client{world: w, fault: func(string) (error, bool) {
					if !fails {
						return nil, false
					}
					failed++
					return test.err, false
				}}
				var lines bytes.Buffer
				counted := 0
				o := shop(c)
				o.Sets[0].Status, o.Sets[0].Deployment = "", false
				o.Log = slog.New(slog.NewTextHandler(&lines, nil))
				o.OnWrite = func(set, kind string, err error) {
					if set != "shop" || kind != "comment" {
						t.Errorf("got the set %q and the kind %q", set, kind)
					}
					if err != nil {
						w.locked(func() { counted++ })
					}
				}
				p := start(t, o)
				p.Report(report(preview(42, generator.StateLive, commitA, commitA)))
				time.Sleep(24 * time.Hour)
				synctest.Wait()
				w.locked(func() {
					if failed < test.least || failed > test.most || counted != failed {
						t.Errorf("got %d calls and %d counted, want %d to %d", failed, counted, test.least, test.most)
					}
				})
				w.locked(func() { fails = false })
				p.Report(report(preview(42, generator.StateLive, commitB, commitB)))
				time.Sleep(time.Hour)
				p.stop()
				if len(w.bodies(42)) != 1 {
					t.Error("the next change is not written")
				}
				if got := strings.Count(lines.String(), test.log); got != 1 {
					t.Errorf("got %d lines with %q, want 1:\n%s", got, test.log, lines.String())
				}
			})
		})
	}
}

// A rate limit stops writes, and the last quarter of the limit is for reading.
func TestRateLimit(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		reset := time.Now().Add(20 * time.Minute)
		limited := true
		c := &client{world: w, fault: func(string) (error, bool) {
			if limited {
				return &forge.RateLimitError{Until: reset.Add(10 * time.Minute)}, false
			}
			return nil, false
		}}
		o := shop(c)
		o.Sets[0].Rate = new(forge.Rate)
		o.Sets[0].Rate.Saw(1249, 5000, reset)
		p := start(t, o)
		defer p.stop()
		p.Report(report(preview(42, generator.StateLive, commitA, commitA)))
		time.Sleep(19 * time.Minute)
		if n, calls := w.total(); n != 0 {
			t.Errorf("got the calls %v below a quarter of the limit", calls)
		}
		time.Sleep(10 * time.Minute)
		if n, calls := w.total(); n == 0 || n > 2 {
			t.Errorf("got the calls %v during the limit, want one or two", calls)
		}
		w.locked(func() { limited = false })
		time.Sleep(5 * time.Minute)
		if len(w.bodies(42)) != 1 {
			t.Error("nothing is written after the limit")
		}
	})
}

// Pull requests wait until each set of the repository has reported, for at most two minutes.
func TestSetsShareComment(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		o := shop(&client{world: w})
		other := o.Sets[0]
		other.Name = "docs"
		o.Sets = append(o.Sets, other)
		p := start(t, o)
		defer p.stop()
		live := preview(42, generator.StateLive, commitA, commitA)
		p.Report(report(live))
		time.Sleep(110 * time.Second)
		if got := w.bodies(42); len(got) != 0 {
			t.Errorf("got %q before the second set has reported", got)
		}
		time.Sleep(20 * time.Second)
		if got := w.bodies(42); len(got) != 1 || !strings.Contains(got[0], "#### `docs`\n**The state is not known**") {
			t.Errorf("got %q", got)
		}
		live.Set, live.Live, live.State = "docs", "", generator.StateSyncing
		p.Report(feedback.Report{Set: "docs", Statuses: []generator.Status{live}})
		settle()
		if got := w.bodies(42); len(got) != 1 || !strings.Contains(got[0], "#### `shop` · `pr-42`\n**Preview is live**") ||
			!strings.Contains(got[0], "#### `docs` · `pr-42`\n**Preview is being deployed**") {
			t.Errorf("got %q", got)
		}
		if w.status(commitA, "preview/shop").State != forge.StatusSuccess || w.status(commitA, "preview/docs").State != forge.StatusPending {
			t.Errorf("got the statuses %+v", w.statuses)
		}
		p.Report(feedback.Report{Set: "docs", Statuses: []generator.Status{dropped(42, commitA)}})
		settle()
		if got := w.bodies(42); len(got) != 1 || strings.Contains(got[0], "docs") {
			t.Errorf("got %q, want no section of the set that does not select the change", got)
		}
	})
}

// If several changes have one head, the worst state is the status of the commit.
func TestChangesWithOneHead(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		p := start(t, shop(&client{world: w}))
		defer p.stop()
		branch := preview(0, generator.StateSyncing, commitA, "")
		branch.Kind, branch.ID = generator.Branch, "br-x"
		p.Report(report(branch, preview(42, generator.StateLive, commitA, commitA)))
		settle()
		if got := w.status(commitA, "preview").State; got != forge.StatusPending {
			t.Errorf("got %q, want pending", got)
		}
		if _, calls := w.total(); calls["set status"] != 1 {
			t.Errorf("got the calls %v, want one status", calls)
		}
	})
}

// Variants have statuses of their own, and a section each.
func TestVariants(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		p := start(t, shop(&client{world: w}))
		defer p.stop()
		on, off := preview(42, generator.StateLive, commitA, commitA), preview(42, generator.StateSyncing, commitA, "")
		on.Variant, on.ID, off.Variant, off.ID = "on", "pr-42-on", "off", "pr-42-off"
		p.Report(report(on, off))
		settle()
		if w.status(commitA, "preview/on").State != forge.StatusSuccess || w.status(commitA, "preview/off").State != forge.StatusPending {
			t.Errorf("got the statuses %+v", w.statuses)
		}
		if got := w.bodies(42); len(got) != 1 || strings.Count(got[0], "#### `shop` · `pr-42-o") != 2 {
			t.Errorf("got %q", got)
		}
		if got, want := strings.Join(w.active(), ", "), "shop/pr-42-off a pending, shop/pr-42-on a success"; got != want {
			t.Errorf("got the deployments %q, want %q", got, want)
		}
	})
}

// A forge without deployments gets the rest.
func TestForgeWithoutDeployments(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		o := shop(nil)
		o.Sets[0].Forge = struct{ forge.Feedback }{&client{world: w}}
		p := start(t, o)
		defer p.stop()
		p.Report(report(preview(42, generator.StateLive, commitA, commitA)))
		settle()
		if len(w.bodies(42)) != 1 || w.status(commitA, "preview").State != forge.StatusSuccess || len(w.deployments) != 0 {
			t.Errorf("got %+v", w)
		}
	})
}

// Two installations with one account leave each other's comments alone.
func TestInstallations(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		for _, installation := range []string{"one", "two"} {
			o := shop(&client{world: w})
			o.Installation = installation
			p := start(t, o)
			p.Report(report(preview(42, generator.StateLive, commitA, commitA)))
			settle()
			p.stop()
		}
		if got := w.bodies(42); len(got) != 2 {
			t.Errorf("got the comments %q, want two", got)
		}
	})
}
