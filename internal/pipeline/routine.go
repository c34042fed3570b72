package pipeline

import (
	"context"
	"time"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/internal/gitops"
)

// routineRemovals are the previews that the set has lost for a routine reason within
// generator.GuardWindow.
type routineRemovals struct {
	count int
	// pruned are the ids of the entries of the listed repository that were deleted. A set
	// without entries has none.
	pruned map[string]bool
}

// routineRemovals counts the routine removals of earlier syncs, in the prune commits or,
// for a set without entries, in the last snapshot. It does so only if this sync may have
// routine removals.
func (s *Set) routineRemovals(ctx context.Context, f *facts, previous *generator.Snapshot, state gitops.State) (routineRemovals, error) {
	since := f.now.Add(-generator.GuardWindow)
	switch {
	case s.Guard.AtLeast == 0 || !f.mayRemoveRoutinely():
		return routineRemovals{}, nil
	case s.Overlay == nil:
		return routineRemovals{count: len(removalsSince(previous, since))}, nil
	}
	all, err := state.PrunedSince(ctx, since)
	if err != nil {
		return routineRemovals{}, err
	}
	r := routineRemovals{pruned: map[string]bool{}}
	for _, p := range all {
		if p.Reason.Routine() {
			//promise:routine-removals-add-up
			r.count++
			r.pruned[p.ID] = p.IsOf(f.repository.ID)
		}
	}
	return r, nil
}

// mayRemoveRoutinely reports whether the selection rejects, for a routine reason, a change
// that has a preview or an entry.
func (f *facts) mayRemoveRoutinely() bool {
	for _, c := range f.changes {
		if f.verdicts[c.Key()].Reason.Routine() && len(f.variants[f.repository.Origin(c, "")]) > 0 {
			return true
		}
	}
	return false
}

func removalsSince(s *generator.Snapshot, since time.Time) (times []time.Time) {
	if s == nil {
		return nil
	}
	for _, at := range s.Removals {
		if at.After(since) {
			times = append(times, at)
		}
	}
	return times
}

// routineTimes returns the times of the routine removals for the next snapshot of a set
// without entries: those of the last snapshot that still count, and those of this sync.
func (s *Set) routineTimes(previous *generator.Snapshot, d *decision) []time.Time {
	now := s.Now()
	times := removalsSince(previous, now.Add(-generator.GuardWindow))
	for range d.routine {
		times = append(times, now)
	}
	return times
}
