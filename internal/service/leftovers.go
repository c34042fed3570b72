package service

import (
	"context"
	"log/slog"
	"time"

	"github.com/previewset/previewset/generator"
)

// reportLeftovers logs the sets that are not configured and have entries, counts them, and
// puts warnings about them on the board, at each poll.
func (s *syncer) reportLeftovers(ctx context.Context) {
	for ctx.Err() == nil {
		warnings, err := s.leftovers(ctx)
		if err == nil {
			s.board.Leftovers(warnings)
			s.onLeftovers(warnings)
			s.logged.report(ctx, "", leftoverCauses(warnings))
		}
		if s.parts.Repository == nil {
			return
		}
		select {
		case <-ctx.Done():
		case <-time.After(time.Duration(s.parts.Config.Poll)):
		}
	}
}

func leftoverLog(log *slog.Logger) *causes {
	return &causes{
		log: log, level: slog.LevelWarn,
		begins: "a set that is not configured has entries", ends: "a set that is not configured no longer has entries",
	}
}

// leftovers returns a warning for each set that is not configured and has entries.
func (s *syncer) leftovers(ctx context.Context) (map[string]generator.Warning, error) {
	if s.parts.Repository == nil {
		return nil, nil
	}
	found, err := s.parts.Repository.Leftovers(ctx, s.parts.Overlays())
	warnings := make(map[string]generator.Warning, len(found))
	for _, l := range found {
		warnings[l.Set] = l.Warning()
	}
	return warnings, err
}

func leftoverCauses(warnings map[string]generator.Warning) (all []cause) {
	for set, w := range warnings {
		all = append(all, cause{key: set, text: w.Message, attributes: []any{"set", set, "subject", w.Subject, "warning", w.Message}})
	}
	return all
}
