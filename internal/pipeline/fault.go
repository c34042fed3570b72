package pipeline

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/internal/gitops"
	"github.com/previewset/previewset/kustomize/object"
)

// faults returns the reasons why overlays can't be written, by the ids of their previews.
func (s *Set) faults(ctx context.Context, result gitops.Result) map[string]*generator.Fault {
	faults, paths := map[string]*generator.Fault{}, map[string]bool{}
	causes := map[string][]string{} // the paths whose last change can have caused the fault, by id
	for _, failure := range result.Plan.Failures {
		fault, missing := newFault(failure.Err)
		faults[failure.ID] = &fault
		for _, path := range []string{fault.File, missing} {
			if path != "" && path != "." && !strings.HasPrefix(path, s.Overlay.Repository.SetPath(s.Name)+"/") {
				causes[failure.ID] = append(causes[failure.ID], path)
				paths[path] = true
			}
		}
	}
	if len(paths) == 0 {
		return faults
	}
	times, err := s.Overlay.Repository.ChangedAt(ctx, result.State, slices.Sorted(maps.Keys(paths)))
	if err != nil {
		s.Log.DebugContext(ctx, "it is not known since when a file has a fault", "set", s.Name, "error", err)
	}
	for id, fault := range faults {
		fault.Since = latest(times, causes[id])
	}
	return faults
}

// latest returns the latest time of these paths, zero if no path has one.
func latest(times map[string]time.Time, paths []string) (t time.Time) {
	for _, path := range paths {
		if at := times[path]; at.After(t) {
			t = at
		}
	}
	return t
}

// newFault returns the fault of err, without its time, and the path of a file that is
// missing; "" for none. If errors are joined, the fault is in the file of the first one.
func newFault(err error) (fault generator.Fault, missing string) {
	var build *object.BuildError
	var refused *object.RefusedError
	isBuild, isRefused := errors.As(err, &build), errors.As(err, &refused)
	switch {
	case isRefused && (!isBuild || strings.HasPrefix(err.Error(), refused.Error())):
		return generator.Fault{File: refused.Path, Kind: generator.FaultRefused, Message: err.Error()}, ""
	case isBuild:
		return generator.Fault{File: build.Path, Kind: generator.FaultBuild, Message: err.Error()}, build.Missing
	}
	return generator.Fault{Kind: generator.FaultOther, Message: err.Error()}, ""
}
