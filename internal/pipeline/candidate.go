package pipeline

import "github.com/previewset/previewset/generator"

// status is what the stages have decided of a candidate so far.
type status int

const (
	// unknown: nothing is decided. It has no preview, and its entry stays.
	unknown status = iota
	// keep: it has a preview, with the names that the configuration gives it.
	keep
	// hold: it has a preview, with the names that it has already.
	hold
	// drop: it has no preview. An entry stays.
	drop
	// gone: it has no preview, and its entry may be deleted.
	gone
)

// candidate is a preview that the set could have, has, or has an entry of.
type candidate struct {
	// Preview is the preview as it is going to be. For a rejected candidate, only
	// the fields that identify it are meaningful.
	generator.Preview
	status status
	// why is the verdict where status is drop or gone.
	why generator.Verdict
	// there is the preview as it is now, nil if there is none.
	there *generator.Preview
	// entry is true where the entry with its id belongs to the same change and
	// variant. The repository may differ.
	entry bool
}

// candidates returns one candidate for each listed change and variant, also for
// variants that the set no longer has, and one for each preview or entry whose
// change is missing.
func (s *Set) candidates(f *facts) []*candidate {
	all := make([]*candidate, 0, len(f.changes)*len(s.variants())+len(f.missing))
	for _, c := range f.changes {
		for _, variant := range s.variantsOf(f, c) {
			p := generator.Preview{Change: c, Set: s.Name, Repository: f.repository, Variant: variant}
			p.ID = s.subject(p).ID()
			all = append(all, f.candidate(p, keep))
		}
	}
	for _, p := range f.missing {
		all = append(all, f.candidate(p, unknown))
	}
	return all
}

func (f *facts) candidate(p generator.Preview, first status) *candidate {
	entry := f.byID[p.ID]
	return &candidate{
		Preview: p, status: first, there: f.find(p.Origin(), p.ID),
		entry: entry != nil && entry.Key() == p.Key() && entry.Variant == p.Variant,
	}
}

// reject decides that c is not wanted. If it has a preview or an entry, c is gone
// unless a later stage keeps it.
func (c *candidate) reject(why generator.Verdict) {
	c.why, c.status = why, drop
	if c.there != nil || c.entry {
		c.status = gone
	}
}

// rejected reports whether c is not wanted.
func (c *candidate) rejected() bool { return c.status == drop || c.status == gone }

// stays reports whether c has a preview.
func (c *candidate) stays() bool { return c.status == keep || c.status == hold }

// leaves reports whether c has a preview now and is going to have none, though its
// change has not ended. The guard may hold it.
func (c *candidate) leaves() bool { return c.status == gone && c.there != nil && !c.ended() }

// ended reports whether there is evidence that the change of c ended.
func (c *candidate) ended() bool { return generator.Ending(c.why.Reason).Ended() }

// hold makes c the preview p, which would otherwise not be kept. p keeps its names:
// a configuration that does not select it does not rename it either.
func (s *Set) hold(c *candidate, p generator.Preview, why string) {
	p.Held = why
	p.Parameters = s.complete(p)
	p.ExpiresAt = s.Selection.Lifetime.ExpiresAt(p.Change)
	c.Preview, c.status = p, hold
}
