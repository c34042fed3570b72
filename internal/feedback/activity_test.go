package feedback_test

import (
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/internal/feedback"
)

// ledger remembers the newest write on each pull request.
type ledger struct {
	mu     sync.Mutex
	writes map[int64][2]time.Time
}

func (l *ledger) Wrote(number int64, at, activity time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.writes == nil {
		l.writes = map[int64][2]time.Time{}
	}
	if !at.Before(l.writes[number][0]) {
		l.writes[number] = [2]time.Time{at, activity}
	}
}

// corrected returns the activity of a pull request whose list has the time at.
func (l *ledger) corrected(number int64, at time.Time) time.Time {
	l.mu.Lock()
	defer l.mu.Unlock()
	if w, ok := l.writes[number]; ok && !at.After(w[0].Add(2*time.Second)) {
		return w[1]
	}
	return at
}

// What the writer writes is no activity, also after restarts. What people do is.
func TestOwnWritesAreNoActivity(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		const idle = 7 * 24 * time.Hour
		w, l := newWorld(), &ledger{}
		o := shop(&client{world: w})
		o.Sets[0].Idle, o.Sets[0].Activity = idle, l
		var p process
		restart := func() {
			l.writes = nil
			o.Sets[0].Activity = l
			p = start(t, o)
		}
		restart()
		var truth time.Time
		// say reports a state, with the lifetime that a list leads to.
		say := func(state generator.State) {
			s := preview(42, state, commitA, "")
			if state == generator.StateLive {
				s.Live = commitA
			}
			w.mu.Lock()
			s.UpdatedAt = l.corrected(42, w.updated[42])
			w.mu.Unlock()
			s.Preview.ExpiresAt = s.UpdatedAt.Add(idle)
			p.Report(report(s))
		}
		check := func(step string) {
			t.Helper()
			settle()
			w.mu.Lock()
			defer w.mu.Unlock()
			if got := l.corrected(42, w.updated[42]); !got.Equal(truth) {
				t.Errorf("%s: got the activity %s, want %s", step, got, truth)
			}
			ends := truth.Add(idle).Truncate(time.Hour).Format("2 January 2006, 15:04 UTC")
			if got := w.comments[42]; len(got) != 1 || !strings.Contains(got[0].Body, "Expires "+ends) {
				t.Errorf("%s: got %+v, want the end %s", step, got, ends)
			}
		}
		act := func() {
			time.Sleep(5 * time.Hour)
			w.touch(42)
			truth = now()
			time.Sleep(5 * time.Hour)
		}
		act()
		say(generator.StateSyncing)
		check("new comment")
		say(generator.StateLive)
		check("edited comment")
		act()
		say(generator.StateFailing)
		check("edit after activity")
		p.stop()
		restart()
		w.total()
		say(generator.StateFailing) // the list still has the time of the last write
		check("restart")
		if _, calls := w.total(); calls["edit comment"] != 0 {
			t.Errorf("the restart caused %v", calls)
		}
		say(generator.StateLive)
		check("edit after a restart")
		p.stop()
		act()
		restart()
		say(generator.StateLive)
		check("activity while no process ran")
	})
}

// A writer of sets without such lifetimes does not read the pull request.
func TestActivityIsReadOnlyIfNeeded(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		p := start(t, shop(&client{world: w}))
		defer p.stop()
		p.Report(feedback.Report{Set: "shop", Statuses: []generator.Status{preview(42, generator.StateLive, commitA, commitA)}})
		settle()
		if _, calls := w.total(); calls["read pull request"] != 0 {
			t.Errorf("got the calls %v", calls)
		}
	})
}
