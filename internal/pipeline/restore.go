package pipeline

import "github.com/previewset/previewset/generator"

// restore keeps rejected candidates whose entry was pruned by mistake: its prune
// commit was reverted. They stay for as long as their change is open. A revert does
// not admit a fork that the rules reject.
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
		p := *f.byID[c.ID] // only its entry knows its names
		p.Change, p.Objection = c.Change, nil
		s.hold(c, p, why)
	}
	return nil
}

// restored reports whether the entry of c came back by a revert.
func (f *facts) restored(c *candidate) bool {
	entry := f.byID[c.ID]
	return entry != nil && f.entries[c.ID].Restored && entry.Origin() == c.Origin()
}
