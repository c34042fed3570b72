package service

import (
	"context"
	"log/slog"
	"time"

	"github.com/previewset/previewset/generator"
)

// notice finds warnings that no sync of a set has.
type notice struct {
	// topic is its name on the board.
	topic string
	// find returns the warnings by set. Another part of the service reports its failures.
	find func(ctx context.Context) (map[string][]generator.Warning, error)
	// logged are the warnings that were logged.
	logged *causes
}

// newNotices returns the notices of a new syncer.
func (s *syncer) newNotices() []notice {
	return []notice{
		{"entries", s.leftovers, &causes{
			log: s.log, level: slog.LevelWarn,
			begins: "a set that is not configured has entries", ends: "a set that is not configured no longer has entries",
		}},
		{"applicationsets", s.options, &causes{
			log: s.log, level: slog.LevelWarn, begins: beginOfWarning, ends: endOfWarning,
		}},
	}
}

// repeat looks for warnings at each poll: it logs the warnings, counts them, and puts them on the
// board. A failure keeps the warnings that were found before.
func (s *syncer) repeat(ctx context.Context, n notice) {
	for ctx.Err() == nil {
		if warnings, err := n.find(ctx); err == nil {
			s.board.Warn(n.topic, warnings)
			s.onWarnings(n.topic, warnings)
			n.logged.report(ctx, "", noticeCauses(warnings))
		}
		select {
		case <-ctx.Done():
		case <-time.After(time.Duration(s.parts.Config.Poll)):
		}
	}
}

func noticeCauses(warnings map[string][]generator.Warning) (all []cause) {
	for set, some := range warnings {
		for _, c := range warningCauses(set, some) {
			c.key = set + " " + c.key
			all = append(all, c)
		}
	}
	return all
}

// leftovers returns a warning for each set that is not configured and has entries.
func (s *syncer) leftovers(ctx context.Context) (map[string][]generator.Warning, error) {
	if s.parts.Repository == nil {
		return nil, nil
	}
	found, err := s.parts.Repository.Leftovers(ctx, s.parts.Overlays())
	warnings := make(map[string][]generator.Warning, len(found))
	for _, l := range found {
		warnings[l.Set] = []generator.Warning{l.Warning()}
	}
	return warnings, err
}
