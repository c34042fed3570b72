package cached

import (
	"context"
	"slices"
	"sync"
	"time"

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

	mu      sync.Mutex
	epoch   uint64 // counts invalidations
	running map[generator.Query]*call
	kept    map[generator.Query]kept
	endings *endings // asked for since the last list
}

var (
	_ generator.Source    = (*Source)(nil)
	_ generator.Describer = (*Source)(nil)
)

// call is a List under way. listing and err are there when done is closed.
type call struct {
	epoch   uint64
	done    chan struct{}
	listing generator.Listing
	err     error
}

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
	return &Source{
		inner: src, ttl: ttl, now: now,
		running: map[generator.Query]*call{}, kept: map[generator.Query]kept{}, endings: newEndings(),
	}
}

// Invalidate makes lists from before this moment worthless, also those that are
// under way: they may have been read before the event that is the reason.
// Callers that wait for one already still get it.
func (s *Source) Invalidate() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.epoch++
	clear(s.kept)
	s.endings = newEndings()
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
	select {
	case <-ctx.Done():
		return generator.Listing{}, ctx.Err()
	case <-running.done:
		return own(running.listing), running.err
	}
}

// begin returns a listing that is fresh, or the call to wait for.
func (s *Source) begin(ctx context.Context, q generator.Query) (generator.Listing, *call) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.now()
	if k, ok := s.kept[q]; ok && now.Before(k.until) {
		return k.listing, nil
	}
	if c := s.running[q]; c != nil && c.epoch == s.epoch {
		return generator.Listing{}, c
	}
	c := &call{epoch: s.epoch, done: make(chan struct{})}
	s.running[q] = c
	go s.list(context.WithoutCancel(ctx), q, c, now.Add(s.ttl))
	return generator.Listing{}, c
}

func (s *Source) list(ctx context.Context, q generator.Query, c *call, until time.Time) {
	ctx, cancel := context.WithTimeout(ctx, maxList)
	defer cancel()
	defer close(c.done)
	c.listing, c.err = s.inner.List(ctx, q)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.endings = newEndings()
	if s.running[q] == c {
		delete(s.running, q)
	}
	if c.err == nil && c.epoch == s.epoch && s.ttl > 0 {
		s.kept[q] = kept{listing: c.listing, until: until}
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
