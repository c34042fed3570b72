package pipeline

import (
	"cmp"
	"slices"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/internal/gitops"
)

// present are the previews that are there when a sync begins.
type present struct {
	before  []generator.Preview
	known   map[generator.Origin]generator.Preview // those of before
	entries []generator.Preview                    // as they remember them
	byID    map[string]generator.Preview           // those of entries
	byKey   map[generator.Key][]generator.Preview
	// variants are those in which a change has a preview or an entry, by the origin
	// without a variant.
	variants map[generator.Origin][]string
	guard    generator.Guard
}

// present returns what there is: the previews of the last snapshot, or, after a
// start, those that have an entry; and all entries.
func (s *Set) present(previous *generator.Snapshot, state gitops.State) present {
	t := present{
		known: map[generator.Origin]generator.Preview{}, entries: state.Known(), byID: map[string]generator.Preview{},
		byKey: map[generator.Key][]generator.Preview{}, variants: map[generator.Origin][]string{}, guard: s.Guard,
	}
	if t.before = t.entries; previous != nil {
		t.before = previewsOf(previous)
	}
	for _, p := range t.before {
		t.known[p.Origin()] = p
	}
	for _, p := range t.entries {
		t.byID[p.ID] = p
		t.byKey[p.Key()] = append(t.byKey[p.Key()], p)
	}
	for _, p := range slices.Concat(t.entries, t.before) {
		if of := p.Origin().WithoutVariant(); !slices.Contains(t.variants[of], p.Variant) {
			t.variants[of] = append(t.variants[of], p.Variant)
		}
	}
	return t
}

// find returns the preview of an origin, if there is one: one of before, or one
// whose entry says that the guard holds it, which another replica may have seen.
// It is as its entry has it, so that replicas that remember different things do
// not write them in turn.
func (t present) find(o generator.Origin, id string) (generator.Preview, bool) {
	known, was := t.known[o]
	if p := t.byID[id]; p.Origin() == o {
		return p, was || p.Objection.HeldBy(t.guard)
	}
	return known, was
}

// held reports whether the guard held p before.
func (t present) held(p generator.Preview) bool {
	return p.Objection.HeldBy(t.guard) || t.byID[p.ID].Objection.HeldBy(t.guard)
}

// removal is a preview that is there and not wanted, though its change has not
// ended.
type removal struct {
	generator.Dropped
	preview generator.Preview
}

// remove drops a change of r that is not wanted; the guard is asked where it
// has a preview.
func (d *decision) remove(there present, r generator.Repository, drop generator.Dropped) {
	if p, ok := there.find(r.Origin(drop.Change, drop.Variant), drop.ID); ok {
		d.removals = append(d.removals, removal{drop, p})
	} else {
		d.dropped = append(d.dropped, drop)
	}
}

// heldOn is why a preview stays that the guard held before.
const heldOn = "an earlier sync would have removed too many; it stays until the guard in the configuration is another"

// judge holds the removals if they are too many; else they go. What the guard
// held once stays held until the configuration has another guard, whoever noted
// it: the set around it may have grown or shrunk.
func (s *Set) judge(d *decision, there present) {
	var older, fresh []removal
	for _, r := range d.removals {
		if there.held(r.preview) {
			older = append(older, r)
		} else {
			fresh = append(fresh, r)
		}
	}
	why := s.Guard.Holds(len(fresh), len(there.before))
	for _, r := range older {
		s.guarded(d, r, heldOn)
	}
	leftovers := d.leftovers(there)
	for _, r := range fresh {
		if why != "" {
			s.guarded(d, r, why)
			continue
		}
		d.dropped = append(d.dropped, r.Dropped)
		d.gone[r.ID] = r.Verdict
	}
	if why != "" || len(older) > 0 {
		s.Log.Warn("the guard holds removals", "set", s.Name, "removals", len(d.removals), "previews", len(there.before), "reason", cmp.Or(why, heldOn))
	}
	s.judgeLeftovers(d, leftovers, there)
}

// guarded holds a preview. A fork's without its label stays at its commit: nobody
// lets in what its author has pushed since.
func (s *Set) guarded(d *decision, r removal, why string) {
	p, guard, head := r.preview, s.Guard, r.preview.HeadSHA
	p.Change = r.Change
	if rules := s.Selection.PullRequests; p.Fork && (rules == nil || !rules.AllowsFork(p.Change)) {
		p.HeadSHA = head
	}
	p.Objection = &generator.Objection{Reason: r.Reason, Guard: &guard}
	s.hold(d, p, "held by the guard: "+why)
}

// isOf reports whether p is the preview that drop would be, of any repository.
func isOf(p generator.Preview, drop generator.Dropped) bool {
	return p.Key() == drop.Key() && p.Variant == drop.Variant
}

// leftovers are changes that are not wanted and have an entry, though they had
// no preview before: a prune did not come to them, or another process wrote
// them.
func (d *decision) leftovers(there present) (left []generator.Dropped) {
	for _, drop := range d.dropped {
		_, ended := d.gone[drop.ID]
		if p := there.byID[drop.ID]; !ended && p.ID != "" && isOf(p, drop) {
			left = append(left, drop)
		}
	}
	return left
}

// judgeLeftovers lets leftovers go if they are not too many, together with what
// goes already. They are in no answer, so that only their entries stay.
func (s *Set) judgeLeftovers(d *decision, leftovers []generator.Dropped, there present) {
	going, all := len(leftovers), len(there.before)
	for _, r := range d.removals {
		if _, gone := d.gone[r.ID]; gone {
			going++
		}
	}
	for _, p := range there.entries {
		if _, ok := there.known[p.Origin()]; !ok {
			all++
		}
	}
	if why := s.Guard.Holds(going, all); why != "" && len(leftovers) > 0 {
		s.Log.Warn("the guard holds entries that are no previews any more", "set", s.Name, "entries", len(leftovers), "reason", why)
		return
	}
	for _, drop := range leftovers {
		d.gone[drop.ID] = drop.Verdict
	}
}

// object has the entries of forks remember that their label is off, for as long
// as they wait to be pruned.
func (d *decision) object(there present) {
	for _, drop := range d.dropped {
		if drop.Reason == generator.ReasonFork && isOf(there.byID[drop.ID], drop) {
			d.objections[drop.ID] = generator.Objection{Reason: drop.Reason}
		}
	}
}
