package pipeline

import (
	"slices"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/internal/gitops"
)

// inventory holds the previews of the last snapshot and the entries in Git when a sync
// begins.
type inventory struct {
	// before are the previews of the last snapshot or, after a start, the previews
	// with an entry.
	before  []generator.Preview
	known   map[generator.Origin]*generator.Preview // before, by origin
	entries map[string]gitops.Entry                 // by id
	// recorded are the previews as their entries record them.
	recorded []generator.Preview
	byID     map[string]*generator.Preview // recorded, by id
	byKey    map[generator.Key][]*generator.Preview
	// damaged are the entries whose record can't be read, by id.
	damaged map[string]damagedEntry
	// variants are the variants in which a change has a preview or an entry, by its
	// origin without a variant.
	variants map[generator.Origin][]string
	// namedAfter holds the former names of the repository that previews are named
	// after, by their origins without a variant.
	namedAfter map[generator.Origin]generator.RepositoryName
	// urls are the URLs that the names of previews are made from, by their origins without a
	// variant.
	urls map[generator.Origin]generator.URLs
	// earlier are the states of a change in its entries and previews, by its origin
	// without a variant.
	earlier map[generator.Origin][]generator.Change
	// dropped holds the verdicts of the last snapshot on changes of its repository without
	// a preview.
	dropped map[generator.Origin]generator.Verdict
	guard   generator.Guard
}

// newInventory returns the inventory of the last snapshot and of state, whose entries
// record these previews.
func newInventory(previous *generator.Snapshot, state gitops.State, recorded []generator.Preview, guard generator.Guard) inventory {
	v := inventory{
		known: map[generator.Origin]*generator.Preview{}, entries: state.Entries, recorded: recorded,
		byID: map[string]*generator.Preview{}, byKey: map[generator.Key][]*generator.Preview{},
		variants: map[generator.Origin][]string{}, namedAfter: map[generator.Origin]generator.RepositoryName{}, urls: map[generator.Origin]generator.URLs{},
		earlier: map[generator.Origin][]generator.Change{}, dropped: map[generator.Origin]generator.Verdict{}, guard: guard,
	}
	if v.before = v.recorded; previous != nil {
		v.before = previewsOf(previous)
		for _, d := range previous.Dropped {
			if d.Reason != generator.ReasonSource { // a change of a former source
				v.dropped[previous.Repository.Origin(d.Change, d.Variant)] = d.Verdict
			}
		}
	}
	for i := range v.before {
		v.known[v.before[i].Origin()] = &v.before[i]
	}
	for i := range v.recorded {
		p := &v.recorded[i]
		v.byID[p.ID] = p
		v.byKey[p.Key()] = append(v.byKey[p.Key()], p)
	}
	for _, p := range slices.Concat(v.recorded, v.before) {
		origin := p.Origin().WithoutVariant()
		v.earlier[origin] = append(v.earlier[origin], p.Change)
		if !slices.Contains(v.variants[origin], p.Variant) {
			v.variants[origin] = append(v.variants[origin], p.Variant)
		}
		if _, known := v.namedAfter[origin]; !known {
			v.namedAfter[origin], v.urls[origin] = p.NamedAfter, p.OriginalURLs()
		}
	}
	return v
}

func previewsOf(s *generator.Snapshot) []generator.Preview {
	previews := make([]generator.Preview, len(s.Previews))
	for i, p := range s.Previews {
		previews[i] = p.Preview
	}
	return previews
}

// find returns the preview of an origin, nil if there is none. A preview exists if it
// is in before, or if its entry records that the guard holds it, which another
// replica may have recorded. If there is an entry, the result is as the entry records
// it: otherwise replicas with different snapshots would overwrite each other's
// entries in turn.
func (v inventory) find(o generator.Origin, id string) *generator.Preview {
	known := v.known[o]
	if p := v.byID[id]; p != nil && p.Origin() == o && (known != nil || p.Objection.HeldBy(v.guard)) {
		return p
	}
	return known
}

// held reports whether the guard has held p before.
func (v inventory) held(p generator.Preview) bool { return v.objection(p) != nil }

// objection returns the objection with which the guard has held p before, nil for none. A
// replica with another configuration may want p, and write its entry without the
// objection: then only the last snapshot has it.
func (v inventory) objection(p generator.Preview) *generator.Objection {
	if entry := v.byID[p.ID]; entry != nil && entry.Objection.HeldBy(v.guard) {
		return entry.Objection
	}
	if p.Objection.HeldBy(v.guard) {
		return p.Objection
	}
	//promise:holds-survive-other-replicas
	if known := v.known[p.Origin()]; known != nil && known.Objection.HeldBy(v.guard) {
		return known.Objection
	}
	return nil
}

// missingFrom returns the previews and entries whose change found does not list, each
// once. If there is an entry, the preview is as its entry records it.
func (v inventory) missingFrom(found generator.Listing) (missing []generator.Preview) {
	listed := map[generator.Origin]bool{}
	for _, c := range found.Changes {
		listed[found.Repository.Origin(c, "")] = true
	}
	//promise:unreadable-changes-are-not-missing
	for _, u := range found.Unreadable {
		listed[found.Repository.Origin(u.Key.Change(), "")] = true
	}
	seen := map[generator.Origin]bool{}
	for _, p := range slices.Concat(v.recorded, v.before, v.damagedPreviews()) {
		if o := p.Origin(); !listed[o.WithoutVariant()] && !seen[o] {
			seen[o] = true
			missing = append(missing, p)
		}
	}
	return missing
}
