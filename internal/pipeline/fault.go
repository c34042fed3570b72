package pipeline

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/internal/gitops"
	"github.com/previewset/previewset/kustomize/object"
)

// faults returns the reasons why overlays can't be written, by the ids of their previews.
func (s *Set) faults(ctx context.Context, result gitops.Result) map[string]*generator.Fault {
	faults, files := map[string]*generator.Fault{}, map[string]bool{}
	for _, failure := range result.Plan.Failures {
		fault := newFault(failure.Err)
		faults[failure.ID] = &fault
		if fault.File != "" && !strings.HasPrefix(fault.File, s.Overlay.Repository.SetPath(s.Name)+"/") {
			files[fault.File] = true
		}
	}
	if len(files) == 0 {
		return faults
	}
	times, err := s.Overlay.Repository.ChangedAt(ctx, result.State, slices.Sorted(maps.Keys(files)))
	if err != nil {
		s.Log.DebugContext(ctx, "it is not known since when a file has a fault", "set", s.Name, "error", err)
	}
	for _, fault := range faults {
		fault.Since = times[fault.File]
	}
	return faults
}

func newFault(err error) generator.Fault {
	var build *object.BuildError
	var refused *object.RefusedError
	switch {
	case errors.As(err, &build):
		return generator.Fault{File: build.Path, Kind: generator.FaultBuild, Message: err.Error()}
	case errors.As(err, &refused):
		return generator.Fault{File: refused.Path, Kind: generator.FaultRefused, Message: err.Error()}
	}
	return generator.Fault{Kind: generator.FaultOther, Message: err.Error()}
}
