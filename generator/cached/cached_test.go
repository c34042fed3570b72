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

// source returns change number n from its n-th List. It blocks until it can receive from
// block, unless block is nil.
type source struct {
	block chan struct{}
	err   error

	mu      sync.Mutex
	queries []generator.Query
}

func (s *source) List(ctx context.Context, q generator.Query) (generator.Listing, error) {
	s.mu.Lock()
	s.queries = append(s.queries, q)
	n := len(s.queries)
	s.mu.Unlock()
	if s.block != nil {
		select {
		case <-s.block:
		case <-ctx.Done():
		}
	}
	if err := ctx.Err(); err != nil {
		return generator.Listing{}, err
	}
	return generator.Listing{
		Changes:    []generator.Change{{Number: int64(n), Labels: []string{"preview"}}},
		Unreadable: []generator.Unreadable{{Field: "head.sha"}}, Refs: true,
	}, s.err
}

func (s *source) Ending(_ context.Context, _ string, c generator.Change) (generator.Ending, error) {
	k := c.Key()
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

// listNumber calls List and returns the number of the inner call that made the result.
func listNumber(t *testing.T, s *cached.Source, q generator.Query) int64 {
	t.Helper()
	listing, err := s.List(t.Context(), q)
	if err != nil || len(listing.Changes) != 1 || !listing.Refs {
		t.Fatalf("got %+v, %v, want one change", listing, err)
	}
	return listing.Changes[0].Number
}

func TestListIsCachedForTTL(t *testing.T) {
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	s := cached.New(&source{}, time.Minute, func() time.Time { return now })
	for _, step := range []struct {
		after time.Duration
		want  int64
	}{{0, 1}, {59 * time.Second, 1}, {time.Second, 2}, {0, 2}} {
		now = now.Add(step.after)
		if got := listNumber(t, s, pulls); got != step.want {
			t.Errorf("at %s: got list %d, want %d", now, got, step.want)
		}
	}
	if got := listNumber(t, s, generator.Query{Branches: true}); got != 3 {
		t.Errorf("another query: got list %d, want 3", got)
	}
	s.Invalidate()
	if got := listNumber(t, s, pulls); got != 4 {
		t.Errorf("after Invalidate: got list %d, want 4", got)
	}
}

func TestListIsNotCachedWithoutTTL(t *testing.T) {
	s := cached.New(&source{}, 0, nil)
	if a, b := listNumber(t, s, pulls), listNumber(t, s, pulls); a != 1 || b != 2 {
		t.Errorf("got lists %d and %d, want 1 and 2", a, b)
	}
}

func TestTTLCountsFromStartOfCall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		inner := &source{block: make(chan struct{})}
		s := cached.New(inner, time.Minute, nil)
		go func() {
			time.Sleep(61 * time.Second)
			close(inner.block)
		}()
		if a, b := listNumber(t, s, pulls), listNumber(t, s, pulls); a != 1 || b != 2 {
			t.Errorf("got lists %d and %d, want 1 and 2", a, b)
		}
	})
}

func TestConcurrentCallersShareList(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		inner := &source{block: make(chan struct{})}
		s := cached.New(inner, time.Minute, nil)
		var callers sync.WaitGroup
		for range 100 {
			callers.Go(func() {
				if got := listNumber(t, s, pulls); got != 1 {
					t.Errorf("got list %d, want 1", got)
				}
			})
		}
		synctest.Wait()
		close(inner.block)
		callers.Wait()
		if inner.lists() != 1 {
			t.Errorf("got %d lists, want 1", inner.lists())
		}
	})
}

func TestCancelledCallerDoesNotCancelOthers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		inner := &source{block: make(chan struct{})}
		s := cached.New(inner, time.Minute, nil)
		ctx, cancel := context.WithCancel(t.Context())
		cancelled := make(chan error)
		go func() {
			_, err := s.List(ctx, pulls)
			cancelled <- err
		}()
		synctest.Wait()
		other := make(chan int64)
		go func() { other <- listNumber(t, s, pulls) }()
		synctest.Wait()
		cancel()
		if err := <-cancelled; !errors.Is(err, context.Canceled) {
			t.Errorf("cancelled caller: got %v, want %v", err, context.Canceled)
		}
		close(inner.block)
		if got := <-other; got != 1 || inner.lists() != 1 {
			t.Errorf("other caller: got list %d of %d, want 1 of 1", got, inner.lists())
		}
	})
}

func TestListHasTimeout(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		inner := &source{block: make(chan struct{})} // never closed
		s := cached.New(inner, time.Minute, nil)
		if _, err := s.List(t.Context(), pulls); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v, want %v", err, context.DeadlineExceeded)
		}
	})
}

