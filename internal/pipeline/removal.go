package pipeline

import (
	"context"
	"slices"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/internal/gitops"
)

// hold keeps a preview that would not be kept now. Its names stay what they
// are: a configuration that no longer wants it does not move it either.
func (s *Set) hold(d *decision, p generator.Preview, why string) {
	p.Held = why
	p.ExpiresAt = s.Selection.Lifetime.ExpiresAt(p.Change)
	d.previews = append(d.previews, p)
}

// restore takes dropped changes back whose entry was pruned by mistake: its
// prune commit was reverted. It returns the others, with their ids. What a fork
// may not have, no revert gives it.
func (s *Set) restore(d *decision, r generator.Repository, dropped []generator.Dropped, state gitops.State) (rest []generator.Dropped, err error) {
	var back []generator.Change
	for _, drop := range dropped {
		drop.ID = s.identity(r, drop.Change).ID()
		if state.Entries[drop.ID].Restored && drop.Reason != generator.ReasonFork {
			back = append(back, drop.Change)
		} else {
			rest = append(rest, drop)
		}
	}
	return rest, s.name(d, r, back, "its prune was reverted")
}

// unlisted treats known previews that the listing does not tell of. Only
// evidence that its change ended removes one; otherwise it stays as it was, if
// it was one of before. An entry that had no preview before gets none.
func (s *Set) unlisted(ctx context.Context, d *decision, found generator.Listing, known *evidence, there present) {
	var missing []generator.Preview
	var keys []generator.Key
	for _, p := range there.missingFrom(found) {
		// What the guard holds can end, too, where its forge can be asked.
		if v := s.unselected(p, found.Repository); v.Reason == generator.ReasonSource || !v.Kept() && !there.held(p) {
			d.remove(there, p.Repository, generator.Dropped{Change: p.Change, ID: p.ID, Verdict: v})
			continue
		}
		missing, keys = append(missing, p), append(keys, p.Key())
	}
	endings := known.of(ctx, keys, found)
	for _, p := range missing {
		v, ending := s.unselected(p, found.Repository), endings[p.Key()]
		_, is := there.find(p.Repository, p.Change, p.ID)
		switch {
		case ending.Ended():
			d.gone[p.ID] = endingVerdict(ending)
			d.drop(p, endingVerdict(ending))
		case !v.Kept():
			d.remove(there, p.Repository, generator.Dropped{Change: p.Change, ID: p.ID, Verdict: v})
		case is:
			s.hold(d, p, "it left the list, and is not known to have ended")
		}
	}
}

// missingFrom returns the previews and entries whose change the listing does not
// tell of, each once: as its entry has it, if there is one.
func (t present) missingFrom(found generator.Listing) (missing []generator.Preview) {
	seen := map[origin]bool{}
	for _, c := range found.Changes {
		seen[originOf(found.Repository, c)] = true
	}
	for _, p := range slices.Concat(t.entries, t.before) {
		if from := originOf(p.Repository, p.Change); !seen[from] {
			seen[from] = true
			missing = append(missing, p)
		}
	}
	return missing
}

// unselected says why the configuration no longer asks for p at all.
func (s *Set) unselected(p generator.Preview, now generator.Repository) generator.Verdict {
	q := s.Selection.Query()
	switch {
	case !sameRepository(p.Repository, now):
		return generator.Verdict{Reason: generator.ReasonSource, Detail: "the set's source was " + p.Repository.CloneURL}
	case p.Kind == generator.PullRequest && !q.PullRequests, p.Kind == generator.Branch && !q.Branches:
		return generator.Verdict{Reason: generator.ReasonKind, Detail: "the set no longer selects its kind"}
	}
	return generator.Verdict{}
}

func sameRepository(a, b generator.Repository) bool {
	return a.Host == b.Host && a.FullName() == b.FullName()
}
