package cached

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"golang.org/x/sync/singleflight"

	"github.com/previewset/previewset/generator"
)

// callTimeout bounds the duration of one call of the inner source. The call does not end
// with the contexts of its callers, so it needs its own bound.
const callTimeout = 2 * time.Minute

// Source is a source with a cache. It is safe for concurrent use.
type Source struct {
	inner generator.Source
	ttl   time.Duration
	now   func() time.Time

	listCalls, endingCalls singleflight.Group

	mu       sync.Mutex
	epoch    uint64    // number of invalidations
	begun    time.Time // time of the first list in this epoch; zero for none
	listings map[generator.Query]cachedListing
	round    uint64 // number of invalidations and lists
	endings  map[lookup]cachedEnding
}

var (
	_ generator.Source       = (*Source)(nil)
	_ generator.Describer    = (*Source)(nil)
	_ generator.Prover       = (*Source)(nil)
	_ generator.LabelHistory = (*Source)(nil)
	_ generator.RightsReader = (*Source)(nil)
)

type cachedListing struct {
	listing   generator.Listing
	expiresAt time.Time
}

// New returns src with a cache. The TTL of a result counts from the start of its call. A
// ttl of 0 caches nothing, but concurrent calls are still joined. now is the clock; nil
// means time.Now.
func New(src generator.Source, ttl time.Duration, now func() time.Time) *Source {
	if now == nil {
		now = time.Now
	}
	return &Source{inner: src, ttl: ttl, now: now, listings: map[generator.Query]cachedListing{}, endings: map[lookup]cachedEnding{}}
}

// Invalidate drops all cached results. Calls that are in progress are not cached either,
// because they may have read the source before the event that led to the invalidation.
// Callers that already wait for such a call still get its result.
func (s *Source) Invalidate() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.invalidate()
}

// InvalidateUntil drops all cached results, unless every list that is cached or in
// progress began after t. Callers who need a list that is newer than t share one list.
func (s *Source) InvalidateUntil(t time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.begun.After(t) {
		s.invalidate()
	}
}

func (s *Source) invalidate() {
	s.epoch++
	s.begun = time.Time{}
	clear(s.listings)
	s.clearEndings()
}

// List implements generator.Source. If the context of a caller ends, List returns for
// that caller, and continues for the others. The caller may modify the result.
func (s *Source) List(ctx context.Context, q generator.Query) (generator.Listing, error) {
	if err := ctx.Err(); err != nil {
		return generator.Listing{}, err
	}
	listing, pending := s.startList(ctx, q)
	var err error
	if pending != nil {
		listing, err = await(ctx, pending, listing)
	}
	return copyOf(listing), err
}

// startList returns a cached listing, or a channel for the result of a call that began
// in the current epoch.
func (s *Source) startList(ctx context.Context, q generator.Query) (generator.Listing, <-chan singleflight.Result) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now, epoch := s.now(), s.epoch
	if cached, ok := s.listings[q]; ok && now.Before(cached.expiresAt) {
		return cached.listing, nil
	}
	if s.begun.IsZero() {
		s.begun = now
	}
	return generator.Listing{}, s.listCalls.DoChan(fmt.Sprintf("%d %#v", epoch, q), func() (any, error) {
		return s.list(context.WithoutCancel(ctx), q, epoch, now.Add(s.ttl))
	})
}

func (s *Source) list(ctx context.Context, q generator.Query, epoch uint64, expiresAt time.Time) (generator.Listing, error) {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	listing, err := s.inner.List(ctx, q)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.clearEndings()
	if err == nil && epoch == s.epoch && s.ttl > 0 {
		s.listings[q] = cachedListing{listing: listing, expiresAt: expiresAt}
	}
	return listing, err
}

// await returns the result of a call. If ctx ends first, it returns zero and the error
// of ctx.
func await[T any](ctx context.Context, pending <-chan singleflight.Result, zero T) (T, error) {
	select {
	case <-ctx.Done():
		return zero, ctx.Err()
	case result := <-pending:
		return result.Val.(T), result.Err
	}
}

// copyOf returns a copy of l that shares no modifiable memory with it.
func copyOf(l generator.Listing) generator.Listing {
	l.Changes, l.Unreadable = slices.Clone(l.Changes), slices.Clone(l.Unreadable)
	for i := range l.Changes {
		l.Changes[i].Labels = slices.Clone(l.Changes[i].Labels)
	}
	return l
}

// Describe implements generator.Describer. It returns changes unmodified if the inner
// source is not a Describer.
func (s *Source) Describe(ctx context.Context, changes []generator.Change) ([]generator.Change, error) {
	if inner, ok := s.inner.(generator.Describer); ok {
		return inner.Describe(ctx, changes)
	}
	return changes, nil
}

// Proves implements generator.Prover. It returns false if the inner source is not a
// Prover.
func (s *Source) Proves(ctx context.Context, repositoryID string, recorded generator.Change) (bool, error) {
	if inner, ok := s.inner.(generator.Prover); ok {
		return inner.Proves(ctx, repositoryID, recorded)
	}
	return false, nil
}

// LabelHead implements generator.LabelHistory. It returns "" if the inner source is not a
// LabelHistory.
func (s *Source) LabelHead(ctx context.Context, repositoryID string, k generator.Key, label string) (string, error) {
	if inner, ok := s.inner.(generator.LabelHistory); ok {
		return inner.LabelHead(ctx, repositoryID, k, label)
	}
	return "", nil
}

// Rights implements generator.RightsReader. The rights are not known if the inner source is
// not a RightsReader.
func (s *Source) Rights(ctx context.Context, q generator.Query) (generator.Rights, error) {
	if inner, ok := s.inner.(generator.RightsReader); ok {
		return inner.Rights(ctx, q)
	}
	return generator.Rights{}, nil
}