func TestListRefusesCancelledContext(t *testing.T) {
	inner := &source{}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := cached.New(inner, time.Minute, nil).List(ctx, pulls); !errors.Is(err, context.Canceled) || inner.lists() != 0 {
		t.Errorf("got %v and %d lists, want %v and none", err, inner.lists(), context.Canceled)
	}
}

func TestErrorsAreNotCached(t *testing.T) {
	inner := &source{err: generator.ErrRateLimited}
	s := cached.New(inner, time.Minute, nil)
	if _, err := s.List(t.Context(), pulls); !errors.Is(err, generator.ErrRateLimited) {
		t.Errorf("got %v, want %v", err, generator.ErrRateLimited)
	}
	inner.err = nil
	if got := listNumber(t, s, pulls); got != 2 {
		t.Errorf("got list %d, want 2", got)
	}
}

// A webhook can invalidate a list while it is read. Callers that already wait for that
// list get it. Later callers do not.
func TestInvalidateDuringList(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		inner := &source{block: make(chan struct{})}
		s := cached.New(inner, time.Minute, nil)
		before, after, joined := make(chan int64, 1), make(chan int64, 1), make(chan int64, 1)
		go func() { before <- listNumber(t, s, pulls) }()
		synctest.Wait()
		s.Invalidate()
		go func() { after <- listNumber(t, s, pulls) }()
		synctest.Wait()
		go func() { joined <- listNumber(t, s, pulls) }()
		synctest.Wait()
		inner.block <- struct{}{}
		inner.block <- struct{}{}
		if a, b, c := <-before, <-after, <-joined; a != 1 || b != 2 || c != 2 {
			t.Errorf("got lists %d, %d and %d; want 1, 2 and 2", a, b, c)
		}
		if got := listNumber(t, s, pulls); got != 2 || inner.lists() != 2 {
			t.Errorf("got cached list %d of %d, want 2 of 2", got, inner.lists())
		}
	})
}

// A list that began after the time is shared, whether it is cached or in progress.
func TestInvalidateUntilSharesNewerLists(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		inner := &source{}
		s := cached.New(inner, time.Hour, nil)
		for _, step := range []struct {
			name  string
			until time.Time
			wait  time.Duration
			want  int64
		}{
			{"nothing is cached", start, time.Minute, 1},
			{"the list is newer", start.Add(-1), time.Minute, 1},
			{"the list began at the time", start, 0, 2},
			{"the new list is newer", start.Add(2*time.Minute - 1), 0, 2},
			{"the list is older", start.Add(time.Hour), 0, 3},
		} {
			s.InvalidateUntil(step.until)
			if got := listNumber(t, s, pulls); got != step.want {
				t.Errorf("%s: got list %d, want %d", step.name, got, step.want)
			}
			time.Sleep(step.wait)
		}
		s.Invalidate()
		inner.block = make(chan struct{})
		go func() { _, _ = s.List(t.Context(), pulls) }()
		synctest.Wait()
		s.InvalidateUntil(time.Now().Add(-1))
		go close(inner.block)
		if got := listNumber(t, s, pulls); got != 4 {
			t.Errorf("in progress: got list %d, want 4", got)
		}
	})
}

func TestCallersGetCopies(t *testing.T) {
	s := cached.New(&source{}, time.Minute, nil)
	first, _ := s.List(t.Context(), pulls)
	first.Changes[0].Labels[0] = "modified"
	first.Changes[0].Number = 99
	first.Unreadable[0].Field = "modified"
	second, _ := s.List(t.Context(), pulls)
	if c := second.Changes[0]; c.Number != 1 || c.Labels[0] != "preview" || second.Unreadable[0].Field != "head.sha" {
		t.Errorf("got %+v, want the unmodified list", second)
	}
}

func TestEndingAndDescribeAreForwarded(t *testing.T) {
	s := cached.New(&source{}, time.Minute, nil)
	if got, err := s.Ending(t.Context(), "", generator.Change{Kind: generator.PullRequest, Number: 7}); got != generator.EndingMerged || err != nil {
		t.Errorf("merged change: got %s, %v, want %s", got, err, generator.EndingMerged)
	}
	if got, err := s.Ending(t.Context(), "", generator.Change{}); got != generator.EndingUnknown || err == nil {
		t.Errorf("unknown change: got %s, %v, want %s and an error", got, err, generator.EndingUnknown)
	}
	changes := []generator.Change{{Branch: "main"}}
	if got, err := s.Describe(t.Context(), changes); err != nil || got[0].Author != "" {
		t.Errorf("without a describer: got %+v, %v, want no author", got, err)
	}
	s = cached.New(&describer{}, time.Minute, nil)
	if got, err := s.Describe(t.Context(), changes); err != nil || got[0].Author != "Ada" {
		t.Errorf("with a describer: got %+v, %v, want the author", got, err)
	}
}
