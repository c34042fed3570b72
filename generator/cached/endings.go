package cached

import (
	"context"
	"fmt"
	"time"

	"golang.org/x/sync/singleflight"

	"github.com/previewset/previewset/generator"
)

// lookup has the arguments of Ending that matter. It is comparable.
type lookup struct {
	repositoryID string
	key          generator.Key
	createdAt    time.Time
}

type cachedEnding struct {
	ending    generator.Ending
	expiresAt time.Time
}

// clearEndings starts a new round, after a list or an invalidation. A caller therefore
// never gets an ending from before the list in which it did not find the change. The
// caller holds s.mu.
func (s *Source) clearEndings() {
	s.round++
	clear(s.endings)
}

// Ending implements generator.Source. It caches the result for a change that has ended
// until the next list, but not longer than the TTL. It does not cache errors, nor the
// results EndingOpen and EndingUnknown. If the context of a caller ends, Ending returns
// for that caller, and continues for the others.
func (s *Source) Ending(ctx context.Context, repositoryID string, recorded generator.Change) (generator.Ending, error) {
	if err := ctx.Err(); err != nil {
		return generator.EndingUnknown, err
	}
	ending, pending := s.startEnding(ctx, lookup{repositoryID, recorded.Key(), recorded.CreatedAt.UTC()})
	if pending == nil {
		return ending, nil
	}
	return await(ctx, pending, ending)
}

// startEnding returns a cached ending, or a channel for the result of a call that began
// in the current round.
func (s *Source) startEnding(ctx context.Context, l lookup) (generator.Ending, <-chan singleflight.Result) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now, round := s.now(), s.round
	if cached, ok := s.endings[l]; ok && now.Before(cached.expiresAt) {
		return cached.ending, nil
	}
	return generator.EndingUnknown, s.endingCalls.DoChan(fmt.Sprintf("%d %#v", round, l), func() (any, error) {
		return s.ending(context.WithoutCancel(ctx), l, round, now.Add(s.ttl))
	})
}

func (s *Source) ending(ctx context.Context, l lookup, round uint64, expiresAt time.Time) (generator.Ending, error) {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	recorded := l.key.Change()
	recorded.CreatedAt = l.createdAt
	ending, err := s.inner.Ending(ctx, l.repositoryID, recorded)
	s.mu.Lock()
	defer s.mu.Unlock()
	if err == nil && ending.Ended() && round == s.round {
		s.endings[l] = cachedEnding{ending: ending, expiresAt: expiresAt}
	}
	return ending, err
}
