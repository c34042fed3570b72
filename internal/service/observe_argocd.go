package service

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"github.com/previewset/previewset/internal/argocd"
	"github.com/previewset/previewset/internal/config"
	"github.com/previewset/previewset/internal/metrics"
)

// refresh makes Argo CD ask for a set at once when its answer has changed. After a
// failure it only tries again after the next sync: Argo CD also asks by itself.
type refresh struct {
	// mark returns the names of the ApplicationSets that it has marked.
	mark    func(ctx context.Context, set string) ([]string, error)
	metrics *metrics.Metrics
	log     *slog.Logger

	mu sync.Mutex
	// done has the sets that Argo CD was made to ask for since their newest answer.
	// It starts empty: what an earlier process left undone is not known.
	done map[string]bool
}

// newRefresh prepares access to the ApplicationSets. It does not connect.
func newRefresh(a *config.ArgoCD, m *metrics.Metrics, log *slog.Logger) (*refresh, error) {
	cluster, err := argocd.Connect(a.KubeconfigFile)
	if err != nil {
		return nil, err
	}
	refresher, err := argocd.New(cluster, argocd.Options{Namespace: a.Namespace, ConfigMap: a.ConfigMap, Now: time.Now})
	if err != nil {
		return nil, err
	}
	return &refresh{mark: refresher.Refresh, metrics: m, log: log, done: map[string]bool{}}, nil
}

func (r *refresh) observe(ctx context.Context, o outcome) {
	if !r.owes(o) {
		return
	}
	names, err := r.mark(ctx, o.set)
	if errors.Is(ctx.Err(), context.Canceled) {
		return
	}
	r.metrics.Refreshed(o.set, err != nil)
	if err != nil {
		r.log.WarnContext(ctx, "ApplicationSets can't be refreshed: they follow at their own time", "set", o.set, "error", err)
		return
	}
	r.log.DebugContext(ctx, "refreshed", "set", o.set, "applicationsets", names)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.done[o.set] = true
}

// owes reports whether Argo CD still has to be made to ask for the set.
func (r *refresh) owes(o outcome) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if o.changed {
		r.done[o.set] = false
	}
	return !r.done[o.set]
}
