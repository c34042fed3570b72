package cached

import (
	"context"
	"sync"
	"time"

	"github.com/previewset/previewset/generator"
)

// endings are what became of changes that were not on the last list. Those
// from before it are of no use: each caller gets one that was asked for after
// the list that it misses the change on.
type endings struct {
	mu    sync.Mutex
	asked map[generator.Key]*ending
}

// ending is what became of a change. It is there when done is closed.
type ending struct {
	done  chan struct{}
	until time.Time
	is    generator.Ending
	err   error
}

func newEndings() *endings {
	return &endings{asked: map[generator.Key]*ending{}}
}

// Ending implements generator.Source. One that has ended is asked for once
// between two lists, for as long as a list is kept; a caller whose context ends
// leaves. What is open, unknown or failed is asked for again.
func (s *Source) Ending(ctx context.Context, k generator.Key) (generator.Ending, error) {
	if err := ctx.Err(); err != nil {
		return generator.Unknown, err
	}
	now := s.now()
	s.mu.Lock()
	from := s.endings
	s.mu.Unlock()
	e, first := from.find(k, now, now.Add(s.ttl))
	if first {
		go s.ask(context.WithoutCancel(ctx), k, from, e)
	}
	select {
	case <-ctx.Done():
		return generator.Unknown, ctx.Err()
	case <-e.done:
		return e.is, e.err
	}
}

// find returns the ending to wait for, and whether it is the caller's to ask for.
func (e *endings) find(k generator.Key, now, until time.Time) (found *ending, first bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if found := e.asked[k]; found != nil && now.Before(found.until) {
		return found, false
	}
	e.asked[k] = &ending{done: make(chan struct{}), until: until}
	return e.asked[k], true
}

func (s *Source) ask(ctx context.Context, k generator.Key, of *endings, e *ending) {
	ctx, cancel := context.WithTimeout(ctx, maxList)
	defer cancel()
	defer close(e.done)
	e.is, e.err = s.inner.Ending(ctx, k)
	if e.err != nil || !e.is.Ended() {
		of.mu.Lock()
		defer of.mu.Unlock()
		if of.asked[k] == e {
			delete(of.asked, k)
		}
	}
}
