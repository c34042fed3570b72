package pipeline

import (
	"context"
	"slices"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/internal/gitops"
)

func keys(previews []generator.Preview) map[generator.Key]bool {
	seen := make(map[generator.Key]bool, len(previews))
	for _, p := range previews {
		seen[p.Key()] = true
	}
	return seen
}

// restore takes dropped changes back whose entry was pruned by mistake: its
// prune commit was reverted. What a fork may not have, no revert gives it.
func (s *Set) restore(d *decision, r generator.Repository, state gitops.State) error {
	return s.takeBack(d, r, "its prune was reverted", func(drop generator.Dropped) bool {
		return state.Entries[drop.ID].Restored && drop.Reason != generator.ReasonFork
	})
}

// takeBack moves those of d.dropped that pick chooses to the previews.
func (s *Set) takeBack(d *decision, r generator.Repository, why string, pick func(generator.Dropped) bool) error {
	var back []generator.Change
	d.dropped = slices.DeleteFunc(d.dropped, func(drop generator.Dropped) bool {
		if !pick(drop) {
			return false
		}
		back = append(back, drop.Change)
		return true
	})
	return s.name(d, r, back, why)
}

// unlisted treats known previews that the listing does not tell of. Only
// evidence that its change ended removes one; otherwise it stays as it was, if
// it was one of before. An entry that had no preview before gets none.
func (s *Set) unlisted(ctx context.Context, d *decision, found generator.Listing, known *evidence, before, entries []generator.Preview) error {
	seen := map[generator.Key]bool{}
	for _, c := range found.Changes {
		seen[c.Key()] = true
	}
	had := keys(before)
	for _, p := range slices.Concat(before, entries) {
		elsewhere := !sameRepository(p.Repository, found.Repository)
		if seen[p.Key()] && !elsewhere {
			continue
		}
		seen[p.Key()] = true
		if v := s.unselected(p, elsewhere); !v.Kept() {
			d.dropped = append(d.dropped, generator.Dropped{Change: p.Change, ID: p.ID, Verdict: v})
			continue
		}
		ending, err := known.of(ctx, p.Key(), found)
		if err != nil {
			s.Log.WarnContext(ctx, "a change left the list and can't be looked up: its preview stays", "set", s.Name, "id", p.ID, "error", err)
		}
		switch {
		case ending.Ended():
			d.gone[p.ID] = endingVerdict(ending)
			d.dropped = append(d.dropped, generator.Dropped{Change: p.Change, ID: p.ID, Verdict: endingVerdict(ending)})
		case had[p.Key()]:
			if err := s.name(d, found.Repository, []generator.Change{p.Change}, "it left the list, and is not known to have ended"); err != nil {
				return err
			}
		}
	}
	return nil
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
func (s *Set) guard(d *decision, r generator.Repository, before []generator.Preview) error {
	had := keys(before)
	removals := 0
	for _, drop := range d.dropped {
		if _, ended := d.gone[drop.ID]; had[drop.Key()] && !ended {
			removals++
		}
	}
	why := s.Guard.Holds(removals, len(before))
	if why != "" {
		s.Log.Warn("the guard holds removals", "set", s.Name, "removals", removals, "previews", len(before), "reason", why)
		return s.takeBack(d, r, "held by the guard: "+why, func(drop generator.Dropped) bool {
			_, ended := d.gone[drop.ID]
			return had[drop.Key()] && !ended
		})
	}
	for _, drop := range d.dropped {
		if _, ended := d.gone[drop.ID]; !ended {
			d.gone[drop.ID] = drop.Verdict
		}
	}
	return nil
}
