package service

import (
	"context"
	"log/slog"
	"time"
)

// syncLog logs the result or the error of a sync, and each overlay that can't be
// written.
type syncLog struct{ log *slog.Logger }

func (l syncLog) observe(ctx context.Context, o outcome) {
	if o.err != nil {
		l.log.ErrorContext(ctx, "sync failed: the last snapshot stays in use", "set", o.set, "error", o.err)
		return
	}
	for _, f := range o.result.Plan.Failures {
		l.log.WarnContext(ctx, "an overlay can't be written: its entry is unchanged", "set", o.set, "id", f.ID, "error", f.Err)
	}
	snapshot := o.result.Snapshot
	level := slog.LevelDebug
	if o.previous == nil || o.result.Commit != "" || len(o.previous.Previews) != len(snapshot.Previews) {
		level = slog.LevelInfo
	}
	l.log.Log(ctx, level, "synced", "set", o.set, "previews", len(snapshot.Previews),
		"dropped", len(snapshot.Dropped), "held", len(o.result.Held), "commit", o.result.Commit, "took", o.took.Round(time.Millisecond))
}
