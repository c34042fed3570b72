package pipeline

import "github.com/previewset/previewset/generator"

// restore keeps rejected candidates whose prune commit was reverted, because the prune
// was a mistake. They stay while their change is open. A revert does not admit a fork
// that the rules reject.
func (s *Set) restore(f *facts, all []*candidate) error {
	const why = "its prune was reverted"
	for _, c := range all {
		if !c.rejected() || !f.restored(c) || c.why.Reason == generator.ReasonFork || c.why.Reason == generator.ReasonForkDenied {
			continue
		}
		if s.hasVariant(c.Variant) {
			c.status, c.Held = keep, why
			continue
		}
		p := *f.byID[c.ID] // only the entry has the names
		p.Change, p.Objection = c.Change, nil
		s.hold(c, p, why)
	}
	return nil
}

// restored reports whether a revert restored the entry of c.
func (f *facts) restored(c *candidate) bool {
	entry := f.byID[c.ID]
	return entry != nil && f.entries[c.ID].Restored && entry.Origin() == c.Origin()
}
