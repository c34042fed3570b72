package generator

import (
	"cmp"
	"fmt"
	"slices"
	"time"
)

// Status is the state of one change of a set in one variant. Commands, the API, metrics and
// the log report it in the same words.
type Status struct {
	Set string
	// Change is as the source lists it: HeadSHA is the newest head, even for a fork
	// whose newest commit is not admitted.
	Change
	// Variant is "" if the set has no variants.
	Variant string
	// ID is the ID that the preview has or would have.
	ID    string
	State State
	// Reason is "" if the preview is up to date.
	Reason Reason
	// Message is a sentence without a full stop. It names the remedy if there is one.
	Message string
	// Since is the time from which the state applies, zero if neither Git nor the source
	// knows it.
	Since time.Time
	// Committed is the commit of the change that the entry has, or, in a set without an
	// overlay, the commit in the parameters. It is "" without a preview.
	Committed string
	// Live is the commit of the change that is live: Committed if all Applications of the
	// preview are Synced and Healthy at the revision of its entry, and "" otherwise.
	Live string
	// Applications are those at the path of the entry, nil if they are not known.
	Applications []Application
	// Fault is the reason why the entry can't be written; nil for none.
	Fault *Fault
	// Preview is nil if there is no preview.
	Preview *Placed
}

// Statuses returns the state of each change in s: branches by ID, then pull requests by
// number and ID. A change that has ended, and has neither an entry nor an Application, has
// no state. Revisions of apps that have the same entry as the revision of its placement must
// have been replaced by that revision. This is the only place that computes states.
func Statuses(s *Snapshot, apps Applications) []Status {
	all := make([]Status, 0, len(s.Previews)+len(s.Dropped))
	for i := range s.Previews {
		status := s.statusOf(&s.Previews[i])
		status.observe(&s.Previews[i], apps)
		all = append(all, status)
	}
	all = append(all, s.withoutPreview(apps)...)
	slices.SortStableFunc(all, func(a, b Status) int {
		return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Number, b.Number), cmp.Compare(a.ID, b.ID))
	})
	return all
}

func (s *Snapshot) statusOf(p *Placed) Status {
	status := Status{Set: s.Set, Change: p.Change, Variant: p.Variant, ID: p.ID, Committed: p.Committed, Fault: p.Fault, Preview: p}
	// A preview of a former source has the number of another pull request.
	if head, ok := s.Forks[p.Key()]; ok && p.Repository.Identity() == s.Repository.Identity() {
		status.HeadSHA = head.HeadSHA
	}
	switch {
	case p.IsHeld():
		status.set(StateHeld, p.Held)
	//promise:faults-are-reported
	case p.Fault != nil:
		status.set(StateBehind, p.Fault.verdict(status))
	case p.Damaged:
		status.set(StateBehind, Verdict{Reason: ReasonPending, Detail: "the record of its entry can't be read: the next sync writes the entry again"})
	case p.Pending && p.Committed == "":
		status.set(StateWaiting, Verdict{Reason: ReasonPending, Detail: "the next sync writes its entry"})
	case p.Committed != "" && p.Committed != p.HeadSHA:
		status.set(StateBehind, Verdict{Reason: ReasonPending, Detail: fmt.Sprintf("the next sync writes the commit %s: the entry has %s", short(p.HeadSHA, 8), short(p.Committed, 8))})
	//promise:newer-commits-of-forks-are-reported
	case p.HeadSHA != status.HeadSHA:
		status.set(StateBehind, Verdict{Reason: ReasonFork, Detail: fmt.Sprintf("no label admits the commit %s of the fork: the preview stays at %s; to admit the newest commit, "+
			"remove the label, wait for a sync, and set the label again", short(status.HeadSHA, 8), short(p.HeadSHA, 8))})
	default:
		status.set(StateCommitted, p.upToDate())
	}
	return status
}

func (s *Status) set(state State, v Verdict) {
	s.State, s.Reason, s.Message, s.Since = state, v.Reason, v.Detail, v.Since
}

// upToDate returns the verdict on a preview whose entry has the newest head.
func (p *Placed) upToDate() Verdict {
	switch {
	case p.Held.Reason == ReasonName:
		return Verdict{Reason: ReasonName, Detail: p.Held.Detail, Since: p.CommittedAt}
	case p.Pending:
		return Verdict{Reason: ReasonPending, Detail: "the next sync updates its entry", Since: p.CommittedAt}
	case p.Path == "":
		return Verdict{Detail: "Argo CD gets its parameters: the set has no overlay"}
	}
	return Verdict{Detail: "its entry has the newest commit", Since: p.CommittedAt}
}

// verdict returns the verdict on a preview whose entry can't be written.
func (f *Fault) verdict(s Status) Verdict {
	v := Verdict{Reason: ReasonOverlay, Detail: f.Message, Since: f.Since}
	switch s.Committed {
	case "":
		v.Detail += "; it has no entry, and only a running service still knows its last revision"
	case s.HeadSHA:
		v.Detail += fmt.Sprintf("; the entry stays as it is, at the newest commit %s", short(s.Committed, 8))
	default:
		v.Detail += fmt.Sprintf("; the entry stays at the commit %s", short(s.Committed, 8))
	}
	return v
}

// status returns the state of d, whose preview had apps. It returns false if d has none: it
// has ended, and has neither an entry nor an Application.
func (d Dropped) status(set string, apps []Application) (Status, bool) {
	status := Status{Set: set, Change: d.Change, Variant: d.Variant, ID: d.ID, Fault: d.Fault, Applications: apps}
	switch {
	case d.Lost && d.Fault != nil:
		status.set(StateBehind, d.Fault.verdict(status))
	//promise:removals-are-reported
	case d.HasEntry && !d.Reason.keepsEntry():
		return d.removing(set, apps), true
	//promise:applications-outlive-their-entries
	case len(apps) > 0 && !d.Reason.keepsEntry():
		return d.removing(set, apps), true
	case d.Reason.waits():
		status.set(StateWaiting, d.Verdict)
	case Ending(d.Reason).Ended():
		return Status{}, false
	default:
		status.set(StateDropped, d.Verdict)
	}
	return status, true
}

// waits reports whether a change that has no preview for the reason r is selected.
func (r Reason) waits() bool {
	return slices.Contains([]Reason{ReasonForkUnproven, ReasonLimit, ReasonUnreadable, ReasonName, ReasonOverlay, ReasonPending}, r)
}

// keepsEntry reports whether a change that has no preview for the reason r keeps its entry.
// It returns false for the limit and for missing evidence of a fork, which remove a preview.
func (r Reason) keepsEntry() bool {
	return r.waits() && r != ReasonLimit && r != ReasonForkUnproven
}
