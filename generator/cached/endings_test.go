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

// forge counts how often it is asked what became of a change.
type forge struct {
	source
	is   generator.Ending
	err  error
	slow time.Duration

	mu    sync.Mutex
	asked int
}

func (f *forge) Ending(ctx context.Context, _ generator.Key) (generator.Ending, error) {
	f.mu.Lock()
	f.asked++
	f.mu.Unlock()
	select {
	case <-ctx.Done():
		return generator.EndingUnknown, ctx.Err()
	case <-time.After(f.slow):
	}
	return f.is, f.err
}

var merged = generator.Key{Kind: generator.PullRequest, Number: 7}

func TestEndingIsShared(t *testing.T) {
	down := errors.New("down")
	again := func(*cached.Source) {}
	for name, test := range map[string]struct {
		is      generator.Ending
		err     error
		ttl     time.Duration
		between func(*cached.Source)
		asked   int
	}{
		"ended":            {is: generator.EndingMerged, ttl: time.Minute, between: again, asked: 1},
		"closed":           {is: generator.EndingClosed, ttl: time.Minute, between: again, asked: 1},
		"open":             {is: generator.EndingOpen, ttl: time.Minute, between: again, asked: 2},
		"failed":           {is: generator.EndingUnknown, err: down, ttl: time.Minute, between: again, asked: 2},
		"nothing is kept":  {is: generator.EndingMerged, between: again, asked: 2},
		"too old":          {is: generator.EndingMerged, ttl: time.Minute, between: func(*cached.Source) { time.Sleep(time.Minute) }, asked: 2},
		"after an event":   {is: generator.EndingMerged, ttl: time.Minute, between: (*cached.Source).Invalidate, asked: 2},
		"after a new list": {is: generator.EndingMerged, ttl: time.Minute, between: func(s *cached.Source) { _, _ = s.List(context.Background(), pulls) }, asked: 2},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				inner := &forge{is: test.is, err: test.err}
				s := cached.New(inner, test.ttl, nil)
				for i := range 2 {
					if got, err := s.Ending(t.Context(), merged); got != test.is || !errors.Is(err, test.err) {
						t.Errorf("%s, %v", got, err)
					}
					if i == 0 {
						test.between(s)
					}
				}
				if inner.asked != test.asked {
					t.Errorf("asked %d times, want %d", inner.asked, test.asked)
				}
			})
		})
	}
}

// One that leaves does not take the answer from the others, and one change is
// not taken for another.
func TestEndingIsJoined(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		inner := &forge{is: generator.EndingClosed, slow: time.Second}
		s := cached.New(inner, time.Minute, nil)
		var callers sync.WaitGroup
		callers.Go(func() {
			ctx, leave := context.WithTimeout(t.Context(), time.Millisecond)
			defer leave()
			if got, err := s.Ending(ctx, merged); got != generator.EndingUnknown || !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("who leaves gets %s, %v", got, err)
			}
		})
		for range 100 {
			callers.Go(func() {
				if got, err := s.Ending(t.Context(), merged); got != generator.EndingClosed || err != nil {
					t.Errorf("%s, %v", got, err)
				}
			})
		}
		callers.Wait()
		if inner.asked != 1 {
			t.Errorf("asked %d times", inner.asked)
		}
		if _, err := s.Ending(t.Context(), generator.Key{Kind: generator.PullRequest, Number: 8}); err != nil || inner.asked != 2 {
			t.Errorf("another change: asked %d times, %v", inner.asked, err)
		}
		left, leave := context.WithCancel(t.Context())
		leave()
		if _, err := s.Ending(left, merged); !errors.Is(err, context.Canceled) {
			t.Errorf("cancelled before: %v", err)
		}
	})
}
