package service

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"sync"
	"time"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/generator/forge"
	"github.com/previewset/previewset/internal/argocd"
	"github.com/previewset/previewset/internal/config"
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
	reports     *reports // one of observers
	log         *slog.Logger
	setup       *argocd.Setup // nil if Argo CD is not configured
	notices     []notice
	onWarnings  func(topic string, warnings map[string][]generator.Warning)
	spread      float64                  // of retries
	wake        map[string]chan struct{} // by set
	awaited     map[string]*awaited      // by set
}

func newSyncer(p *wiring.Parts, board *plugin.Board, permissions gitops.Permissions, observers []observer, log *slog.Logger) *syncer {
	s := &syncer{parts: p, board: board, permissions: permissions, observers: observers, log: log, spread: newSpread()}
	s.reports = &reports{}
	s.notices, s.onWarnings = s.newNotices(), func(string, map[string][]generator.Warning) {}
	s.wake, s.awaited = map[string]chan struct{}{}, map[string]*awaited{}
	for _, set := range p.Sets {
		s.wake[set.Name] = make(chan struct{}, 1)
		s.awaited[set.Name] = &awaited{query: set.Selection.Query()}
	}
	return s
}

// takeOver makes s await what sets with the same source await in old, and log nothing that
// old has logged.
func (s *syncer) takeOver(old *syncer) {
	for i := range s.notices {
		s.notices[i].logged = old.notices[i].logged
	}
	for _, set := range s.parts.Config.Sets {
		i := slices.IndexFunc(old.parts.Config.Sets, func(o config.Set) bool {
			return o.Name == set.Name && sameSource(o.Source, set.Source)
		})
		if i >= 0 {
			s.awaited[set.Name] = old.awaited[set.Name].forQuery(s.awaited[set.Name].query)
		}
	}
}

func sameSource(a, b config.Source) bool {
	keyA, errA := a.Key()
	keyB, errB := b.Key()
	return errA == nil && errB == nil && keyA == keyB
}

// run syncs each set immediately, at every poll and when it is woken, until ctx ends. It
// retries failed syncs, and lists again while a list does not show the announcement of
// an event. All sets poll at the same time, so that sets with the same source share its
// list.
func (s *syncer) run(ctx context.Context) {
	var all sync.WaitGroup
	for _, n := range s.notices {
		all.Go(func() { s.repeat(ctx, n) })
	}
	all.Go(func() { s.reports.run(ctx, s.log) })
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
	failed := retries{poll: time.Duration(s.parts.Config.Poll), spread: s.spread}
	for {
		o := s.sync(ctx, set)
		if ctx.Err() != nil {
			return
		}
		for _, d := range deliveries {
			d.deliver(ctx, o)
		}
		again := s.again(set.Name, &failed, o.err)
		select {
		case <-ctx.Done():
			return
		case <-time.After(minPause):
		}
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		case <-again:
		case <-s.wake[set.Name]:
			failed.wait = 0
		}
	}
}

// again returns a channel that receives when a set needs a sync without a poll or an
// event: to retry a failed sync, or to look for an announcement. It is nil for none.
func (s *syncer) again(set string, failed *retries, err error) <-chan time.Time {
	if wait := failed.after(err); wait > 0 {
		return time.After(wait)
	}
	if due := s.awaited[set].next(); err == nil && !due.IsZero() {
		return time.After(time.Until(due))
	}
	return nil
}

// handleEvent wakes the sets with the repository of an event as their source, or as
// the repository of their base. A set awaits what an event announces about its source.
// handleEvent returns the number of these sets.
func (s *syncer) handleEvent(e forge.Event) (sets int) {
	proven := s.isProven(e)
	for _, set := range s.parts.Config.Sets {
		switch {
		case s.concerns(e, set):
			s.awaited[set.Name].add(e, proven, time.Now())
			s.parts.Sources[set.Name].Invalidate()
		case set.Overlay == nil || !isGitOps(s.parts.Config.GitOps, e):
			continue
		}
		s.wakeSet(set.Name)
		sets++
	}
	return sets
}

// concerns reports whether an event is about the source of a set.
func (s *syncer) concerns(e forge.Event, set config.Set) bool {
	var listed generator.Repository
	if last, _ := s.board.Snapshot(set.Name); last != nil { // also if it is stale
		listed = last.Repository
	}
	return e.Concerns(set.Source.Repository(), listed)
}

// isProven reports whether a set whose source the event is about has the secret that
// signed it. The secrets of other repositories are valid for webhooks, too, but they
// prove no labels of this repository.
func (s *syncer) isProven(e forge.Event) bool {
	return e.Labeled != "" && e.Signer != "" && slices.ContainsFunc(s.parts.Config.Sets, func(set config.Set) bool {
		if !set.Source.WebhookSecret().Given() || !s.concerns(e, set) {
			return false
		}
		secret, err := set.Source.WebhookSecret().Read()
		//promise:repositories-prove-their-own-labels
		return err == nil && forge.SecretID([]byte(secret)) == e.Signer
	})
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
	expected := s.awaited[set.Name]
	if t := expected.tooOld(start); !t.IsZero() {
		s.parts.Sources[set.Name].InvalidateUntil(t)
	}
	o := outcome{set: set.Name, previous: previous}
	labelings := expected.input(start)
	result, err := set.Sync(bounded, pipeline.Input{Previous: previous, Permissions: s.permissions, Labelings: labelings})
	changed := false
	if err == nil {
		changed, err = s.board.Publish(result.Snapshot)
	}
	if err == nil {
		o.result, o.changed = result, changed || stale
		expected.settle(result.Listing, labelings, time.Now())
		s.retryDeferred(set.Name, result)
	} else if o.err = err; ctx.Err() == nil {
		s.board.Failed(set.Name, pipeline.Cause(err))
	}
	o.took = time.Since(start)
	return o
}
