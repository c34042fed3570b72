package pipeline

import (
	"slices"

	"github.com/previewset/previewset/generator"
)

// selectChanges rejects listed changes, in all variants, that the rules, the lifetime
// or the limit of the selection exclude. The verdicts are those of
// generator.Selection.
func (s *Set) selectChanges(f *facts, all []*candidate) error {
	kept, dropped := s.Selection.Filter(f.changes)
	kept, expired := s.Selection.Expire(kept, f.now)
	//promise:unknown-dates-cost-no-preview
	kept = f.ranked(kept, f.repository)
	_, over := s.Selection.Cap(kept, len(s.variants()))
	verdicts := map[generator.Key]generator.Verdict{}
	for _, d := range slices.Concat(dropped, expired, over) {
		verdicts[d.Key()] = d.Verdict
	}
	for _, c := range all {
		if why, dropped := verdicts[c.Key()]; dropped && c.status == keep {
			c.reject(why)
		}
	}
	return nil
}
