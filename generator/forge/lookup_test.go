package forge_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/generator/forge"
)

const idleTime = 72 * time.Hour

// comments are the newest comments of previewset on pull requests, each of which takes a
// second to read.
type comments struct {
	mu     sync.Mutex
	writes map[int64][2]time.Time
	fault  func(number int64) error
	calls  int
	busy   int
	most   int // calls at a time
}

func (c *comments) newest(ctx context.Context, number int64) (at, activity time.Time, err error) {
	c.mu.Lock()
	c.calls++
	c.busy++
	c.most = max(c.most, c.busy)
	fault, w := c.fault, c.writes[number]
	c.mu.Unlock()
	defer func() {
		c.mu.Lock()
		c.busy--
		c.mu.Unlock()
	}()
	select {
	case <-time.After(time.Second):
	case <-ctx.Done():
		return at, activity, ctx.Err()
	}
	if fault != nil {
		err = fault(number)
	}
	return w[0], w[1], err
}

// took returns the number of calls since the last call of took.
func (c *comments) took() (calls int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	calls, c.calls = c.calls, 0
	return calls
}

func (c *comments) lookup(log *bytes.Buffer) forge.Lookup {
	return forge.Lookup{
		Idle: idleTime, Selects: func(c generator.Change) bool { return c.TargetBranch != "other" },
		OwnWrites: []forge.OwnWrite{c.newest}, Now: time.Now, Log: slog.New(slog.NewTextHandler(log, nil)),
	}
}

// olds returns a list of pull requests that were created long ago and updated lately.
func olds(count int, updated time.Time) (l generator.Listing) {
	for n := range int64(count) {
		l.Changes = append(l.Changes, generator.Change{
			Kind: generator.PullRequest, Number: n + 1, CreatedAt: updated.Add(-1000 * time.Hour), UpdatedAt: updated,
		})
	}
	return l
}

// The own comment of another process explains an update, and a comment of others does not.
// The same list costs no further call.
func TestLookup(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		change          func(*generator.Change)
		wrote, activity time.Duration // before the update; 0 for none
		idle            bool
		calls           int
	}{
		"own comment":              {wrote: time.Nanosecond, activity: 100 * time.Hour, idle: true, calls: 1},
		"somebody else wrote":      {wrote: time.Minute, activity: 100 * time.Hour, calls: 1},
		"no comment":               {calls: 1},
		"comment without activity": {wrote: time.Nanosecond, calls: 1},
		"young": {wrote: time.Nanosecond, activity: 100 * time.Hour, change: func(c *generator.Change) {
			c.CreatedAt = c.UpdatedAt.Add(-idleTime / 2)
		}},
		"idle already": {idle: true, change: func(c *generator.Change) { c.UpdatedAt = c.UpdatedAt.Add(-idleTime) }},
		"not selected": {wrote: time.Nanosecond, activity: 100 * time.Hour, change: func(c *generator.Change) { c.TargetBranch = "other" }},
		"branch": {wrote: time.Nanosecond, activity: 100 * time.Hour, change: func(c *generator.Change) {
			c.Kind = generator.Branch
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				updated := time.Now().Add(-time.Hour)
				c := &comments{writes: map[int64][2]time.Time{}}
				if test.wrote > 0 {
					w := [2]time.Time{updated.Add(-test.wrote)}
					if test.activity > 0 {
						w[1] = updated.Add(-test.activity)
					}
					c.writes[1] = w
				}
				var a forge.Activity
				for range 3 {
					l := olds(1, updated)
					if test.change != nil {
						test.change(&l.Changes[0])
					}
					l = a.Correct(t.Context(), l, c.lookup(new(bytes.Buffer)))
					if got := !l.Changes[0].UpdatedAt.Add(idleTime).After(time.Now()); got != test.idle {
						t.Errorf("got the activity %s, want idle: %t", l.Changes[0].UpdatedAt, test.idle)
					}
				}
				if got := c.took(); got != test.calls {
					t.Errorf("got %d calls for three lists, want %d", got, test.calls)
				}
			})
		})
	}
}

// A later write, and a later activity, are looked up when they matter. A certain activity
// needs no further lookup until it is older than the idle time.
func TestLookupOfLaterUpdates(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var a forge.Activity
		c := &comments{writes: map[int64][2]time.Time{}}
		start, created := time.Now(), time.Now().Add(-1000*time.Hour)
		update := func(after time.Duration, own bool, want time.Duration, calls int) {
			t.Helper()
			time.Sleep(time.Until(start.Add(after)))
			if own {
				c.writes[1] = [2]time.Time{time.Now(), start.Add(want)}
			}
			time.Sleep(time.Minute)
			l := olds(1, start.Add(after))
			l.Changes[0].CreatedAt = created
			l = a.Correct(t.Context(), l, c.lookup(new(bytes.Buffer)))
			if got := l.Changes[0].UpdatedAt; !got.Equal(start.Add(want)) {
				t.Errorf("update after %s: got the activity after %s, want %s", after, got.Sub(start), want)
			}
			if got := c.took(); got != calls {
				t.Errorf("update after %s: got %d calls, want %d", after, got, calls)
			}
		}
		const hour = time.Hour
		update(0, true, -100*hour, 1)
		update(10*hour, true, -100*hour, 1)
		update(20*hour, false, 20*hour, 1)
		update(30*hour, false, 30*hour, 0)   // others were active less than the idle time ago
		update(100*hour, true, 20*hour, 1)   // the writer has seen the last one
		update(101*hour, false, 101*hour, 1) // somebody reacts
	})
}

