package service

import (
	"context"
	"errors"
	"log/slog"
	"reflect"
	"sync"
	"time"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/generator/forge"
	"github.com/previewset/previewset/internal/argocd"
	"github.com/previewset/previewset/internal/gitops"
	"github.com/previewset/previewset/internal/metrics"
	"github.com/previewset/previewset/internal/pipeline"
	"github.com/previewset/previewset/internal/wiring"
	"github.com/previewset/previewset/kustomize"
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
	refresher *argocd.Refresher // nil without argocd
	board     *plugin.Board
	metrics   *metrics.Metrics
	mask      gitops.Mask
	log       *slog.Logger
	wake      map[string]chan struct{} // by set
}

func newSyncer(p *wiring.Parts, refresher *argocd.Refresher, board *plugin.Board, m *metrics.Metrics, mask gitops.Mask, log *slog.Logger) *syncer {
	s := &syncer{parts: p, refresher: refresher, board: board, metrics: m, mask: mask, log: log, wake: map[string]chan struct{}{}}
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

func (s *syncer) loop(ctx context.Context, set *pipeline.Set) {
	ticker := time.NewTicker(time.Duration(s.parts.Config.Poll))
	defer ticker.Stop()
	untold := true // what the loop before this one could not tell any more
	for {
		if s.sync(ctx, set) {
			untold = true
		}
		if untold {
			untold = !s.tell(ctx, set.Name)
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

// sync makes the next snapshot of a set, and reports whether its answer is
// another now.
func (s *syncer) sync(ctx context.Context, set *pipeline.Set) (changed bool) {
	start := time.Now()
	bounded, cancel := context.WithTimeout(ctx, maxSync)
	defer cancel()
	previous, err := s.board.Snapshot(set.Name)
	stale := errors.Is(err, plugin.ErrStale)
	if err != nil && !stale {
		previous = nil
	}
	outcome, err := set.Sync(bounded, previous, s.mask)
	if err == nil {
		err = s.board.Publish(outcome.Snapshot)
	}
	if ctx.Err() != nil {
		return false
	}
	s.metrics.Synced(set.Name, time.Since(start), err != nil, err == nil && outcome.Commit != "")
	if err != nil {
		s.board.Failed(set.Name, pipeline.Cause(err))
		s.log.ErrorContext(ctx, "sync failed: the last snapshot stays", "set", set.Name, "error", err)
		return false
	}
	s.metrics.Snapshot(outcome.Snapshot)
	s.report(ctx, set, previous, outcome, time.Since(start))
	return previous == nil || stale || !reflect.DeepEqual(previous.Previews, outcome.Snapshot.Previews)
}

// tell makes Argo CD ask for the set at once, if the configuration says where
// it is. It reports whether that is done; a failure is worth no more than
// another try after the next sync, since Argo CD asks by itself, too.
func (s *syncer) tell(ctx context.Context, set string) bool {
	if s.refresher == nil {
		return true
	}
	told, err := s.refresher.Refresh(ctx, set)
	if ctx.Err() != nil {
		return false
	}
	s.metrics.Refreshed(set, err != nil)
	if err != nil {
		s.log.WarnContext(ctx, "ApplicationSets can't be refreshed: they follow at their own time", "set", set, "error", err)
		return false
	}
	s.log.DebugContext(ctx, "refreshed", "set", set, "applicationsets", told)
	return true
}

// report logs what a sync changed, and each overlay that can't be written.
func (s *syncer) report(ctx context.Context, set *pipeline.Set, previous *generator.Snapshot, o *pipeline.Outcome, took time.Duration) {
	faults := make([]metrics.Fault, len(o.Plan.Failures))
	for i, f := range o.Plan.Failures {
		faults[i] = fault(f.Err)
		s.log.WarnContext(ctx, "an overlay can't be written: its entry stays as it was", "set", set.Name, "id", f.ID, "error", f.Err)
	}
	s.metrics.Overlays(set.Name, faults)
	level := slog.LevelDebug
	if previous == nil || o.Commit != "" || len(previous.Previews) != len(o.Snapshot.Previews) {
		level = slog.LevelInfo
	}
	s.log.Log(ctx, level, "synced", "set", set.Name, "previews", len(o.Snapshot.Previews),
		"dropped", len(o.Snapshot.Dropped), "held", len(o.Held), "commit", o.Commit, "took", took.Round(time.Millisecond))
}

// fault says which file keeps an overlay from being written, and why.
func fault(err error) metrics.Fault {
	var build *kustomize.BuildError
	var refused *kustomize.RefusedError
	switch {
	case errors.As(err, &build):
		return metrics.Fault{File: build.Path, Reason: build.Reason}
	case errors.As(err, &refused):
		return metrics.Fault{File: refused.Path, Reason: refused.Reason}
	}
	return metrics.Fault{Reason: err.Error()}
}
