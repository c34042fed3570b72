package pipeline

import "github.com/previewset/previewset/generator"

// restore keeps rejected candidates whose prune commit was reverted, because the prune
// was a mistake. They stay while their change is open. A revert does not admit a fork
// that has not been admitted again, even if the rules reject it for another reason first,
// nor the branch that previews are written to.
func (s *Set) restore(f *facts, all []*candidate) error {
	for _, c := range all {
		//promise:reverts-admit-no-fork
		if !c.rejected() || c.unreadable != nil || c.why.Reason == generator.ReasonGitOpsBranch || !f.restored(c) || !s.admits(f, c.Change) {
			continue
		}
		why := c.why
		why.Detail += "; it stays, because its prune was reverted: delete its entry to remove it"
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

// admits reports whether c does not come from a fork, or is at the commit that its label
// admits.
func (s *Set) admits(f *facts, c generator.Change) bool {
	//promise:forks-wait-at-their-commit
	if f.waiting[c.Key()] {
		return false
	}
	rules := s.Selection.PullRequests
	return !c.Fork || rules != nil && rules.AllowsFork(c)
}

// restored reports whether a revert restored the entry of c.
func (f *facts) restored(c *candidate) bool {
	entry := f.byID[c.ID]
	return entry != nil && f.entries[c.ID].Restored && entry.Origin() == c.Origin()
}
