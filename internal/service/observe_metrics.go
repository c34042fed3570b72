package service

import (
	"context"
	"errors"

	"github.com/previewset/previewset/internal/metrics"
	"github.com/previewset/previewset/kustomize/object"
)

// syncMetrics records syncs and the newest snapshots as metrics.
type syncMetrics struct{ metrics *metrics.Metrics }

func (m syncMetrics) observe(_ context.Context, o outcome) {
	m.metrics.Synced(o.set, o.took, o.err != nil, o.err == nil && o.result.Commit != "")
	if o.err != nil {
		return
	}
	m.metrics.Snapshot(o.result.Snapshot)
	faults := make([]metrics.Fault, len(o.result.Plan.Failures))
	for i, f := range o.result.Plan.Failures {
		faults[i] = fault(f.Err)
	}
	m.metrics.Overlays(o.set, faults)
	m.metrics.Warnings(o.set, len(o.result.Warnings))
}

// fault returns the file and the reason of an error that prevents an overlay.
func fault(err error) metrics.Fault {
	var build *object.BuildError
	var refused *object.RefusedError
	switch {
	case errors.As(err, &build):
		return metrics.Fault{File: build.Path, Reason: build.Reason}
	case errors.As(err, &refused):
		return metrics.Fault{File: refused.Path, Reason: refused.Reason}
	}
	return metrics.Fault{Reason: err.Error()}
}
