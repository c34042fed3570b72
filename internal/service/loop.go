package service

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"github.com/previewset/previewset/generator/forge"
	"github.com/previewset/previewset/internal/gitops"
	"github.com/previewset/previewset/internal/pipeline"
	"github.com/previewset/previewset/internal/wiring"
	"github.com/previewset/previewset/plugin"
)

// maxSync bounds one sync of a set.
const maxSync = 5 * time.Minute

// minPause is the minimum time between two syncs of a set. It limits the syncs that
// repeated webhooks can cause.
const minPause = 500 * time.Millisecond

// syncer keeps the sets of one configuration in sync.
type syncer struct {
	parts       *wiring.Parts
	board       *plugin.Board
	permissions gitops.Permissions
	observers   []observer
	log         *slog.Logger
	wake        map[string]chan struct{} // by set
}

func newSyncer(p *wiring.Parts, board *plugin.Board, permissions gitops.Permissions, observers []observer, log *slog.Logger) *syncer {
	s := &syncer{parts: p, board: board, permissions: permissions, observers: observers, log: log, wake: map[string]chan struct{}{}}
	for _, set := range p.Sets {
		s.wake[set.Name] = make(chan struct{}, 1)
	}
	return s
}

// run syncs each set immediately, at every poll and when it is woken, until ctx ends.
// All sets poll at the same time, so that sets with the same source share its list.
func (s *syncer) run(ctx context.Context) {
	var all sync.WaitGroup
	for _, set := range s.parts.Sets {
		all.Go(func() { s.loop(ctx, set) })
	}
	all.Wait()
}

// loop syncs a set and passes each outcome to the observers. When ctx ends it waits for
// each observer for at most maxWait.
func (s *syncer) loop(ctx context.Context, set *pipeline.Set) {
	deliveries := make([]*delivery, len(s.observers))
	for i, o := range s.observers {
		deliveries[i] = newDelivery(o, s.log)
		defer deliveries[i].waitUntilIdle()
	}
	ticker := time.NewTicker(time.Duration(s.parts.Config.Poll))
	defer ticker.Stop()
	for {
		o := s.sync(ctx, set)
		if ctx.Err() != nil {
			return
		}
		for _, d := range deliveries {
			d.deliver(ctx, o)
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(minPause):
		}
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		case <-s.wake[set.Name]:
		}
	}
}

// handleEvent wakes the sets with the repository of an event as their source, or as
// the repository of their base. It returns the number of these sets.
func (s *syncer) handleEvent(e forge.Event) (sets int) {
	for _, set := range s.parts.Config.Sets {
		switch {
		case set.Source.Concerns(e):
			s.parts.Sources[set.Name].Invalidate()
		case set.Overlay == nil || !isGitOps(s.parts.Config.GitOps, e):
			continue
		}
		s.wakeSet(set.Name)
		sets++
	}
	return sets
}

func (s *syncer) wakeSet(name string) {
	select {
	case s.wake[name] <- struct{}{}:
	default: // already woken
	}
}

// retryDeferred syncs a set again with a new list, if the outcome has deletions that wait
// for one. They do not wait for the next poll.
func (s *syncer) retryDeferred(set string, o *pipeline.Outcome) {
	if o.Deferred {
		s.parts.Sources[set].Invalidate()
		s.wakeSet(set)
	}
}

// sync makes the next snapshot of a set and puts it on the board.
func (s *syncer) sync(ctx context.Context, set *pipeline.Set) outcome {
	start := time.Now()
	bounded, cancel := context.WithTimeout(ctx, maxSync)
	defer cancel()
	previous, err := s.board.Snapshot(set.Name)
	stale := errors.Is(err, plugin.ErrStale)
	if err != nil && !stale {
		previous = nil
	}
	o := outcome{set: set.Name, previous: previous}
	result, err := set.Sync(bounded, pipeline.Input{Previous: previous, Permissions: s.permissions})
	changed := false
	if err == nil {
		changed, err = s.board.Publish(result.Snapshot)
	}
	if err == nil {
		o.result, o.changed = result, changed || stale
		s.retryDeferred(set.Name, result)
	} else if o.err = err; ctx.Err() == nil {
		s.board.Failed(set.Name, pipeline.Cause(err))
	}
	o.took = time.Since(start)
	return o
}
