package pipeline

import (
	"cmp"

	"github.com/previewset/previewset/generator"
)

// The messages of the guard. generator.Guard.Holds returns those that say what
// would be too many.
const (
	heldBy = "held by the guard: "
	// heldOn is the reason for a preview that an earlier sync has held.
	heldOn = "an earlier sync would have removed too many; it stays until the guard in the configuration is another"
)

// guardRemovals holds the removals of earlier stages if they are too many at once.
// It may hold previews that would leave, drop new candidates that need their names,
// and keep entries that could be deleted. Removals of changes that ended pass, and
// do not count.
//
// A preview that the guard has held stays held until the configuration has another
// guard, also where another process recorded it: the set may have grown or shrunk
// since.
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
// held before, other previews, and leftovers. A leftover has an entry and no
// preview: the pruner has not deleted the entry yet, or another process wrote it.
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

// holdBack holds a preview that would leave, so that new candidates can't get its
// names. The preview of a fork that has lost its label stays at its commit: nobody
// admitted what the author has pushed since.
func (s *Set) holdBack(c *candidate, why string) {
	p, guard, head := *c.there, s.Guard, c.there.HeadSHA
	p.Change = c.Change
	if rules := s.Selection.PullRequests; p.Fork && (rules == nil || !rules.AllowsFork(p.Change)) {
		p.HeadSHA = head
	}
	p.Objection = &generator.Objection{Reason: c.why.Reason, Guard: &guard}
	s.hold(c, p, heldBy+why)
}

// guardLeftovers keeps the entries of leftovers if they are too many, counted
// together with the previews that go. No answer has leftovers, so that only their
// entries stay.
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
	s.Log.Warn("the guard holds entries without a preview", "set", s.Name, "entries", len(leftovers), "reason", why)
	for _, c := range leftovers {
		c.status = drop
	}
}
