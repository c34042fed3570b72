package cached_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/generator/cached"
)

// forge counts the calls of Ending.
type forge struct {
	source
	ending generator.Ending
	err    error
	delay  time.Duration

	mu    sync.Mutex
	calls int
}

func (f *forge) Ending(ctx context.Context, _ string, _ generator.Change) (generator.Ending, error) {
	f.mu.Lock()
	f.calls++
	f.mu.Unlock()
	select {
	case <-ctx.Done():
		return generator.EndingUnknown, ctx.Err()
	case <-time.After(f.delay):
	}
	return f.ending, f.err
}

var merged = generator.Key{Kind: generator.PullRequest, Number: 7}

func TestEndingIsCachedUntilNextList(t *testing.T) {
	down := errors.New("down")
	immediately := func(*cached.Source) {}
	for name, test := range map[string]struct {
		ending  generator.Ending
		err     error
		ttl     time.Duration
		between func(*cached.Source)
		calls   int
	}{
		"merged":           {ending: generator.EndingMerged, ttl: time.Minute, between: immediately, calls: 1},
		"closed":           {ending: generator.EndingClosed, ttl: time.Minute, between: immediately, calls: 1},
		"open":             {ending: generator.EndingOpen, ttl: time.Minute, between: immediately, calls: 2},
		"failed":           {ending: generator.EndingUnknown, err: down, ttl: time.Minute, between: immediately, calls: 2},
		"no TTL":           {ending: generator.EndingMerged, between: immediately, calls: 2},
		"after the TTL":    {ending: generator.EndingMerged, ttl: time.Minute, between: func(*cached.Source) { time.Sleep(time.Minute) }, calls: 2},
		"after an event":   {ending: generator.EndingMerged, ttl: time.Minute, between: (*cached.Source).Invalidate, calls: 2},
		"after a new list": {ending: generator.EndingMerged, ttl: time.Minute, between: func(s *cached.Source) { _, _ = s.List(context.Background(), pulls) }, calls: 2},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				inner := &forge{ending: test.ending, err: test.err}
				s := cached.New(inner, test.ttl, nil)
				for i := range 2 {
					if got, err := s.Ending(t.Context(), "", merged.Change()); got != test.ending || !errors.Is(err, test.err) {
						t.Errorf("got %s, %v; want %s, %v", got, err, test.ending, test.err)
					}
					if i == 0 {
						test.between(s)
					}
				}
				if inner.calls != test.calls {
					t.Errorf("got %d calls, want %d", inner.calls, test.calls)
				}
			})
		})
	}
}

// A caller whose context ends does not affect other callers, and calls for different
// changes are not joined.
func TestConcurrentCallersShareEnding(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		inner := &forge{ending: generator.EndingClosed, delay: time.Second}
		s := cached.New(inner, time.Minute, nil)
		var callers sync.WaitGroup
		callers.Go(func() {
			ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
			defer cancel()
			if got, err := s.Ending(ctx, "", merged.Change()); got != generator.EndingUnknown || !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("cancelled caller: got %s, %v; want %s, %v", got, err, generator.EndingUnknown, context.DeadlineExceeded)
			}
		})
		for range 100 {
			callers.Go(func() {
				if got, err := s.Ending(t.Context(), "", merged.Change()); got != generator.EndingClosed || err != nil {
					t.Errorf("got %s, %v, want %s", got, err, generator.EndingClosed)
				}
			})
		}
		callers.Wait()
		if inner.calls != 1 {
			t.Errorf("got %d calls, want 1", inner.calls)
		}
		if _, err := s.Ending(t.Context(), "", generator.Change{Kind: generator.PullRequest, Number: 8}); err != nil || inner.calls != 2 {
			t.Errorf("another change: got %d calls, %v, want 2", inner.calls, err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := s.Ending(ctx, "", merged.Change()); !errors.Is(err, context.Canceled) {
			t.Errorf("cancelled context: got %v, want %v", err, context.Canceled)
		}
	})
}
