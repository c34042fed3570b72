package cached_test

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/generator/cached"
)

// source answers its n-th List with n's commit when it is let go, at once where
// hold is nil.
type source struct {
	hold chan struct{}
	err  error

	mu      sync.Mutex
	queries []generator.Query
	ended   error // of the context of the last list
}

func (s *source) List(ctx context.Context, q generator.Query) (generator.Listing, error) {
	s.mu.Lock()
	s.queries = append(s.queries, q)
	n := len(s.queries)
	s.mu.Unlock()
	if s.hold != nil {
		select {
		case <-s.hold:
		case <-ctx.Done():
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ended = ctx.Err()
	if err := ctx.Err(); err != nil {
		return generator.Listing{}, err
	}
	return generator.Listing{Changes: []generator.Change{{Number: int64(n), Labels: []string{"preview"}}}, Refs: true}, s.err
}

func (s *source) Ending(_ context.Context, k generator.Key) (generator.Ending, error) {
	if k.Number == 7 {
		return generator.EndingMerged, nil
	}
	return generator.EndingUnknown, errors.New("no such change")
}

func (s *source) lists() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.queries)
}

type describer struct{ source }

func (d *describer) Describe(_ context.Context, changes []generator.Change) ([]generator.Change, error) {
	changes = slices.Clone(changes)
	changes[0].Author = "Ada"
	return changes, nil
}

var pulls = generator.Query{PullRequests: true}

// numberOf lists and returns which of the inner lists the answer is of.
func numberOf(t *testing.T, s *cached.Source, q generator.Query) int64 {
	t.Helper()
	listing, err := s.List(t.Context(), q)
	if err != nil || len(listing.Changes) != 1 || !listing.Refs {
		t.Fatalf("list: %+v, %v", listing, err)
	}
	return listing.Changes[0].Number
}

func TestTTL(t *testing.T) {
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	s := cached.New(&source{}, time.Minute, func() time.Time { return now })
	for _, step := range []struct {
		after time.Duration
		want  int64
	}{{0, 1}, {59 * time.Second, 1}, {time.Second, 2}, {0, 2}} {
		now = now.Add(step.after)
		if got := numberOf(t, s, pulls); got != step.want {
			t.Errorf("at %s: list %d, want %d", now, got, step.want)
		}
	}
	if got := numberOf(t, s, generator.Query{Branches: true}); got != 3 {
		t.Errorf("another query: list %d", got)
	}
	s.Invalidate()
	if got := numberOf(t, s, pulls); got != 4 {
		t.Errorf("after Invalidate: list %d", got)
	}
}

func TestNoTTL(t *testing.T) {
	s := cached.New(&source{}, 0, nil)
	if a, b := numberOf(t, s, pulls), numberOf(t, s, pulls); a != 1 || b != 2 {
		t.Errorf("lists %d and %d", a, b)
	}
}

// TestSlowList shows that the time counts from when the list was asked for.
func TestSlowList(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		inner := &source{hold: make(chan struct{})}
		s := cached.New(inner, time.Minute, nil)
		go func() {
			time.Sleep(61 * time.Second)
			close(inner.hold)
		}()
		if a, b := numberOf(t, s, pulls), numberOf(t, s, pulls); a != 1 || b != 2 {
			t.Errorf("lists %d and %d", a, b)
		}
	})
}

func TestHundredCallers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		inner := &source{hold: make(chan struct{})}
		s := cached.New(inner, time.Minute, nil)
		var callers sync.WaitGroup
		for range 100 {
			callers.Go(func() {
				if got := numberOf(t, s, pulls); got != 1 {
					t.Errorf("list %d", got)
				}
			})
		}
		synctest.Wait()
		close(inner.hold)
		callers.Wait()
		if inner.lists() != 1 {
			t.Errorf("%d lists", inner.lists())
		}
	})
}

