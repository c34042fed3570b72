package pipeline

import (
	"slices"

	"github.com/previewset/previewset/generator"
)

// selectChanges rejects listed changes, in all variants, that the rules, the lifetime
// or the limit of the selection exclude. The verdicts are those of
// generator.Selection. A fork that waits for evidence is rejected for no other reason, so
// that its entry keeps recording that the label was removed.
func (s *Set) selectChanges(f *facts, all []*candidate) error {
	kept, unproven := f.withoutWaiting(f.changes, s.Selection.PullRequests)
	kept, dropped := s.Selection.Filter(kept)
	kept, expired := s.Selection.Expire(kept, f.now)
	//promise:unknown-dates-cost-no-preview
	kept = f.ranked(kept, f.repository)
	_, over := s.Selection.Cap(kept, len(s.variants()))
	verdicts := map[generator.Key]generator.Verdict{}
	for _, d := range slices.Concat(unproven, dropped, expired, over) {
		verdicts[d.Key()] = d.Verdict
	}
	for _, c := range all {
		if why, dropped := verdicts[c.Key()]; dropped && c.status == keep {
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
