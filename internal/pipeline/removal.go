package pipeline

import (
	"context"
	"errors"
	"slices"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/internal/gitops"
)

// hold keeps a preview that would not be kept now. Its names stay what they
// are: a configuration that no longer wants it does not move it either.
func (s *Set) hold(d *decision, p generator.Preview, why string) {
	p.Held = why
	p.Parameters = s.complete(p)
	p.ExpiresAt = s.Selection.Lifetime.ExpiresAt(p.Change)
	d.previews = append(d.previews, p)
}

// restore takes dropped changes back whose entry was pruned by mistake: its
// prune commit was reverted. It returns the others. What a fork may not have, no
// revert gives it.
func (s *Set) restore(d *decision, r generator.Repository, dropped []generator.Dropped, there present, state gitops.State) (rest []generator.Dropped, err error) {
	const why = "its prune was reverted"
	for _, drop := range dropped {
		v, has := s.variant(drop.Variant)
		switch p := there.byID[drop.ID]; {
		case !state.Entries[drop.ID].Restored, drop.Reason == generator.ReasonFork, drop.Reason == generator.ReasonForkDenied, p.Origin() != r.Origin(drop.Change, drop.Variant):
			rest = append(rest, drop)
		case has:
			err = errors.Join(err, s.name(d, r, drop.Change, v, why))
		default: // nothing but its entry knows what it is called
			p.Change, p.Objection = drop.Change, nil
			s.hold(d, p, why)
		}
	}
	return rest, err
}

// unlisted treats known previews that the listing does not tell of. Only
// evidence that its change ended removes one; otherwise it stays as it was, if
// it was one of before. An entry that had no preview before gets none.
func (s *Set) unlisted(ctx context.Context, d *decision, found generator.Listing, known *evidence, there present) {
	var missing []generator.Preview
	var keys []generator.Key // each once, for all variants
	asked := map[generator.Key]bool{}
	for _, p := range there.missingFrom(found) {
		// What the guard holds can end, too, where its forge can be asked.
		if v := s.unselected(p, found.Repository); v.Reason == generator.ReasonSource || !v.Kept() && !there.held(p) {
			d.remove(there, p.Repository, droppedAs(p, v))
			continue
		}
		missing = append(missing, p)
		if k := p.Key(); !asked[k] {
			asked[k], keys = true, append(keys, k)
		}
	}
	endings := known.of(ctx, keys, found)
	for _, p := range missing {
		v, ending := s.unselected(p, found.Repository), endings[p.Key()]
		_, is := there.find(p.Origin(), p.ID)
		switch {
		case ending.Ended():
			d.gone[p.ID] = endingVerdict(ending)
			d.drop(p, endingVerdict(ending))
		case !v.Kept():
			d.remove(there, p.Repository, droppedAs(p, v))
		case is:
			s.hold(d, p, "it left the list, and is not known to have ended")
		}
	}
}

// missingFrom returns the previews and entries whose change the listing does not
// tell of, each once: as its entry has it, if there is one.
func (t present) missingFrom(found generator.Listing) (missing []generator.Preview) {
	listed := map[generator.Origin]bool{}
	for _, c := range found.Changes {
		listed[found.Repository.Origin(c, "")] = true
	}
	seen := map[generator.Origin]bool{}
	for _, p := range slices.Concat(t.entries, t.before) {
		if o := p.Origin(); !listed[o.WithoutVariant()] && !seen[o] {
			seen[o] = true
			missing = append(missing, p)
		}
	}
	return missing
}

// unselected says why the configuration no longer asks for p at all.
func (s *Set) unselected(p generator.Preview, now generator.Repository) generator.Verdict {
	q := s.Selection.Query()
	switch {
	case p.Repository.Identity() != now.Identity():
		return generator.Verdict{Reason: generator.ReasonSource, Detail: "the set's source was " + p.Repository.CloneURL}
	case p.Kind == generator.PullRequest && !q.PullRequests, p.Kind == generator.Branch && !q.Branches:
		return generator.Verdict{Reason: generator.ReasonKind, Detail: "the set no longer selects its kind"}
	}
	return generator.Verdict{}
}
