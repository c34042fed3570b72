package service

import (
	"context"
	"time"
)

// reportLeftovers logs the sets that are not configured and have entries. If it can't
// read the repository, it tries again at the next poll.
func (s *syncer) reportLeftovers(ctx context.Context) {
	for s.parts.Repository != nil && ctx.Err() == nil {
		found, err := s.parts.Repository.Leftovers(ctx, s.parts.Overlays())
		for _, l := range found {
			w := l.Warning()
			s.log.WarnContext(ctx, "a set that is not configured has entries", "set", l.Set, "subject", w.Subject, "warning", w.Message)
		}
		if err == nil {
			return
		}
		select {
		case <-ctx.Done():
		case <-time.After(time.Duration(s.parts.Config.Poll)):
		}
	}
}
