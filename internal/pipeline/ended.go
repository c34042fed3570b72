package pipeline

import (
	"context"
	"fmt"
	"slices"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/internal/gitops"
)

// maxEnded bounds the removed previews of a snapshot. The oldest are left out first.
const maxEnded = 500

// ended returns the previews whose entries were removed within s.Ended. It reads prune
// commits after a start, and after entries have vanished since the previous snapshot. If they
// can't be read, the result is nil, and the next sync tries again: it is for reports only.
func (s *Set) ended(ctx context.Context, previous, next *generator.Snapshot, state gitops.State) []generator.Ended {
	if s.Ended == 0 {
		return nil
	}
	since := s.Now().Add(-s.Ended)
	all := []generator.Ended{}
	if previous == nil || previous.Ended == nil || hasVanished(previous, state) {
		pruned, err := state.PrunedSince(ctx, since)
		if err != nil {
			s.Log.DebugContext(ctx, "the removed previews are not known", "set", s.Name, "error", err)
			return nil
		}
		all = endedBy(pruned, previous, next)
	} else {
		all = append(all, previous.Ended...)
	}
	seen := map[string]bool{}
	for _, p := range next.Previews {
		seen[p.ID] = true
	}
	all = slices.DeleteFunc(all, func(e generator.Ended) bool {
		_, hasEntry := state.Entries[e.ID]
		again := seen[e.ID] || hasEntry || !e.Since.After(since)
		seen[e.ID] = true
		return again
	})
	return all[:min(len(all), maxEnded)]
}

// hasVanished reports whether the repository lacks an entry that a snapshot had.
func hasVanished(s *generator.Snapshot, state gitops.State) bool {
	has := func(id string) bool {
		_, ok := state.Entries[id]
		return ok
	}
	return slices.ContainsFunc(s.Previews, func(p generator.Placed) bool { return p.Revision != "" && !has(p.ID) }) ||
		slices.ContainsFunc(s.Dropped, func(d generator.Dropped) bool { return d.HasEntry && !has(d.ID) })
}

// endedBy returns the pruned previews of the repository of next, newest first. A commit has
// few facts of a change; the others come from the snapshots.
func endedBy(pruned []gitops.Pruned, previous, next *generator.Snapshot) []generator.Ended {
	known, all := knownChanges(previous, next), []generator.Ended{}
	for _, p := range pruned {
		c, variant, ok := generator.ChangeOfID(p.ID)
		if !ok || !p.IsOf(next.Repository.ID) {
			continue
		}
		e := generator.Ended{Change: c, Variant: variant, ID: p.ID}
		if before, ok := known[p.ID]; ok {
			e = before
		}
		if e.Reason != p.Reason {
			e.Detail = fmt.Sprintf("its entry was removed with the reason %s", p.Reason)
		}
		e.HeadSHA, e.Reason, e.Since = p.Head, p.Reason, p.CommittedAt
		all = append(all, e)
	}
	return all
}

// knownChanges returns the changes of two snapshots by the IDs of their previews. previous may
// be nil.
func knownChanges(previous, next *generator.Snapshot) map[string]generator.Ended {
	known := map[string]generator.Ended{}
	for _, s := range []*generator.Snapshot{previous, next} {
		if s == nil {
			continue
		}
		for _, e := range s.Ended {
			known[e.ID] = e
		}
		for _, p := range s.Previews {
			known[p.ID] = generator.Ended{Change: p.Change, Variant: p.Variant, ID: p.ID}
		}
		for _, d := range s.Dropped {
			known[d.ID] = generator.Ended{Change: d.Change, Variant: d.Variant, ID: d.ID, Verdict: d.Verdict}
		}
	}
	return known
}
