package service

import (
	"context"
	"log/slog"
	"slices"
	"sync"
	"time"

	"github.com/previewset/previewset/generator/forge"
	"github.com/previewset/previewset/internal/applications"
	"github.com/previewset/previewset/internal/config"
	"github.com/previewset/previewset/internal/gitops"
	"github.com/previewset/previewset/internal/lease"
	"github.com/previewset/previewset/internal/metrics"
	"github.com/previewset/previewset/internal/wiring"
	"github.com/previewset/previewset/plugin"
)

// reloadEvery is the interval at which files are read to detect changes. Reading works
// everywhere: Kubernetes changes a mounted Secret by replacing a symbolic link.
const reloadEvery = time.Second

// server is the running service. It syncs with the current configuration, and applies a
// new one when the file changes.
type server struct {
	log         *slog.Logger
	metrics     *metrics.Metrics
	board       *plugin.Board
	permissions gitops.Permissions
	tokens      *tokens
	logins      wiring.Logins
	reload      func() (*config.Config, error) // nil if the configuration never changes
	// syncLog is shared by all configurations, so that a reload does not log a line again.
	syncLog *syncLog
	// feedback is shared by all configurations, and so are the activities of its writes.
	feedback   *reportFeedback
	activities wiring.Activities
	// alwaysWrites is true if this process writes feedback without a Lease. Otherwise,
	// leases returns the API and the namespace of the Lease.
	alwaysWrites bool
	leases       func() (lease.API, string, error)

	// removed are the sets that the newest configuration no longer has. Their metrics
	// are removed after the syncs with the old configuration have ended.
	removed []string

	// openWatcher replaces the function openWatcher if it is not nil.
	openWatcher func(watchSettings, applications.Options) (watcher, error)

	mu       sync.Mutex
	syncer   *syncer
	watching *watching // nil for none
}

// configure makes c the current configuration. On an error the old one stays in use.
func (s *server) configure(c *config.Config) error {
	parts, err := wiring.Wire(c, wiring.Options{
		Log: s.log, Now: time.Now, OnRate: s.rateLimit, OnRetry: s.metrics.PushRetried, Logins: s.logins,
		Activities: s.activities,
	})
	if err != nil {
		return err
	}
	watching, err := s.watch(c, parts)
	if err != nil {
		return err
	}
	setup, err := newSetup(c.ArgoCD)
	if err != nil {
		return err
	}
	names := make([]string, len(c.Sets))
	for i, set := range c.Sets {
		names[i] = set.Name
	}
	reports := newReports(s.board, names, watching.applicationsOf(parts, s.log), syncMetrics{s.metrics}, s.syncLog, s.feedback)
	observers, err := s.observers(c, reports)
	if err != nil {
		return err
	}
	if err := s.feedback.configure(parts); err != nil {
		return err
	}
	s.removed = slices.DeleteFunc(s.board.Sets(), func(name string) bool { return slices.Contains(names, name) })
	s.board.Configure(names, time.Duration(c.MaxAge))
	s.metrics.ConfigAccepted(time.Duration(c.MaxAge))
	s.mu.Lock()
	defer s.mu.Unlock()
	next := newSyncer(parts, s.board, s.permissions, observers, s.log)
	next.reports, s.watching = reports, watching
	next.setup, next.onWarnings = setup, s.metrics.Warn
	if s.syncer != nil {
		next.takeOver(s.syncer)
	}
	s.syncer = next
	return nil
}

// observers returns the observers of a configuration in their order. Metrics are first,
// so that they are up to date when the log is written and Argo CD is refreshed.
func (s *server) observers(c *config.Config, reports *reports) ([]observer, error) {
	list := []observer{syncMetrics{s.metrics}, s.syncLog, reports}
	if c.ArgoCD != nil {
		r, err := newRefresh(c.ArgoCD, s.metrics, s.log, s.syncLog.refreshes)
		if err != nil {
			return nil, err
		}
		list = append(list, r)
	}
	return list, nil
}

// rateLimit records the rate limit of a forge, unless the configuration no longer has the
// set: a source can still answer then.
func (s *server) rateLimit(set, resource string, remaining, limit int) {
	if slices.Contains(s.board.Sets(), set) {
		s.metrics.RateLimit(set, resource, remaining, limit)
	}
}

func (s *server) current() *syncer {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.syncer
}

func (s *server) currentWatching() *watching {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.watching
}

func (s *server) handleEvent(e forge.Event) int { return s.current().handleEvent(e) }

// run syncs until ctx ends. A new configuration ends the syncs with the old one, whose
// snapshots stay on the board, and starts new syncs.
func (s *server) run(ctx context.Context) {
	var running *watching
	stopWatcher := func() {}
	defer func() { stopWatcher() }()
	for ctx.Err() == nil {
		if next := s.currentWatching(); next != running {
			stopWatcher()
			if running, stopWatcher = next, func() {}; next != nil {
				stopWatcher = next.start(ctx, s.log)
			}
		}
		syncing, stop := context.WithCancel(ctx)
		done := make(chan struct{})
		go func() {
			defer close(done)
			s.current().run(syncing)
		}()
		s.awaitChange(ctx)
		stop()
		<-done
		for _, set := range s.removed {
			s.metrics.Forget(set)
			s.syncLog.forget(set)
		}
	}
}

// awaitChange returns after a new configuration was applied, or when ctx ends.
func (s *server) awaitChange(ctx context.Context) {
	ticker := time.NewTicker(reloadEvery)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		s.tokens.reload(s.current().parts.Config.Auth, s.log)
		if s.reload != nil && s.applyChange(ctx) {
			return
		}
	}
}

// applyChange applies a changed configuration. It returns false if there is none, or if
// it is invalid.
func (s *server) applyChange(ctx context.Context) bool {
	c, err := s.reload()
	if err == nil && c == nil {
		return false
	}
	if err == nil {
		err = s.configure(c)
	}
	if err != nil {
		s.metrics.ConfigRefused()
		s.log.ErrorContext(ctx, "a changed configuration was refused: the old one stays in use", "error", err)
		return false
	}
	s.log.InfoContext(ctx, "a changed configuration is in use", "sets", len(c.Sets))
	return true
}
