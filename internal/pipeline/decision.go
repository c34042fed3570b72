package pipeline

import (
	"slices"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/internal/gitops"
)

// decision is the desired state of a set. It is made from the candidates after the
// last stage, and is immutable.
type decision struct {
	previews []generator.Preview // in the order of generator.SortPreviews
	dropped  []generator.Dropped
	// gone holds, by id, the reasons for which entries may be deleted.
	gone map[string]generator.Verdict
	// objections are to be recorded in entries, by id, until the entries are deleted.
	objections map[string]generator.Objection
	// own are the ids of previews whose entries belong to them.
	own map[string]bool
	forks
	// routine is the number of previews that are removed for a routine reason.
	routine int
	// deferred is true if entries can only be deleted with a newer list.
	deferred bool
	// unsure are those of dropped that may have had a preview before the first sync.
	unsure   []generator.Dropped
	warnings []generator.Warning
	// unread are the ids of entries without a valid record whose change may be open, and that
	// no preview writes again.
	unread []string
}

func (s *Set) newDecision(f *facts, all []*candidate) *decision {
	d := &decision{
		gone: map[string]generator.Verdict{}, objections: map[string]generator.Objection{},
		own: map[string]bool{}, forks: f.forks, warnings: slices.Concat(f.warnings, nameWarnings(all)),
	}
	for _, c := range all {
		if c.stays() {
			p := c.Preview
			var warnings []generator.Warning
			p.Link, warnings = s.link(p)
			d.warnings = append(d.warnings, warnings...)
			d.previews = append(d.previews, p)
			d.own[c.ID] = c.entry
		}
		if !c.rejected() {
			continue
		}
		d.dropped = append(d.dropped, c.dropped())
		if c.unsure {
			d.unsure = append(d.unsure, c.dropped())
		}
		//promise:removals-delete-only-their-own-entry
		if c.replaced {
			continue
		}
		if c.status == gone {
			d.gone[c.ID] = recorded(c.why)
		}
		if c.leaves() && c.why.Reason.Routine() {
			d.routine++
		}
		d.deferred = d.deferred || c.deferred
		// The entry records that the label of a fork was removed.
		if why := recorded(c.why); c.entry && c.unreadable == nil && why.Reason == generator.ReasonFork {
			d.objections[c.ID] = generator.Objection{Reason: why.Reason}
		}
	}
	d.unread = s.unread(f, all)
	d.warnings = generator.SortWarnings(append(d.warnings, unrecordedWarnings(f, all)...))
	generator.SortPreviews(d.previews)
	return d
}

func (d *decision) desired(l generator.Lifetime) gitops.Desired {
	return gitops.Desired{Previews: d.previews, Gone: d.gone, Objections: d.objections, ExpiresAt: l.ExpiresAt}
}

func (d *decision) held() (held []generator.Preview) {
	for _, p := range d.previews {
		if p.IsHeld() {
			held = append(held, p)
		}
	}
	return held
}

func (c *candidate) dropped() generator.Dropped {
	return generator.Dropped{Change: c.Change, Variant: c.Variant, ID: c.ID, HasEntry: c.entry, Guarded: c.guarded, Verdict: c.why}
}
