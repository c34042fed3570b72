package applications

import (
	"context"
	"maps"
	"slices"
	"time"
)

// minPause is the time between two calls of Changed, in which changes are collected.
const minPause = 250 * time.Millisecond

// report calls Changed until ctx ends.
func (w *Watcher) report(ctx context.Context) {
	for {
		sets, overall, next := w.changes()
		if len(sets) > 0 {
			w.options.Changed(sets)
		}
		if overall {
			w.options.Changed(nil)
		}
		if sleep(ctx, minPause); ctx.Err() != nil {
			return
		}
		w.await(ctx, next)
	}
}

// await returns after a change, at the time next if that is not zero, or when ctx ends.
func (w *Watcher) await(ctx context.Context, next time.Time) {
	var due <-chan time.Time
	if !next.IsZero() {
		timer := time.NewTimer(time.Until(next))
		defer timer.Stop()
		due = timer.C
	}
	select {
	case <-ctx.Done():
	case <-w.wake:
	case <-due:
	}
}

// changes returns what has changed since the last call, and the time of the next change that
// the time makes.
func (w *Watcher) changes() (sets []string, overall bool, next time.Time) {
	w.mu.Lock()
	defer w.mu.Unlock()
	next = w.index.advance(time.Now())
	sets = slices.Sorted(maps.Keys(w.index.changed))
	clear(w.index.changed)
	now := w.overview()
	overall = now != w.shown
	w.shown = now
	return sets, overall, next
}

// sleep returns after d, or when ctx ends.
func sleep(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	}
}
