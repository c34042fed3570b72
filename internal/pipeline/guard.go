package pipeline

import (
	"cmp"

	"github.com/previewset/previewset/generator"
)

// The words of the guard are here, and in generator.Guard.Holds, which says what
// would be too many.
const (
	heldBy = "held by the guard: "
	// heldOn is why a preview stays that the guard held before.
	heldOn = "an earlier sync would have removed too many; it stays until the guard in the configuration is another"
)

// guardRemovals holds what the stages before it would remove, where that is too
// much at once. It may hold previews that leave, drop new candidates that would get
// their names, and take back that an entry may be deleted. Changes that ended pass,
// and do not count.
//
// What the guard held once stays held until the configuration has another guard,
// whoever noted it: the set around it may have grown or shrunk.
func (s *Set) guardRemovals(f *facts, all []*candidate) error {
	older, fresh, leftovers := removals(f, all)
	removed := len(older) + len(fresh)
	for _, c := range older {
		s.holdBack(c, heldOn)
	}
	why := s.Guard.Holds(len(fresh), len(f.before))
	if why != "" {
		for _, c := range fresh {
			s.holdBack(c, why)
		}
		fresh = nil
	}
	if why != "" || len(older) > 0 {
		s.Log.Warn("the guard holds removals", "set", s.Name, "removals", removed, "previews", len(f.before), "reason", cmp.Or(why, heldOn))
	}
	dropCollisions(all)
	s.guardLeftovers(f, leftovers, len(fresh))
	return nil
}

// removals returns the candidates whose removal the guard bounds: previews that it
// held before, other previews, and leftovers. These have an entry and no preview:
// the pruner has not deleted it yet, or another process wrote it.
func removals(f *facts, all []*candidate) (older, fresh, leftovers []*candidate) {
	for _, c := range all {
		switch {
		case c.status != gone || c.ended():
		case c.there == nil:
			leftovers = append(leftovers, c)
		case f.held(*c.there):
			older = append(older, c)
		default:
			fresh = append(fresh, c)
		}
	}
	return older, fresh, leftovers
}

// holdBack holds a preview that leaves; its successors do not get its names. One of
// a fork without its label stays at its commit: nobody let in what its author has
// pushed since.
func (s *Set) holdBack(c *candidate, why string) {
	p, guard, head := *c.there, s.Guard, c.there.HeadSHA
	p.Change = c.Change
	if rules := s.Selection.PullRequests; p.Fork && (rules == nil || !rules.AllowsFork(p.Change)) {
		p.HeadSHA = head
	}
	p.Objection = &generator.Objection{Reason: c.why.Reason, Guard: &guard}
	s.hold(c, p, heldBy+why)
}

// guardLeftovers lets leftovers go if they are not too many, together with the
// previews that go. They are in no answer, so that only their entries stay.
func (s *Set) guardLeftovers(f *facts, leftovers []*candidate, going int) {
	previews := len(f.before)
	for _, p := range f.recorded {
		if f.known[p.Origin()] == nil {
			previews++
		}
	}
	why := s.Guard.Holds(len(leftovers)+going, previews)
	if why == "" || len(leftovers) == 0 {
		return
	}
	s.Log.Warn("the guard holds entries that are no previews any more", "set", s.Name, "entries", len(leftovers), "reason", why)
	for _, c := range leftovers {
		c.status = drop
	}
}
