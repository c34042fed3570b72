package service

import (
	"context"
	"log/slog"
	"slices"
	"sync"
	"time"

	"github.com/previewset/previewset/generator"
)

// syncLog logs the result or the error of a sync, and each overlay that can't be
// written. It logs a warning of the outcome when it begins and when it ends.
type syncLog struct {
	log *slog.Logger

	mu       sync.Mutex
	warnings map[string][]generator.Warning // of the last outcome, by set
}

func newSyncLog(log *slog.Logger) *syncLog {
	return &syncLog{log: log, warnings: map[string][]generator.Warning{}}
}

func (l *syncLog) observe(ctx context.Context, o outcome) {
	if o.err != nil {
		l.log.ErrorContext(ctx, "sync failed: the last snapshot stays in use", "set", o.set, "error", o.err)
		return
	}
	for _, f := range o.result.Plan.Failures {
		l.log.WarnContext(ctx, "an overlay can't be written: its entry is unchanged", "set", o.set, "id", f.ID, "error", f.Err)
	}
	l.logWarnings(ctx, o.set, o.result.Warnings)
	snapshot := o.result.Snapshot
	level := slog.LevelDebug
	if o.previous == nil || o.result.Commit != "" || len(o.previous.Previews) != len(snapshot.Previews) {
		level = slog.LevelInfo
	}
	l.log.Log(ctx, level, "synced", "set", o.set, "previews", len(snapshot.Previews),
		"dropped", len(snapshot.Dropped), "held", len(o.result.Held), "commit", o.result.Commit, "took", o.took.Round(time.Millisecond))
}

func (l *syncLog) logWarnings(ctx context.Context, set string, now []generator.Warning) {
	l.mu.Lock()
	before := l.warnings[set]
	l.warnings[set] = now
	l.mu.Unlock()
	for _, w := range now {
		if !slices.Contains(before, w) {
			l.log.WarnContext(ctx, "a warning applies to the set", "set", set, "subject", w.Subject, "warning", w.Message)
		}
	}
	for _, w := range before {
		if !slices.Contains(now, w) {
			l.log.InfoContext(ctx, "a warning no longer applies to the set", "set", set, "subject", w.Subject, "warning", w.Message)
		}
	}
}