// Lookups are bounded: by number, in time, and in calls at a time. The next list continues.
func TestLookupsAreBounded(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		changes int
		calls   []int // for each list
	}{
		"few":  {20, []int{20, 0}},
		"many": {400, []int{240, 160, 0}}, // eight a second, for thirty seconds
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				var a forge.Activity
				var log bytes.Buffer
				c := &comments{}
				updated := time.Now().Add(-time.Hour)
				for _, want := range test.calls {
					start := time.Now()
					a.Correct(t.Context(), olds(test.changes, updated), c.lookup(&log))
					// At the time limit, those that have begun are not complete.
					if got := c.took(); got < want || got > want+8 || time.Since(start) > 30*time.Second {
						t.Errorf("got %d calls in %s, want %d in at most 30s", got, time.Since(start), want)
					}
				}
				if c.most != 8 {
					t.Errorf("got %d calls at a time, want 8", c.most)
				}
				if got := strings.Count(log.String(), "own comments can't be read"); got != len(test.calls)-2 {
					t.Errorf("got %d warnings:\n%s", got, log.String())
				}
			})
		})
	}
}

// A list whose lookups fail keeps its times, the failure is logged once, and the calls are few.
func TestFailedLookups(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		err   error
		first int           // calls of the first list, at most
		pause time.Duration // until the next ones
	}{
		"login":      {generator.ErrUnauthorized, 10, time.Minute},
		"rate limit": {&forge.RateLimitError{Until: time.Date(2000, 1, 1, 0, 20, 0, 0, time.UTC)}, 8, 20 * time.Minute},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				var a forge.Activity
				var log bytes.Buffer
				c, start := &comments{writes: map[int64][2]time.Time{}, fault: func(int64) error { return fmt.Errorf("read: %w", test.err) }}, time.Now()
				updated := start.Add(-time.Hour)
				for n := range int64(100) {
					c.writes[n+1] = [2]time.Time{updated, updated.Add(-100 * time.Hour)}
				}
				correct := func(want time.Time, least, most int) {
					t.Helper()
					got := a.Correct(t.Context(), olds(100, updated), c.lookup(&log)).Changes[99].UpdatedAt
					if n := c.took(); !got.Equal(want) || n < least || n > most {
						t.Errorf("got %s after %d calls, want %s after %d to %d", got, n, want, least, most)
					}
				}
				correct(updated, 3, test.first)
				correct(updated, 0, 0)
				time.Sleep(test.pause - 10*time.Second)
				correct(updated, 0, 0)
				time.Sleep(20 * time.Second)
				correct(updated, 3, 10)
				c.fault = nil
				time.Sleep(2 * time.Hour)
				correct(updated.Add(-100*time.Hour), 100, 100)
				for _, line := range []string{"own comments can't be read", "own comments are read again"} {
					if got := strings.Count(log.String(), line); got != 1 {
						t.Errorf("got %q %d times, want once:\n%s", line, got, log.String())
					}
				}
			})
		})
	}
}

// One pull request whose lookups fail does not stop the others, and one that is gone is no
// failure.
func TestFailedLookupOfOne(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var a forge.Activity
		var log bytes.Buffer
		updated := time.Now().Add(-time.Hour)
		c := &comments{fault: func(number int64) error {
			switch number {
			case 1:
				return errors.New("too large")
			case 2:
				return generator.ErrNotFound
			}
			return nil
		}}
		for _, want := range []int{20, 1, 1} {
			a.Correct(t.Context(), olds(20, updated), c.lookup(&log))
			if got := c.took(); got != want {
				t.Errorf("got %d calls, want %d", got, want)
			}
		}
		if got := strings.Count(log.String(), "too large"); got != 1 {
			t.Errorf("got %d warnings, want 1:\n%s", got, log.String())
		}
	})
}

// Sets that share a repository look up each pull request once, and a set that stops waits for
// none.
func TestSetsShareLookups(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var a forge.Activity
		var sets sync.WaitGroup
		c, updated, start := &comments{}, time.Now().Add(-time.Hour), time.Now()
		for range 5 {
			sets.Go(func() { a.Correct(t.Context(), olds(16, updated), c.lookup(new(bytes.Buffer))) })
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second/2)
		defer cancel()
		a.Correct(ctx, olds(16, updated), c.lookup(new(bytes.Buffer)))
		if got := time.Since(start); got > time.Second/2 {
			t.Errorf("the set that stops took %s", got)
		}
		sets.Wait()
		if got := c.took(); got > 16+8 || time.Since(start) > 4*time.Second {
			t.Errorf("got %d calls in %s, want 16, and those of the set that stops", got, time.Since(start))
		}
	})
}
