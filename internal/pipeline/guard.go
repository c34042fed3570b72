package pipeline

import (
	"cmp"
	"slices"
	"time"

	"github.com/previewset/previewset/generator"
)

// heldEarlier is the reason for a preview that an earlier sync has held, if the guard
// would not hold all held previews now.
const heldEarlier = "an earlier sync would have removed too many previews: any change of guard in the set releases it, such as a larger value of guard.removals"

// guardRemovals holds the removals of earlier stages if one sync has too many. It may
// hold previews that would leave, drop new candidates that need their names, and keep
// entries that could be deleted. It always allows the removals of changes that ended,
// and does not count them. It does not count a few routine removals either.
//
// A preview that the guard has held stays held until the guard in the configuration
// changes, even if another process recorded it: a change of the set's size does not
// release it. A changed guard checks all held previews together, so the message counts all
// of them.
func (s *Set) guardRemovals(f *facts, all []*candidate) error {
	r := s.removals(f, all)
	held := r.heldBefore
	if s.holds(len(r.fresh), len(f.before), r.exempt) != "" {
		held, r.fresh = slices.Concat(held, r.fresh), nil
	}
	why := cmp.Or(s.holds(len(held), len(f.before), r.exempt), heldEarlier)
	for _, c := range held {
		s.holdBack(f, c, why)
	}
	//promise:names-are-unique
	dropCollisions(f, all)
	s.guardLeftovers(f, r.leftovers, len(r.fresh), len(held))
	return nil
}

// holds returns the reason to hold so many removals beside exempt ones, which count
// toward no bound. But both together must not remove all previews.
func (s *Set) holds(removals, previews, exempt int) string {
	why := s.Guard.Holds(removals, previews)
	if why == "" && removals > 0 && removals+exempt >= previews && !s.Guard.AllowAll {
		return s.Guard.Holds(removals+exempt, previews)
	}
	return why
}

// removals are the candidates whose removal the guard bounds: previews that it has held
// before, other previews, and leftovers. A leftover has an entry but no preview: the
// pruner has not deleted the entry yet, or another process wrote it.
type removals struct {
	heldBefore, fresh, leftovers []*candidate
	// exempt is the number of other previews that are removed.
	exempt int
}

// removals returns the candidates that earlier stages remove, except routine removals that
// are exempt or that another process has committed.
func (s *Set) removals(f *facts, all []*candidate) (r removals) {
	exempt := s.Guard.Exempts(f.routine.count + f.countRoutine(all))
	for _, c := range all {
		switch {
		case c.status != gone || c.ended():
		case c.existing != nil && f.held(*c.existing):
			r.heldBefore = append(r.heldBefore, c)
		//promise:only-routine-removals-are-exempt
		case c.why.Reason.Routine() && (exempt || f.pruned(c)):
			if c.existing != nil {
				r.exempt++
			}
		case c.existing == nil:
			r.leftovers = append(r.leftovers, c)
		default:
			r.fresh = append(r.fresh, c)
		}
	}
	return r
}

// countRoutine returns the number of candidates that earlier stages remove for a routine
// reason, without those that stay held and those that are in f.routine. It includes entries
// that wait for the pruner, because their previews are already missing from the answer.
func (f *facts) countRoutine(all []*candidate) (n int) {
	for _, c := range all {
		held := c.existing != nil && f.held(*c.existing)
		if c.status == gone && c.why.Reason.Routine() && !held && !f.pruned(c) {
			n++
		}
	}
	return n
}

// pruned reports whether another process has deleted the entry of c for a routine reason.
func (f *facts) pruned(c *candidate) bool {
	return c.existing != nil && f.byID[c.ID] == nil && f.routine.pruned[c.ID]
}

// holdBack holds a preview that would leave, so that new candidates can't get its
// names. The preview of a fork that is no longer admitted stays at its commit: nobody has
// admitted later commits of the author. The preview of the branch that previews are
// written to does not change: its commits are those of previewset.
func (s *Set) holdBack(f *facts, c *candidate, why string) {
	p, guard, since, head := *c.existing, s.Guard, f.now.UTC().Truncate(time.Second), c.existing.HeadSHA
	if s.Overlay == nil {
		since = time.Time{} // other replicas do not know it
	}
	//promise:holds-keep-their-time
	if o := f.objection(p); o != nil {
		guard, since = *o.Guard, o.Since
	}
	if c.why.Reason != generator.ReasonGitOpsBranch {
		p.Change = c.Change
	}
	if !s.admits(f, p.Change) {
		p.HeadSHA = head
	}
	p.Objection = &generator.Objection{Reason: recorded(c.why).Reason, Guard: &guard, Since: since}
	s.hold(c, p, generator.Verdict{Reason: c.why.Reason, Detail: c.why.Detail + "; the guard holds it: " + why, Since: since})
}

// guardLeftovers keeps the entries of leftovers if there are too many of them together
// with the removed previews. The snapshot does not contain leftovers: only their entries
// stay. A changed guard checks all held previews together, so the message counts all of them,
// too.
func (s *Set) guardLeftovers(f *facts, leftovers []*candidate, removed, held int) {
	previews := len(f.before)
	for _, p := range f.recorded {
		if f.known[p.Origin()] == nil {
			previews++
		}
	}
	if len(leftovers) == 0 || s.Guard.Holds(len(leftovers)+removed, previews) == "" {
		return
	}
	why := s.Guard.Holds(len(leftovers)+removed+held, previews)
	for _, c := range leftovers {
		c.status, c.guarded = drop, true
		c.why.Detail += "; the guard keeps its entry: " + why
	}
}
