package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/previewset/previewset/internal/gitops"
	"github.com/previewset/previewset/internal/metrics"
	"github.com/previewset/previewset/plugin"
)

// shutdownTimeout is how long requests may take to end after a stop.
const shutdownTimeout = 10 * time.Second

type serveFlags struct {
	*flags
	listen             string
	prune              bool
	repo, gitops, base string
	listening          func(net.Addr) // called once it listens; may be nil
}

func serve(ctx context.Context, t *terminal, args []string) error {
	f := serveFlags{flags: newFlags(t, "serve", "", "Answer Argo CD's plugin generator, and keep the GitOps repository up to date.")}
	f.withConfig()
	f.withLog()
	f.StringVar(&f.listen, "listen", ":4355", "`ADDRESS` to listen on")
	f.BoolVar(&f.prune, "prune", false, "also delete entries whose pull request or branch has ended")
	f.StringVar(&f.repo, "repo", "", "instead of a configuration: `URL` or path of a Git repository, whose branches get previews")
	f.StringVar(&f.gitops, "gitops", "", "with --repo: `URL` or path of the GitOps repository to commit overlays to")
	f.StringVar(&f.base, "base", "", "with --gitops: `DIR` of the Kustomize base in it; looked for, if it is not given")
	if _, err := f.parse(args, 0, 0); err != nil {
		return err
	}
	if f.repo == "" && (f.gitops != "" || f.base != "") {
		return f.usage("--gitops and --base go with --repo")
	}
	return f.run(ctx)
}

func (f serveFlags) run(ctx context.Context) error {
	log := f.logger()
	settings, err := f.settings(ctx)
	if err != nil {
		return err
	}
	token, err := newTokenFile(settings)
	if err != nil {
		return err
	}
	registry := prometheus.NewRegistry()
	registry.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	m := metrics.New(registry, time.Now)
	s := &server{
		wiring:   wiring{log: log, now: time.Now, metrics: m},
		settings: settings,
		board:    plugin.NewBoard(time.Now),
		mask:     gitops.Mask{Upsert: true, Delete: f.prune},
	}
	if err := s.use(settings.config); err != nil {
		return err
	}
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", f.listen)
	if err != nil {
		return fmt.Errorf("listen: %w", err)
	}
	handler := plugin.New(plugin.Options{
		Board: s.board, Token: token.value, Log: log, Answered: m.Answered,
		Webhooks: s.verifiers(),
		Changed:  s.changed,
		Metrics:  promhttp.HandlerFor(registry, promhttp.HandlerOpts{}),
	})
	settings.announce(f.t, listener.Addr())
	log.InfoContext(ctx, "listening", "address", listener.Addr().String())
	if f.listening != nil {
		f.listening(listener.Addr())
	}
	return s.serve(ctx, plugin.NewServer(handler, log), listener, token)
}

// serve answers and syncs until ctx ends, then lets open requests end.
func (s *server) serve(ctx context.Context, server *http.Server, listener net.Listener, token *tokenFile) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	work := make(chan struct{})
	go func() {
		defer close(work)
		s.run(ctx, token)
	}()
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()
	var err error
	select {
	case err = <-failed:
		cancel()
	case <-ctx.Done():
		s.log.Info("stopping")
	}
	stopping, stop := context.WithTimeout(context.WithoutCancel(ctx), shutdownTimeout)
	defer stop()
	err = errors.Join(err, server.Shutdown(stopping))
	<-work
	if errors.Is(err, http.ErrServerClosed) {
		return nil
	}
	return err
}

// logRefused says once that a changed file was not taken.
func logRefused(log *slog.Logger, what string, err error) {
	log.Error("a changed "+what+" was refused: the old one stays", "error", err)
}
