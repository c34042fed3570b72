package service

import (
	"context"
	"time"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/internal/pipeline"
)

// outcome is the result of one sync of a set. It is read-only: all observers get the
// same snapshots, and the next sync uses them.
type outcome struct {
	set      string
	previous *generator.Snapshot // the snapshot before; nil if there is none
	result   *pipeline.Outcome   // nil if err is not nil
	err      error
	took     time.Duration
	changed  bool // the set's answer has changed
}

// mergedWith returns o for an observer that did not get the outcome before it.
func (o outcome) mergedWith(missed outcome) outcome {
	o.previous = missed.previous
	//promise:observers-see-every-change
	o.changed = o.changed || missed.changed
	return o
}

// observer gets the outcome of each sync of all sets. It gets the outcomes of one set
// one after the other, and those of several sets concurrently.
//
// A new configuration has new observers. A former observer that ignores its context can
// still be busy at the same time.
//
// An observer can't change or stop a sync. Observers get an outcome in the order of
// server.observers: each gets it after the previous one has returned, or after maxWait.
// An observer that takes longer continues in the background. It then gets the outcomes
// that it missed as one: the newest, which is changed if any of them is.
type observer interface {
	// observe handles an outcome. ctx ends after maxObserve or with the syncs.
	observe(ctx context.Context, o outcome)
}
