package simulation_test

import (
	"regexp"
	"slices"
	"time"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/object"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/internal/pipeline"
)

// guardWindow is the time within which routine removals count toward guard.atLeast.
const guardWindow = 10 * time.Minute

// checkGuard checks that no more previews are removed than the guard allows. Routine
// removals count like others if there were too many of them within guardWindow.
func (s *promises) checkGuard(r removals, routine, other int) {
	g, exempt := r.p.config.guard, routine
	if r.set == plain {
		for range routine {
			s.routine[lifeKey(r.p, plain)] = append(s.routine[lifeKey(r.p, plain)], s.h.now)
		}
	}
	if r.earlier+routine >= g.AtLeast {
		exempt = 0
	}
	bounded := other + routine - exempt
	all := bounded+exempt >= r.size && r.where == answers || bounded >= r.size
	if bounded > 0 && (bounded > g.Removals || bounded*100 > r.size*g.Percent || all && !g.AllowAll) {
		s.h.reportViolation("%s removed %d of %d from %s in one sync, and %d for routine reasons after %d others, more than the guard %+v allows",
			r.p.name, bounded, r.size, r.where, exempt, r.earlier, g)
	}
}

// routineBefore returns the number of routine removals that count toward guard.atLeast
// beside those of the answer r: those within guardWindow, and entries of the same source
// that wait for the pruner. now has the previews of the answer.
func (s *promises) routineBefore(r removals, now map[string]origin) (n int) {
	life := lifeKey(r.p, r.set)
	if r.set == plain {
		for _, at := range s.routine[life] {
			if s.h.now.Sub(at) < guardWindow {
				n++
			}
		}
		return n
	}
	tip := s.h.git.entriesAt(s.h.git.tip())
	for id, entry := range s.h.git.entriesAt(r.before) {
		_, had := r.had[id]
		_, has := now[id]
		if _, stays := tip[id]; stays && !had && !has && (entry.Objection == nil || entry.Objection.Guard == nil) && s.rejected[life][entry.origin()].Routine() {
			n++
		}
	}
	return n + len(s.prunedRoutinely(r.before))
}

// prunedByOthers reports whether another process has deleted the entry of a preview for a
// routine reason. Its removal from the answer counted then.
func (s *promises) prunedByOthers(r removals, id string) bool {
	if !r.reasons[id].Routine() {
		return false
	}
	if _, exists := s.h.git.entriesAt(r.before)[id]; !exists && slices.Contains(s.prunedRoutinely(r.before), id) {
		return true
	}
	return slices.ContainsFunc(s.statesByOthers(r.p), func(state plumbing.Hash) bool {
		return prunedBy(s.h.git.commit(state))[id].Routine()
	})
}

// noteRejected notes the reasons for which a sync rejects listed changes.
func (s *promises) noteRejected(life string, o *pipeline.Outcome) {
	listed := map[generator.Key]bool{}
	for _, c := range o.Listing.Changes {
		listed[c.Key()] = true
	}
	s.rejected[life] = map[origin]generator.Reason{}
	for _, d := range o.Snapshot.Dropped {
		if listed[d.Key()] && d.Reason != generator.ReasonSource {
			s.rejected[life][origin{stemOf(o.Listing.Repository.Name), d.Key(), d.Variant}] = d.Reason
		}
	}
}

var pruneTrailer = regexp.MustCompile(`(?m)^Previewset-Prune: (\S+) reason=(\S+) head=`)

// prunedBy returns the reasons of the prunes of a commit, by id.
func prunedBy(c *object.Commit) map[string]generator.Reason {
	reasons := map[string]generator.Reason{}
	for _, trailer := range pruneTrailer.FindAllStringSubmatch(c.Message, -1) {
		reasons[trailer[1]] = generator.Reason(trailer[2])
	}
	return reasons
}

// prunedRoutinely returns the ids of the entries that commits within guardWindow, up to
// this one, have deleted for a routine reason.
func (s *promises) prunedRoutinely(at plumbing.Hash) (ids []string) {
	for !at.IsZero() {
		c := s.h.git.commit(at)
		if s.h.now.Sub(c.Committer.When) >= guardWindow {
			return ids
		}
		for id, reason := range prunedBy(c) {
			if reason.Routine() {
				ids = append(ids, id)
			}
		}
		if at = plumbing.ZeroHash; len(c.ParentHashes) > 0 {
			at = c.ParentHashes[0]
		}
	}
	return ids
}
