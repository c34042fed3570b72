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

// maxList is how long one List of the inner source may take. It runs without
// its callers' contexts, so it has a bound of its own.
const maxList = 2 * time.Minute

// Source is a decorated source. It is safe for concurrent use.
type Source struct {
	inner generator.Source
	ttl   time.Duration
	now   func() time.Time

	lists, endings singleflight.Group

	mu    sync.Mutex
	epoch uint64 // counts invalidations
	kept  map[generator.Query]kept
	round uint64 // counts invalidations and lists
	ended map[generator.Key]ended
}

var (
	_ generator.Source    = (*Source)(nil)
	_ generator.Describer = (*Source)(nil)
)

type kept struct {
	listing generator.Listing
	until   time.Time
}

// New returns src with its lists kept for ttl, counted from when they were
// asked for. A ttl of 0 keeps nothing and still joins calls. now is the clock;
// nil is time.Now.
func New(src generator.Source, ttl time.Duration, now func() time.Time) *Source {
	if now == nil {
		now = time.Now
	}
	return &Source{inner: src, ttl: ttl, now: now, kept: map[generator.Query]kept{}, ended: map[generator.Key]ended{}}
}

// Invalidate makes lists from before this moment worthless, also those that are
// under way: they may have been read before the event that is the reason.
// Callers that wait for one already still get it.
func (s *Source) Invalidate() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.epoch++
	clear(s.kept)
	s.forgetEndings()
}

// List implements generator.Source. A caller whose context ends leaves; the
// list goes on for the others. The changes are the caller's own.
func (s *Source) List(ctx context.Context, q generator.Query) (generator.Listing, error) {
	if err := ctx.Err(); err != nil {
		return generator.Listing{}, err
	}
	listing, running := s.begin(ctx, q)
	if running == nil {
		return own(listing), nil
	}
	listing, err := await(ctx, running, listing)
	return own(listing), err
}

// begin returns a listing that is fresh, or the call to wait for: one that began
// in this epoch.
func (s *Source) begin(ctx context.Context, q generator.Query) (generator.Listing, <-chan singleflight.Result) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now, epoch := s.now(), s.epoch
	if k, ok := s.kept[q]; ok && now.Before(k.until) {
		return k.listing, nil
	}
	return generator.Listing{}, s.lists.DoChan(fmt.Sprintf("%d %#v", epoch, q), func() (any, error) {
		return s.list(context.WithoutCancel(ctx), q, epoch, now.Add(s.ttl))
	})
}

func (s *Source) list(ctx context.Context, q generator.Query, epoch uint64, until time.Time) (generator.Listing, error) {
	ctx, cancel := context.WithTimeout(ctx, maxList)
	defer cancel()
	listing, err := s.inner.List(ctx, q)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.forgetEndings()
	if err == nil && epoch == s.epoch && s.ttl > 0 {
		s.kept[q] = kept{listing: listing, until: until}
	}
	return listing, err
}

// await returns what a call answers, or none and the error of ctx if that ends
// before.
func await[T any](ctx context.Context, running <-chan singleflight.Result, none T) (T, error) {
	select {
	case <-ctx.Done():
		return none, ctx.Err()
	case result := <-running:
		return result.Val.(T), result.Err
	}
}

// own returns a copy that shares nothing that can be written to.
func own(l generator.Listing) generator.Listing {
	l.Changes = slices.Clone(l.Changes)
	for i := range l.Changes {
		l.Changes[i].Labels = slices.Clone(l.Changes[i].Labels)
	}
	return l
}

// Describe implements generator.Describer: the inner source's own, or nothing
// where it has none.
func (s *Source) Describe(ctx context.Context, changes []generator.Change) ([]generator.Change, error) {
	if inner, ok := s.inner.(generator.Describer); ok {
		return inner.Describe(ctx, changes)
	}
	return changes, nil
}
