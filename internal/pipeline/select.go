package pipeline

import (
	"slices"

	"github.com/previewset/previewset/generator"
)

// selection returns the rules for changes of this repository.
func (s *Set) selection(repository generator.Repository) generator.Selection {
	selection := s.Selection
	selection.GitOpsBranch = s.gitOpsBranch(repository)
	return selection
}

// verdicts returns the verdicts on the listed changes that the rules, the lifetime or the
// limit exclude. A fork that waits for evidence is rejected for no other reason, so that
// its entry keeps recording that the label was removed.
func (s *Set) verdicts(f *facts, selection generator.Selection) map[generator.Key]generator.Verdict {
	kept, unproven := f.withoutWaiting(f.changes, selection.PullRequests)
	kept, dropped := selection.Filter(kept)
	kept, expired := selection.Expire(kept, f.now)
	//promise:unknown-dates-cost-no-preview
	kept = f.ranked(kept, f.repository)
	// Previews of unreadable changes count with their last facts: otherwise other
	// previews would take their place until the changes can be read again.
	//promise:limits-count-unreadable-changes
	kept = append(kept, f.unreadablePreviews()...)
	_, over := selection.Cap(kept, len(s.variants()))
	verdicts := map[generator.Key]generator.Verdict{}
	for _, d := range slices.Concat(unproven, dropped, expired, over) {
		verdicts[d.Key()] = d.Verdict
	}
	return verdicts
}

// selectChanges rejects listed changes, in all variants, that the selection excludes.
func (s *Set) selectChanges(f *facts, all []*candidate) error {
	for _, c := range all {
		if why, dropped := f.verdicts[c.Key()]; dropped && c.status == keep {
			c.reject(why)
		}
	}
	return nil
}

// withoutWaiting drops the forks that wait for evidence.
func (f forks) withoutWaiting(changes []generator.Change, rules *generator.PullRequestRules) (kept []generator.Change, dropped []generator.Dropped) {
	for _, c := range changes {
		if f.waiting[c.Key()] {
			dropped = append(dropped, generator.Dropped{Change: c, Verdict: rules.Unproven()})
		} else {
			kept = append(kept, c)
		}
	}
	return kept, dropped
}
