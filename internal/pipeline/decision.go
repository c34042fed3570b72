package pipeline

import (
	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/internal/gitops"
)

// decision says which previews a set should have. It is made from the candidates
// after the last stage, and does not change.
type decision struct {
	previews []generator.Preview // in the order of generator.SortPreviews
	dropped  []generator.Dropped
	// gone says, by id, why an entry may be deleted.
	gone map[string]generator.Verdict
	// objections are what entries, by id, record until they are deleted.
	objections map[string]generator.Objection
	// pins are the commits at which forks were admitted.
	pins map[generator.Key]string
}

func newDecision(f *facts, all []*candidate) *decision {
	d := &decision{gone: map[string]generator.Verdict{}, objections: map[string]generator.Objection{}, pins: f.pins}
	for _, c := range all {
		if c.stays() {
			d.previews = append(d.previews, c.Preview)
		}
		if !c.rejected() {
			continue
		}
		d.dropped = append(d.dropped, droppedAs(c.Preview, c.why))
		if c.status == gone {
			d.gone[c.ID] = c.why
		}
		// The entry remembers that the label of a fork is off.
		if c.entry && c.why.Reason == generator.ReasonFork {
			d.objections[c.ID] = generator.Objection{Reason: c.why.Reason}
		}
	}
	generator.SortPreviews(d.previews)
	return d
}

func (d *decision) desired(l generator.Lifetime) gitops.Desired {
	return gitops.Desired{Previews: d.previews, Gone: d.gone, Objections: d.objections, ExpiresAt: l.ExpiresAt}
}

func (d *decision) held() (held []generator.Preview) {
	for _, p := range d.previews {
		if p.Held != "" {
			held = append(held, p)
		}
	}
	return held
}

func droppedAs(p generator.Preview, v generator.Verdict) generator.Dropped {
	return generator.Dropped{Change: p.Change, Variant: p.Variant, ID: p.ID, Verdict: v}
}
