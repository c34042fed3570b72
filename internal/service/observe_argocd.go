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

// refresh makes Argo CD request the parameters of a set immediately after its answer has
// changed. After a failure it tries again after the next sync: Argo CD also requests
// them at its own interval.
type refresh struct {
	// mark marks the ApplicationSets of a set for a refresh, and returns their names.
	mark    func(ctx context.Context, set string) ([]string, error)
	metrics *metrics.Metrics
	log     *slog.Logger
	failed  *causes

	mu sync.Mutex
	// done has the sets whose newest answer is marked. It is empty after a start,
	// because the marks of an earlier process are unknown.
	done map[string]bool
}

// newRefresh prepares access to the ApplicationSets. It does not connect. failed are the
// causes of failed refreshes that were logged.
func newRefresh(a *config.ArgoCD, m *metrics.Metrics, log *slog.Logger, failed *causes) (*refresh, error) {
	cluster, err := argocd.Connect(a.KubeconfigFile)
	if err != nil {
		return nil, err
	}
	refresher, err := argocd.New(cluster, argocd.Options{Namespace: a.Namespace, ConfigMap: a.ConfigMap, Now: time.Now})
	if err != nil {
		return nil, err
	}
	return &refresh{mark: refresher.Refresh, metrics: m, log: log, failed: failed, done: map[string]bool{}}, nil
}

func refreshCauses(log *slog.Logger) *causes {
	return &causes{
		log: log, level: slog.LevelWarn, begins: "the ApplicationSets can't be refreshed: they refresh at their next requeue",
		ends: "the ApplicationSets are refreshed again",
	}
}

func (r *refresh) observe(ctx context.Context, o outcome) {
	if !r.needsRefresh(o) {
		return
	}
	names, err := r.mark(ctx, o.set)
	if errors.Is(ctx.Err(), context.Canceled) {
		return
	}
	r.metrics.Refreshed(o.set, err != nil)
	//promise:failed-refreshes-are-retried
	if err != nil {
		r.failed.report(ctx, o.set, []cause{{text: err.Error(), attributes: []any{"set", o.set, "error", err}}})
		return
	}
	r.failed.report(ctx, o.set, nil)
	r.log.DebugContext(ctx, "refreshed the ApplicationSets", "set", o.set, "applicationsets", names)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.done[o.set] = true
}

// needsRefresh reports whether the newest answer of the set is not marked yet.
func (r *refresh) needsRefresh(o outcome) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if o.changed {
		r.done[o.set] = false
	}
	return !r.done[o.set]
}
