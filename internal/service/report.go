package service

import (
	"context"
	"log/slog"
	"slices"
	"sync"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/plugin"
)

// report is what is known about a set after a sync, or after a change of its Applications. It
// is read-only.
type report struct {
	set          string
	snapshot     *generator.Snapshot
	applications generator.Applications
	statuses     []generator.Status
	// sync is the successful sync that caused the report; nil for another cause.
	sync *outcome
}

// warnings returns the warnings of the sync, and those about Applications.
func (r report) warnings() []generator.Warning {
	return slices.Concat(r.snapshot.Warnings, r.applications.Warnings())
}

// reporter gets the newest report of each set. It gets the reports of one set one after the
// other, and those of several sets concurrently. A reporter must not wait for another system.
type reporter interface {
	report(ctx context.Context, r report)
}

// reports gives reporters the states of sets, and puts their Applications on the board. It is
// the observer that computes states.
type reports struct {
	board *plugin.Board
	// applications returns the Applications of the set of a snapshot. It may wait for Git.
	applications func(ctx context.Context, s *generator.Snapshot) generator.Applications
	reporters    []reporter

	busy    map[string]*sync.Mutex   // by set, held during a report
	changed map[string]chan struct{} // by set, receives after a change of its Applications
}

func newReports(board *plugin.Board, sets []string, applications func(context.Context, *generator.Snapshot) generator.Applications, reporters ...reporter) *reports {
	r := &reports{board: board, applications: applications, reporters: reporters, busy: map[string]*sync.Mutex{}, changed: map[string]chan struct{}{}}
	for _, set := range sets {
		r.busy[set], r.changed[set] = &sync.Mutex{}, make(chan struct{}, 1)
	}
	return r
}

// observe reports the newest snapshot on the board, which is that of o or a newer one.
func (r *reports) observe(ctx context.Context, o outcome) {
	r.busy[o.set].Lock()
	defer r.busy[o.set].Unlock()
	snapshot, _, _ := r.board.Statuses(o.set)
	if snapshot == nil || ctx.Err() != nil {
		return
	}
	r.board.Applications(o.set, r.applications(ctx, snapshot))
	next := report{set: o.set}
	if o.result != nil {
		next.sync = &o
	}
	next.snapshot, next.applications, next.statuses = r.board.Statuses(o.set)
	for _, reporter := range r.reporters {
		reporter.report(ctx, next)
	}
}

// applicationsChanged lets run report sets; none means all of them. It does not wait.
func (r *reports) applicationsChanged(sets []string) {
	for set, changed := range r.changed {
		if len(sets) > 0 && !slices.Contains(sets, set) {
			continue
		}
		select {
		case changed <- struct{}{}:
		default: // it is already due
		}
	}
}

// run reports sets after changes of their Applications, until ctx ends.
func (r *reports) run(ctx context.Context, log *slog.Logger) {
	var all sync.WaitGroup
	for set, changed := range r.changed {
		all.Go(func() {
			d := newDelivery(r, log)
			defer d.waitUntilIdle()
			for {
				select {
				case <-ctx.Done():
					return
				case <-changed:
					d.deliver(ctx, outcome{set: set})
				}
			}
		})
	}
	all.Wait()
}
