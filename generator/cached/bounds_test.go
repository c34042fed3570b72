package cached_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/generator/cached"
	"github.com/previewset/previewset/test/vary"
)

// hanging is a source that answers when its context ends.
type hanging struct{}

func (hanging) List(ctx context.Context, _ generator.Query) (generator.Listing, error) {
	<-ctx.Done()
	return generator.Listing{}, ctx.Err()
}

func (hanging) Ending(ctx context.Context, _ string, _ generator.Change) (generator.Ending, error) {
	<-ctx.Done()
	return generator.EndingUnknown, ctx.Err()
}

// A call of the inner source takes two minutes at most.
func TestCallsEndAfterTwoMinutes(t *testing.T) {
	t.Parallel()
	for name, call := range map[string]func(context.Context, *cached.Source) error{
		"list": func(ctx context.Context, s *cached.Source) error { _, err := s.List(ctx, pulls); return err },
		"ending": func(ctx context.Context, s *cached.Source) error {
			_, err := s.Ending(ctx, "", generator.Change{Kind: generator.PullRequest, Number: 1})
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s, start := cached.New(hanging{}, time.Hour, nil), time.Now()
				if err := call(t.Context(), s); !errors.Is(err, context.DeadlineExceeded) || time.Since(start) != 2*time.Minute {
					t.Errorf("got %v after %s, want %v after 2m", err, time.Since(start), context.DeadlineExceeded)
				}
				ctx, cancel := context.WithTimeout(t.Context(), time.Second)
				defer cancel()
				start = time.Now()
				if err := call(ctx, s); !errors.Is(err, context.DeadlineExceeded) || time.Since(start) != time.Second {
					t.Errorf("got %v after %s, want %v after 1s", err, time.Since(start), context.DeadlineExceeded)
				}
				time.Sleep(2 * time.Minute) // the inner call ends
			})
		})
	}
}

// keyed is a source whose results depend on what it is asked for.
type keyed struct{ lists, endings int }

func (k *keyed) List(context.Context, generator.Query) (generator.Listing, error) {
	k.lists++
	return generator.Listing{}, nil
}

func (k *keyed) Ending(context.Context, string, generator.Change) (generator.Ending, error) {
	k.endings++
	return generator.EndingMerged, nil
}

// A result is cached until its TTL ends, for exactly one query or one change.
func TestCacheComparesEachField(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	inner := &keyed{}
	s := cached.New(inner, time.Minute, func() time.Time { return now })
	list := func(q generator.Query, want int) {
		t.Helper()
		if _, err := s.List(t.Context(), q); err != nil || inner.lists != want {
			t.Errorf("%+v: got %v and %d lists, want %d", q, err, inner.lists, want)
		}
	}
	type call struct {
		repositoryID   string
		number         int64
		createdSeconds int64
	}
	ending := func(k call, want int) {
		t.Helper()
		c := generator.Change{Kind: generator.PullRequest, Number: k.number, CreatedAt: time.Unix(k.createdSeconds, 0)}
		if got, err := s.Ending(t.Context(), k.repositoryID, c); err != nil || got != generator.EndingMerged || inner.endings != want {
			t.Errorf("%+v: got %v, %v and %d lookups, want %d", k, got, err, inner.endings, want)
		}
	}
	query, n := generator.Query{}, 1
	list(query, n)
	for _, other := range vary.Fields(query) {
		n++
		list(other, n)
		list(other, n)
	}
	list(query, n)
	key, m := call{"1", 1, 1}, 1
	ending(key, m)
	for _, other := range []call{{"2", 1, 1}, {"1", 2, 1}, {"1", 1, 2}} {
		m++
		ending(other, m)
		ending(other, m)
	}
	ending(key, m)
	now = now.Add(time.Minute - 1)
	ending(key, m)
	list(query, n)
	now = now.Add(1)
	ending(key, m+1)
	list(query, n+1)
	ending(key, m+2) // the list may know more
}
