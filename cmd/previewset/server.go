package main

import (
	"context"
	"sync"
	"time"

	"github.com/previewset/previewset/generator/forge"
	"github.com/previewset/previewset/internal/config"
	"github.com/previewset/previewset/internal/gitops"
	"github.com/previewset/previewset/plugin"
)

// reloadEvery is how often files are looked at for changes. Reading them is
// what works everywhere: a mounted Secret changes by a swapped symbolic link.
const reloadEvery = time.Second

// server is the running service: it syncs by the configuration of the moment
// and takes a new one when the file changes.
type server struct {
	wiring
	settings *settings
	board    *plugin.Board
	mask     gitops.Mask

	mu     sync.Mutex
	syncer *syncer
}

// use makes c the configuration of the moment. On an error the old one stays.
func (s *server) use(c *config.Config) error {
	parts, err := s.wire(c)
	if err != nil {
		return err
	}
	if c.ArgoCD != nil {
		if parts.refresher, err = s.openArgoCD(c.ArgoCD); err != nil {
			return err
		}
	}
	names := make([]string, len(c.Sets))
	for i, set := range c.Sets {
		names[i] = set.Name
	}
	s.forget(names)
	s.board.Configure(names, time.Duration(c.MaxAge))
	s.mu.Lock()
	defer s.mu.Unlock()
	s.syncer = newSyncer(parts, s.board, s.metrics, s.mask, s.log)
	return nil
}

// forget removes the metrics of sets that are not among names.
func (s *server) forget(names []string) {
	stay := map[string]bool{}
	for _, name := range names {
		stay[name] = true
	}
	for _, name := range s.board.Sets() {
		if !stay[name] {
			s.metrics.Forget(name)
		}
	}
}

func (s *server) current() *syncer {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.syncer
}

func (s *server) changed(e forge.Event) int { return s.current().changed(e) }

// run syncs until ctx ends. A new configuration ends the syncs under the old
// one, whose snapshots stay on the board, and starts those under its own.
func (s *server) run(ctx context.Context, token *tokenFile) {
	for ctx.Err() == nil {
		syncing, stop := context.WithCancel(ctx)
		done := make(chan struct{})
		go func() {
			defer close(done)
			s.current().run(syncing)
		}()
		s.awaitChange(ctx, token)
		stop()
		<-done
	}
}

// awaitChange returns when there is a new configuration, or ctx ends.
func (s *server) awaitChange(ctx context.Context, token *tokenFile) {
	ticker := time.NewTicker(reloadEvery)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		token.reload(s.current().parts.config.Auth.Token(), s.log)
		c, err := s.settings.reload()
		if c != nil {
			if err = s.use(c); err == nil {
				s.log.InfoContext(ctx, "a changed configuration is in use", "sets", len(c.Sets))
				return
			}
		}
		if err != nil {
			s.metrics.ConfigRefused()
			logRefused(s.log, "configuration", err)
		}
	}
}

// webhookSecrets returns what reads the secrets of all webhooks of a forge.
func (s *server) webhookSecrets(key string) func() [][]byte {
	return func() (secrets [][]byte) {
		for _, set := range s.current().parts.config.Sets {
			place := set.Source.WebhookSecret()
			if set.Source.Forge.Key != key || !place.Given() {
				continue
			}
			text, err := place.Read()
			if err != nil {
				s.log.Error("a webhook's secret can't be read", "set", set.Name, "error", err)
				continue
			}
			secrets = append(secrets, []byte(text))
		}
		return secrets
	}
}
