package pipeline

import (
	"context"
	"slices"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/internal/gitops"
)

func byKey(previews []generator.Preview) map[generator.Key]generator.Preview {
	found := make(map[generator.Key]generator.Preview, len(previews))
	for _, p := range previews {
		found[p.Key()] = p
	}
	return found
}

// hold keeps a preview that would not be kept now. Its names stay what they
// are: a configuration that no longer wants it does not move it either.
func (s *Set) hold(d *decision, p generator.Preview, why string) {
	p.Held = why
	p.ExpiresAt = s.Selection.Lifetime.ExpiresAt(p.Change)
	d.previews = append(d.previews, p)
}

// restore takes dropped changes back whose entry was pruned by mistake: its
// prune commit was reverted. What a fork may not have, no revert gives it.
func (s *Set) restore(d *decision, r generator.Repository, state gitops.State) error {
	var back []generator.Change
	d.dropped = slices.DeleteFunc(d.dropped, func(drop generator.Dropped) bool {
		restored := state.Entries[drop.ID].Restored && drop.Reason != generator.ReasonFork
		if restored {
			back = append(back, drop.Change)
		}
		return restored
	})
	return s.name(d, r, back, "its prune was reverted")
}

// unlisted treats known previews that the listing does not tell of. Only
// evidence that its change ended removes one; otherwise it stays as it was, if
// it was one of before. An entry that had no preview before gets none.
func (s *Set) unlisted(ctx context.Context, d *decision, found generator.Listing, known *evidence, before, entries []generator.Preview) {
	listed, done := map[generator.Key]bool{}, map[generator.Key]bool{}
	for _, c := range found.Changes {
		listed[c.Key()] = true
	}
	had := byKey(before)
	for _, p := range slices.Concat(before, entries) {
		elsewhere := !sameRepository(p.Repository, found.Repository)
		if done[p.Key()] || listed[p.Key()] && !elsewhere {
			continue
		}
		done[p.Key()] = true
		if v := s.unselected(p, elsewhere); !v.Kept() {
			d.drop(p, v)
			continue
		}
		ending, err := known.of(ctx, p.Key(), found)
		if err != nil {
			s.Log.WarnContext(ctx, "a change left the list and can't be looked up: its preview stays", "set", s.Name, "id", p.ID, "error", err)
		}
		if ending.Ended() {
			d.gone[p.ID] = endingVerdict(ending)
			d.drop(p, endingVerdict(ending))
		} else if _, ok := had[p.Key()]; ok {
			s.hold(d, p, "it left the list, and is not known to have ended")
		}
	}
}

// unselected says why the configuration no longer asks for p at all.
func (s *Set) unselected(p generator.Preview, elsewhere bool) generator.Verdict {
	q := s.Selection.Query()
	switch {
	case elsewhere:
		return generator.Verdict{Reason: generator.ReasonSource, Detail: "the set's source was " + p.Repository.CloneURL}
	case p.Kind == generator.PullRequest && !q.PullRequests, p.Kind == generator.Branch && !q.Branches:
		return generator.Verdict{Reason: generator.ReasonKind, Detail: "the set no longer selects its kind"}
	}
	return generator.Verdict{}
}

func sameRepository(a, b generator.Repository) bool {
	return a.Host == b.Host && a.FullName() == b.FullName()
}

// guard holds the removals of previews that have not ended if they are too
// many; the others are free to go.
func (s *Set) guard(d *decision, before []generator.Preview) {
	had := byKey(before)
	removed := func(drop generator.Dropped) bool {
		_, was := had[drop.Key()]
		_, ended := d.gone[drop.ID]
		return was && !ended
	}
	removals := 0
	for _, drop := range d.dropped {
		if removed(drop) {
			removals++
		}
	}
	why := s.Guard.Holds(removals, len(before))
	if why == "" {
		d.release()
		return
	}
	s.Log.Warn("the guard holds removals", "set", s.Name, "removals", removals, "previews", len(before), "reason", why)
	d.dropped = slices.DeleteFunc(d.dropped, func(drop generator.Dropped) bool {
		if !removed(drop) {
			return false
		}
		p := had[drop.Key()]
		p.Change = drop.Change
		s.hold(d, p, "held by the guard: "+why)
		return true
	})
}

// release lets what was dropped go.
func (d *decision) release() {
	for _, drop := range d.dropped {
		if _, ended := d.gone[drop.ID]; !ended {
			d.gone[drop.ID] = drop.Verdict
		}
	}
}
