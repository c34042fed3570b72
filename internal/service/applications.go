package service

import (
	"context"
	"fmt"
	"log/slog"
	"runtime"
	"runtime/debug"
	"slices"
	"time"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/internal/applications"
	"github.com/previewset/previewset/internal/argocd"
	"github.com/previewset/previewset/internal/config"
	"github.com/previewset/previewset/internal/wiring"
)

// watcher is an applications.Watcher.
type watcher interface {
	Run(ctx context.Context)
	Of(set string) generator.Applications
}

// watching is a watcher that several configurations can use, one after the other.
type watching struct {
	watcher
	settings watchSettings
}

// watchSettings are the settings of a watcher.
type watchSettings struct {
	namespace, kubeconfigFile, repoURL, path string
}

// watch returns a watcher for a configuration: the current one if it has the same settings,
// because it knows Applications already. It is nil if there are no Applications to watch.
func (s *server) watch(c *config.Config, parts *wiring.Parts) (*watching, error) {
	if c.ArgoCD == nil || parts.Repository == nil {
		return nil, nil
	}
	settings := watchSettings{c.ArgoCD.Namespace, c.ArgoCD.KubeconfigFile, parts.Repository.URL(), c.GitOps.Path}
	if s.watching != nil && s.watching.settings == settings {
		return s.watching, nil
	}
	open := s.openWatcher
	if open == nil {
		open = openWatcher
	}
	w, err := open(settings, applications.Options{
		Namespace: settings.namespace, RepoURL: settings.repoURL, Path: settings.path,
		Changed: func(sets []string) { s.current().reports.applicationsChanged(sets) }, Log: s.log,
	})
	if err != nil {
		return nil, err
	}
	return &watching{w, settings}, nil
}

func openWatcher(s watchSettings, o applications.Options) (watcher, error) {
	cluster, err := argocd.Connect(s.kubeconfigFile)
	if err != nil {
		return nil, err
	}
	return applications.New(cluster, o)
}

// applicationsOf returns a function that returns the Applications of the set of a snapshot.
func (w *watching) applicationsOf(parts *wiring.Parts, log *slog.Logger) func(context.Context, *generator.Snapshot) generator.Applications {
	overlays := parts.Overlays()
	return func(ctx context.Context, s *generator.Snapshot) generator.Applications {
		if w == nil || !slices.Contains(overlays, s.Set) {
			return generator.Applications{}
		}
		apps, err := parts.Repository.Follow(ctx, s, w.Of(s.Set))
		if err != nil {
			log.DebugContext(ctx, "Applications that follow a branch can't be compared with their entries", "set", s.Set, "error", err)
		}
		return apps
	}
}

// restartWatcher is the time between a panic of the watcher and its next start.
const restartWatcher = 10 * time.Second

// start runs w until stop is called. It starts it again after a panic. stop waits for w for at
// most maxWait.
func (w *watching) start(ctx context.Context, log *slog.Logger) (stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		for ctx.Err() == nil {
			w.run(ctx, log)
			select {
			case <-ctx.Done():
			case <-time.After(restartWatcher):
			}
		}
	}()
	return func() {
		cancel()
		select {
		case <-ended:
		case <-time.After(maxWait):
		}
	}
}

func (w *watching) run(ctx context.Context, log *slog.Logger) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel() // after a panic, it ends what Run has started
	//promise:watchers-cannot-crash-the-process
	defer func() {
		if r := recover(); r != nil {
			logPanic(ctx, log, "panic in the watcher of Applications: it starts again", r)
		}
	}()
	w.Run(ctx)
}

// logPanic logs the value of a panic only if it is a runtime.Error: other values can contain
// anything, including a credential.
func logPanic(ctx context.Context, log *slog.Logger, message string, value any) {
	cause, _ := value.(runtime.Error)
	log.ErrorContext(ctx, message, "type", fmt.Sprintf("%T", value), "error", cause, "stack", string(debug.Stack()))
}
