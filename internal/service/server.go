package service

import (
	"context"
	"log/slog"
	"slices"
	"sync"
	"time"

	"github.com/previewset/previewset/generator/forge"
	"github.com/previewset/previewset/internal/config"
	"github.com/previewset/previewset/internal/gitops"
	"github.com/previewset/previewset/internal/metrics"
	"github.com/previewset/previewset/internal/wiring"
	"github.com/previewset/previewset/plugin"
)

// reloadEvery is how often files are looked at for changes. Reading them is
// what works everywhere: a mounted Secret changes by a swapped symbolic link.
const reloadEvery = time.Second

// server is the running service: it syncs by the configuration of the moment
// and takes a new one when the file changes.
type server struct {
	log     *slog.Logger
	metrics *metrics.Metrics
	board   *plugin.Board
	mask    gitops.Permissions
	token   *bearer
	reload  func() (*config.Config, error) // nil where nothing changes

	// removed are the sets that the newest configuration no longer has. Their metrics
	// go when the syncs under the old one have ended.
	removed []string

	mu     sync.Mutex
	syncer *syncer
}

// use makes c the configuration of the moment. On an error the old one stays.
func (s *server) use(c *config.Config) error {
	parts, err := wiring.Wire(c, wiring.Options{
		Log: s.log, Now: time.Now, OnRate: s.metrics.RateLimit, OnRetry: s.metrics.PushRetried,
	})
	if err != nil {
		return err
	}
	observers, err := s.observers(c)
	if err != nil {
		return err
	}
	names := make([]string, len(c.Sets))
	for i, set := range c.Sets {
		names[i] = set.Name
	}
	s.removed = slices.DeleteFunc(s.board.Sets(), func(name string) bool { return slices.Contains(names, name) })
	s.board.Configure(names, time.Duration(c.MaxAge))
	s.mu.Lock()
	defer s.mu.Unlock()
	s.syncer = newSyncer(parts, s.board, s.mask, observers, s.log)
	return nil
}

// observers returns those who get the outcome of each sync, in their order. Metrics
// come first: who reads the log, or is Argo CD, finds them up to date.
func (s *server) observers(c *config.Config) ([]observer, error) {
	list := []observer{syncMetrics{s.metrics}, syncLog{s.log}}
	if c.ArgoCD != nil {
		r, err := newRefresh(c.ArgoCD, s.metrics, s.log)
		if err != nil {
			return nil, err
		}
		list = append(list, r)
	}
	return list, nil
}

func (s *server) current() *syncer {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.syncer
}

func (s *server) changed(e forge.Event) int { return s.current().changed(e) }

// run syncs until ctx ends. A new configuration ends the syncs under the old
// one, whose snapshots stay on the board, and starts those under its own.
func (s *server) run(ctx context.Context) {
	for ctx.Err() == nil {
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
		}
	}
}

// awaitChange returns when there is a new configuration, or ctx ends.
func (s *server) awaitChange(ctx context.Context) {
	ticker := time.NewTicker(reloadEvery)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		s.token.reload(s.current().parts.Config.Auth.Token(), s.log)
		if s.reload != nil && s.takeChange(ctx) {
			return
		}
	}
}

// takeChange makes a changed configuration that of the moment, and reports whether
// there was one.
func (s *server) takeChange(ctx context.Context) bool {
	c, err := s.reload()
	if err == nil && c == nil {
		return false
	}
	if err == nil {
		err = s.use(c)
	}
	if err != nil {
		s.metrics.ConfigRefused()
		logRefused(s.log, "configuration", err)
		return false
	}
	s.log.InfoContext(ctx, "a changed configuration is in use", "sets", len(c.Sets))
	return true
}
