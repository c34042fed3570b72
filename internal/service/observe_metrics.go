package service

import (
	"context"

	"github.com/previewset/previewset/internal/metrics"
)

// syncMetrics records syncs and the newest snapshots as metrics.
type syncMetrics struct{ metrics *metrics.Metrics }

func (m syncMetrics) observe(_ context.Context, o outcome) {
	m.metrics.Synced(o.set, o.took, o.err != nil, o.err == nil && o.result.Commit != "")
	if o.err != nil {
		return
	}
	m.metrics.Snapshot(o.result.Snapshot)
	m.metrics.Warnings(o.set, len(o.result.Snapshot.Warnings))
}
