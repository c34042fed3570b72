package service

import (
	"context"

	"github.com/previewset/previewset/internal/metrics"
)

// syncMetrics records syncs and reports as metrics.
type syncMetrics struct{ metrics *metrics.Metrics }

func (m syncMetrics) observe(_ context.Context, o outcome) {
	m.metrics.Synced(o.set, o.took, o.err != nil, o.err == nil && o.result.Commit != "")
}

func (m syncMetrics) report(_ context.Context, r report) {
	m.metrics.Snapshot(r.snapshot, r.statuses)
	m.metrics.Warnings(r.set, len(r.warnings()))
}
