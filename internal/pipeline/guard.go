package pipeline

import (
	"cmp"

	"github.com/previewset/previewset/generator"
)

// Messages of the guard. generator.Guard.Holds returns the others, which state the
// exceeded bound.
const (
	heldPrefix = "held by the guard: "
	// heldEarlier is the reason for a preview that an earlier sync has held.
	heldEarlier = "an earlier sync would have removed too many previews; it stays until the configured guard changes"
)

// guardRemovals holds the removals of earlier stages if one sync has too many. It may
// hold previews that would leave, drop new candidates that need their names, and keep
// entries that could be deleted. It always allows the removals of changes that ended,
// and does not count them.
//
// A preview that the guard has held stays held until the guard in the configuration
// changes, even if another process recorded it: a change of the set's size does not
// release it.
func (s *Set) guardRemovals(f *facts, all []*candidate) error {
	heldBefore, fresh, leftovers := removals(f, all)
	removed := len(heldBefore) + len(fresh)
	for _, c := range heldBefore {
		s.holdBack(f, c, heldEarlier)
	}
	why := s.Guard.Holds(len(fresh), len(f.before))
	if why != "" {
		for _, c := range fresh {
			s.holdBack(f, c, why)
		}
		fresh = nil
	}
	if why != "" || len(heldBefore) > 0 {
		s.Log.Warn("the guard holds removals", "set", s.Name, "removals", removed, "previews", len(f.before), "reason", cmp.Or(why, heldEarlier))
	}
	//promise:names-are-unique
	dropCollisions(f, all)
	s.guardLeftovers(f, leftovers, len(fresh))
	return nil
}

// removals returns the candidates whose removal the guard bounds: previews that it has
// held before, other previews, and leftovers. A leftover has an entry but no preview:
// the pruner has not deleted the entry yet, or another process wrote it.
func removals(f *facts, all []*candidate) (heldBefore, fresh, leftovers []*candidate) {
	for _, c := range all {
		switch {
		case c.status != gone || c.ended():
		case c.existing == nil:
			leftovers = append(leftovers, c)
		case f.held(*c.existing):
			heldBefore = append(heldBefore, c)
		default:
			fresh = append(fresh, c)
		}
	}
	return heldBefore, fresh, leftovers
}

// holdBack holds a preview that would leave, so that new candidates can't get its
// names. The preview of a fork that is no longer admitted stays at its commit:
// nobody has admitted later commits of the author.
func (s *Set) holdBack(f *facts, c *candidate, why string) {
	p, guard, head := *c.existing, s.Guard, c.existing.HeadSHA
	p.Change = c.Change
	if !s.admits(f, p.Change) {
		p.HeadSHA = head
	}
	p.Objection = &generator.Objection{Reason: recorded(c.why).Reason, Guard: &guard}
	s.hold(c, p, heldPrefix+why)
}

// guardLeftovers keeps the entries of leftovers if there are too many of them together
// with the removed previews. The snapshot does not contain leftovers: only their entries
// stay.
func (s *Set) guardLeftovers(f *facts, leftovers []*candidate, removed int) {
	previews := len(f.before)
	for _, p := range f.recorded {
		if f.known[p.Origin()] == nil {
			previews++
		}
	}
	why := s.Guard.Holds(len(leftovers)+removed, previews)
	if why == "" || len(leftovers) == 0 {
		return
	}
	s.Log.Warn("the guard holds entries without a preview", "set", s.Name, "entries", len(leftovers), "reason", why)
	for _, c := range leftovers {
		c.status = drop
	}
}