func TestOneCallerLeaves(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		inner := &source{hold: make(chan struct{})}
		s := cached.New(inner, time.Minute, nil)
		ctx, cancel := context.WithCancel(t.Context())
		left := make(chan error)
		go func() {
			_, err := s.List(ctx, pulls)
			left <- err
		}()
		synctest.Wait()
		stayed := make(chan int64)
		go func() { stayed <- numberOf(t, s, pulls) }()
		synctest.Wait()
		cancel()
		if err := <-left; !errors.Is(err, context.Canceled) {
			t.Errorf("who left got %v", err)
		}
		close(inner.hold)
		if got := <-stayed; got != 1 || inner.lists() != 1 {
			t.Errorf("who stayed got list %d of %d", got, inner.lists())
		}
	})
}

func TestBoundOfItsOwn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		inner := &source{hold: make(chan struct{})} // for ever
		s := cached.New(inner, time.Minute, nil)
		if _, err := s.List(t.Context(), pulls); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("a list without end: %v", err)
		}
	})
}

func TestEndedContext(t *testing.T) {
	inner := &source{}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := cached.New(inner, time.Minute, nil).List(ctx, pulls); !errors.Is(err, context.Canceled) || inner.lists() != 0 {
		t.Errorf("%v, %d lists", err, inner.lists())
	}
}

func TestErrorsAreNotKept(t *testing.T) {
	inner := &source{err: generator.ErrRateLimited}
	s := cached.New(inner, time.Minute, nil)
	if _, err := s.List(t.Context(), pulls); !errors.Is(err, generator.ErrRateLimited) {
		t.Errorf("error %v", err)
	}
	inner.err = nil
	if got := numberOf(t, s, pulls); got != 2 {
		t.Errorf("list %d", got)
	}
}

// TestInvalidateWhileListing is the race of a webhook with a list: what was
// begun before the event is good for those who wait for it, and for no others.
func TestInvalidateWhileListing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		inner := &source{hold: make(chan struct{})}
		s := cached.New(inner, time.Minute, nil)
		before, after, joined := make(chan int64, 1), make(chan int64, 1), make(chan int64, 1)
		go func() { before <- numberOf(t, s, pulls) }()
		synctest.Wait()
		s.Invalidate()
		go func() { after <- numberOf(t, s, pulls) }()
		synctest.Wait()
		go func() { joined <- numberOf(t, s, pulls) }()
		synctest.Wait()
		inner.hold <- struct{}{}
		inner.hold <- struct{}{}
		if a, b, c := <-before, <-after, <-joined; a != 1 || b != 2 || c != 2 {
			t.Errorf("lists %d, %d and %d; want 1, 2 and 2", a, b, c)
		}
		if got := numberOf(t, s, pulls); got != 2 || inner.lists() != 2 {
			t.Errorf("kept list %d of %d, want 2 of 2", got, inner.lists())
		}
	})
}

// TestNothingShared writes to one caller's answer and looks at another's.
func TestNothingShared(t *testing.T) {
	s := cached.New(&source{}, time.Minute, nil)
	first, _ := s.List(t.Context(), pulls)
	first.Changes[0].Labels[0] = "written"
	first.Changes[0].Number = 99
	second, _ := s.List(t.Context(), pulls)
	if c := second.Changes[0]; c.Number != 1 || c.Labels[0] != "preview" {
		t.Errorf("shared: %+v", c)
	}
}

func TestForwards(t *testing.T) {
	s := cached.New(&source{}, time.Minute, nil)
	if got, err := s.Ending(t.Context(), generator.Key{Number: 7}); got != generator.EndingMerged || err != nil {
		t.Errorf("ending %s, %v", got, err)
	}
	if got, err := s.Ending(t.Context(), generator.Key{}); got != generator.EndingUnknown || err == nil {
		t.Errorf("ending %s, %v", got, err)
	}
	changes := []generator.Change{{Branch: "main"}}
	if got, err := s.Describe(t.Context(), changes); err != nil || got[0].Author != "" {
		t.Errorf("without a describer: %+v, %v", got, err)
	}
	s = cached.New(&describer{}, time.Minute, nil)
	if got, err := s.Describe(t.Context(), changes); err != nil || got[0].Author != "Ada" {
		t.Errorf("with one: %+v, %v", got, err)
	}
}
