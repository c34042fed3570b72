package service

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/previewset/previewset/internal/config"
	"github.com/previewset/previewset/internal/gitops"
	"github.com/previewset/previewset/internal/lease"
	"github.com/previewset/previewset/internal/metrics"
	"github.com/previewset/previewset/internal/wiring"
	"github.com/previewset/previewset/plugin"
)

// shutdownTimeout bounds the wait for open requests after a stop. Answers come from memory.
const shutdownTimeout = 3 * time.Second

// Options configure Run.
type Options struct {
	// Config is the configuration at the start.
	Config *config.Config
	// Reload returns the configuration if it has changed since the last call, and nil
	// otherwise. Reload is nil if the configuration never changes.
	Reload func() (*config.Config, error)
	// Token is the bearer token that Argo CD sends. "" means the token that the
	// configuration names.
	Token string
	// Listen is the TCP address to listen on.
	Listen string
	// Listening is called once with the address of the listener. It may be nil.
	Listening func(net.Addr)
	// Feedback writes feedback without a Lease: exactly one process may have it.
	Feedback bool
	// Leases returns the API and the namespace of the Lease that decides which process writes
	// feedback; nil means those of the pod.
	Leases func() (lease.API, string, error)
	// Prune also deletes entries whose pull request or branch has ended.
	Prune bool
	// Logins apply where the configuration has no credentials.
	Logins wiring.Logins
	// Version is the version of previewset.
	Version string
	Log     *slog.Logger
}

// Run answers requests and syncs until ctx ends. Errors are mistakes in the
// configuration, secrets that can't be read, and failures of the listener.
func Run(ctx context.Context, o Options) error {
	tokens, err := newTokens(o.Token, o.Config.Auth)
	if err != nil {
		return err
	}
	registry := prometheus.NewRegistry()
	registry.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	s := &server{
		log: o.Log, metrics: metrics.New(registry, time.Now, o.Version), board: plugin.NewBoard(time.Now),
		permissions: gitops.Permissions{Write: true, Prune: o.Prune}, tokens: tokens, reload: o.Reload, logins: o.Logins,
		syncLog: newSyncLog(o.Log), activities: wiring.Activities{}, alwaysWrites: o.Feedback, leases: o.Leases,
	}
	if s.leases == nil {
		s.leases = lease.InPod
	}
	s.feedback = newReportFeedback(s.board, s.metrics, o.Log)
	if err := s.configure(o.Config); err != nil {
		return err
	}
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", o.Listen)
	if err != nil {
		return listenError(o.Listen, err)
	}
	handler := plugin.New(plugin.Options{
		Board: s.board, Token: tokens.full.value, ReadToken: tokens.read.value, Log: o.Log, OnAnswer: s.metrics.Answered,
		Webhooks: s.verifiers(), //nolint:contextcheck // verifiers only log
		OnEvent:  s.handleEvent,
		Metrics:  promhttp.HandlerFor(registry, promhttp.HandlerOpts{}),
	})
	if o.Listening != nil {
		o.Listening(listener.Addr())
	}
	o.Log.InfoContext(ctx, "listening", "address", listener.Addr().String())
	web := plugin.NewServer(handler, o.Log) //nolint:contextcheck // requests end after ctx: see serve
	return s.serve(ctx, web, listener)
}

// listenError adds address to an error of net.Listen, and removes it from the texts of
// package net, which repeat it.
func listenError(address string, err error) error {
	var op *net.OpError
	if errors.As(err, &op) {
		err = op.Err
	}
	var malformed *net.AddrError
	if errors.As(err, &malformed) {
		err = errors.New(malformed.Err)
	}
	return fmt.Errorf("listen on %q: %w: use HOST:PORT or :PORT with a free port, such as :4355", address, err)
}

// serve answers requests and syncs until ctx ends, and then ends open requests.
func (s *server) serve(ctx context.Context, server *http.Server, listener net.Listener) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	work := make(chan struct{})
	go func() {
		defer close(work)
		var all sync.WaitGroup
		all.Go(func() { s.writeFeedback(ctx) })
		s.run(ctx)
		all.Wait()
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
	err = errors.Join(err, s.endRequests(context.WithoutCancel(ctx), server))
	<-work
	if errors.Is(err, http.ErrServerClosed) {
		return nil
	}
	return err
}

// endRequests waits for open requests for at most shutdownTimeout, and closes the
// connections of the others: a client can send its request as slowly as it likes.
func (s *server) endRequests(ctx context.Context, server *http.Server) error {
	ctx, cancel := context.WithTimeout(ctx, shutdownTimeout)
	defer cancel()
	err := server.Shutdown(ctx)
	if errors.Is(err, context.DeadlineExceeded) {
		s.log.InfoContext(ctx, "closing the connections of requests that did not end", "waited", shutdownTimeout)
		//promise:slow-requests-do-not-delay-the-stop
		err = server.Close()
	}
	return err
}
