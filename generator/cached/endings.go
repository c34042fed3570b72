package cached

import (
	"context"
	"fmt"
	"time"

	"golang.org/x/sync/singleflight"

	"github.com/previewset/previewset/generator"
)

// ended is what became of a change that was not on the last list.
type ended struct {
	is    generator.Ending
	until time.Time
}

// forgetEndings begins a round: each caller gets an ending that was asked for
// after the list that it misses the change on. The caller holds s.mu.
func (s *Source) forgetEndings() {
	s.round++
	clear(s.ended)
}

// Ending implements generator.Source. One that has ended is asked for once
// between two lists, for as long as a list is kept; a caller whose context ends
// leaves. What is open, unknown or failed is asked for again.
func (s *Source) Ending(ctx context.Context, k generator.Key) (generator.Ending, error) {
	if err := ctx.Err(); err != nil {
		return generator.EndingUnknown, err
	}
	is, running := s.beginEnding(ctx, k)
	if running == nil {
		return is, nil
	}
	return await(ctx, running, is)
}

// beginEnding returns an ending of this round, or the call to wait for.
func (s *Source) beginEnding(ctx context.Context, k generator.Key) (generator.Ending, <-chan singleflight.Result) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now, round := s.now(), s.round
	if e, ok := s.ended[k]; ok && now.Before(e.until) {
		return e.is, nil
	}
	return generator.EndingUnknown, s.endings.DoChan(fmt.Sprintf("%d %#v", round, k), func() (any, error) {
		return s.ending(context.WithoutCancel(ctx), k, round, now.Add(s.ttl))
	})
}

func (s *Source) ending(ctx context.Context, k generator.Key, round uint64, until time.Time) (generator.Ending, error) {
	ctx, cancel := context.WithTimeout(ctx, maxList)
	defer cancel()
	is, err := s.inner.Ending(ctx, k)
	s.mu.Lock()
	defer s.mu.Unlock()
	if err == nil && is.Ended() && round == s.round {
		s.ended[k] = ended{is: is, until: until}
	}
	return is, err
}
