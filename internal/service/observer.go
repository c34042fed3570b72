package service

import (
	"context"
	"time"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/internal/pipeline"
)

// outcome is what one sync of a set came to. It is read-only: all observers get the
// same snapshots, and the next sync starts from them.
type outcome struct {
	set      string
	previous *generator.Snapshot // the one before; nil where there is none
	result   *pipeline.Outcome   // nil where err is not nil
	err      error
	took     time.Duration
	changed  bool // the set's answer is another now
}

// after returns o for an observer that has missed the outcome before it.
func (o outcome) after(missed outcome) outcome {
	o.previous = missed.previous
	o.changed = o.changed || missed.changed
	return o
}

// observer gets the outcome of each sync of all sets. Those of one set come one
// after the other, those of several sets at the same time.
//
// A new configuration has observers of its own: one that ignores its context can still
// be busy beside them.
//
// An observer can't change a sync or stop one. Observers get an outcome in the order
// of server.observers: the next one when the one before has returned, or has taken
// longer than maxWait. Then that one goes on in the background, and what comes
// meanwhile reaches it as one outcome: the newest, which is changed if any of them was.
type observer interface {
	// observe handles an outcome. ctx ends after maxObserve, or when the syncs end.
	observe(ctx context.Context, o outcome)
}
