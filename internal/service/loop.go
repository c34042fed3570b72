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

// restBetween is the least time between two syncs of a set. Whoever can send
// webhooks, or send old ones again, must not make it sync without end.
const restBetween = 500 * time.Millisecond

// syncer keeps the sets of one configuration in sync.
type syncer struct {
	parts     *wiring.Parts
	board     *plugin.Board
	mask      gitops.Permissions
	observers []observer
	log       *slog.Logger
	wake      map[string]chan struct{} // by set
}

func newSyncer(p *wiring.Parts, board *plugin.Board, mask gitops.Permissions, observers []observer, log *slog.Logger) *syncer {
	s := &syncer{parts: p, board: board, mask: mask, observers: observers, log: log, wake: map[string]chan struct{}{}}
	for _, set := range p.Sets {
		s.wake[set.Name] = make(chan struct{}, 1)
	}
	return s
}

// run syncs each set at once, at every poll and when it is woken, until ctx
// ends. All sets of a source poll at the same moment, and so share its list.
func (s *syncer) run(ctx context.Context) {
	var all sync.WaitGroup
	for _, set := range s.parts.Sets {
		all.Go(func() { s.loop(ctx, set) })
	}
	all.Wait()
}

// loop hands the outcome of each sync to the observers. When ctx ends it gives them
// time to return, but does not depend on it.
func (s *syncer) loop(ctx context.Context, set *pipeline.Set) {
	deliveries := make([]*delivery, len(s.observers))
	for i, o := range s.observers {
		deliveries[i] = newDelivery(o, s.log)
		defer deliveries[i].await()
	}
	ticker := time.NewTicker(time.Duration(s.parts.Config.Poll))
	defer ticker.Stop()
	for {
		o := s.sync(ctx, set)
		if ctx.Err() != nil {
			return
		}
		for _, d := range deliveries {
			d.hand(ctx, o)
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(restBetween):
		}
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		case <-s.wake[set.Name]:
		}
	}
}

// changed wakes the sets whose repository an event names, or whose base lies in
// it.
func (s *syncer) changed(e forge.Event) (sets int) {
	for _, set := range s.parts.Config.Sets {
		switch {
		case set.Source.Concerns(e):
			s.parts.Sources[set.Name].Invalidate()
		case set.Overlay == nil || !isGitOps(s.parts.Config.GitOps, e):
			continue
		}
		select {
		case s.wake[set.Name] <- struct{}{}:
		default: // it is awake already
		}
		sets++
	}
	return sets
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
	result, err := set.Sync(bounded, previous, s.mask)
	changed := false
	if err == nil {
		changed, err = s.board.Publish(result.Snapshot)
	}
	if err == nil {
		o.result, o.changed = result, changed || stale
	} else if o.err = err; ctx.Err() == nil {
		s.board.Failed(set.Name, pipeline.Cause(err))
	}
	o.took = time.Since(start)
	return o
}
