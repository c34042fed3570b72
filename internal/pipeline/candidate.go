package pipeline

import "github.com/previewset/previewset/generator"

// status is the decision of the stages on a candidate so far.
type status int

const (
	// unknown means that no stage has decided. The candidate gets no preview, and
	// its entry stays.
	unknown status = iota
	// keep means that the candidate gets a preview with the names of the
	// configuration.
	keep
	// hold means that the candidate keeps its preview with its present names.
	hold
	// drop means that the candidate gets no preview. Its entry stays.
	drop
	// gone means that the candidate gets no preview. Its entry may be deleted.
	gone
)

// candidate is a preview that the set could have, has, or has an entry for.
type candidate struct {
	// Preview is the preview after the sync. For a rejected candidate, only the
	// fields that identify it are meaningful.
	generator.Preview
	status status
	// why is the verdict if a stage has rejected the candidate. It stays if the guard
	// holds the candidate.
	why generator.Verdict
	// existing is the preview before the sync, nil if there is none.
	existing *generator.Preview
	// unreadable is the reason why the change of the candidate could not be read, nil
	// for any other candidate. Only the key of its Change is known.
	unreadable *generator.Unreadable
	// unsure is true if the candidate is dropped because of a fault that can have
	// occurred while the candidate had a preview.
	unsure bool
	// unnamed is the error of the templates of the names, nil if the candidate has names.
	unnamed error
	// entry is true if the entry with the candidate's id belongs to the candidate.
	entry bool
	// adopted is true if existing is known only from its entry.
	adopted bool
	// replaced is true if existing has no entry any more, because the entry with its
	// id belongs to another preview: another process has written it. It is also true if
	// that entry is damaged and not known to be of the candidate.
	replaced bool
	// deferred is true if the entry can only be deleted with a newer list.
	deferred bool
	// guarded is true if the guard keeps the entry of a leftover.
	guarded bool
}

// candidates returns one candidate for each listed change and variant, including
// variants that the set no longer has, and one for each preview or entry whose
// change is not listed.
func (s *Set) candidates(f *facts) []*candidate {
	all := make([]*candidate, 0, len(f.changes)*len(s.variants())+len(f.missing))
	for _, c := range f.changes {
		all = append(all, s.candidatesOf(f, c, keep)...)
	}
	for _, u := range f.unreadable {
		for _, c := range s.candidatesOf(f, u.Key.Change(), unknown) {
			c.unreadable = &u
			all = append(all, c)
		}
	}
	for _, p := range f.missing {
		all = append(all, f.candidate(p, unknown))
	}
	return all
}

// candidatesOf returns the candidates of a listed change.
func (s *Set) candidatesOf(f *facts, c generator.Change, first status) (all []*candidate) {
	for _, variant := range s.variantsOf(f, c) {
		p := generator.Preview{Change: c, Set: s.Name, Repository: f.repository, Variant: variant}
		origin := p.Origin().WithoutVariant()
		p.NamedAfter, p.NamedURLs = f.namedAfter[origin], differing(f.urls[origin], p.OriginalURLs())
		p.ID = s.subject(p).ID()
		all = append(all, f.candidate(p, first))
	}
	return all
}

func (f *facts) candidate(p generator.Preview, first status) *candidate {
	entry, existing := f.byID[p.ID], f.find(p.Origin(), p.ID)
	own := entry != nil && entry.Origin() == p.Origin()
	entryOf, damaged := f.damaged[p.ID]
	return &candidate{
		Preview: p, status: first, existing: existing, entry: own,
		replaced: existing != nil && entry != nil && !own || damaged && !entryOf.belongsTo(p),
	}
}

// adopt makes the preview in the entry of c the existing one if c has none. Another
// process has added that preview, or the entry waits for the pruner. Only names depend
// on it, and only if c stays: guardRemovals counts the previews of this process.
func (f *facts) adopt(c *candidate) {
	if c.existing == nil && c.entry {
		c.existing, c.adopted = f.byID[c.ID], true
	}
}

// reject decides that c is not wanted. If c has a preview or an entry, its status is
// gone, unless a later stage keeps it.
func (c *candidate) reject(why generator.Verdict) {
	c.why, c.status = why, drop
	if c.existing != nil || c.entry {
		c.status = gone
	}
}

// rejected reports whether c is not wanted.
func (c *candidate) rejected() bool { return c.status == drop || c.status == gone }

// stays reports whether c has a preview after the sync.
func (c *candidate) stays() bool { return c.status == keep || c.status == hold }

// leaves reports whether c loses its preview although its change has not ended. The
// guard may hold such a preview.
func (c *candidate) leaves() bool { return c.status == gone && c.existing != nil && !c.ended() }

// ended reports whether there is evidence that the change of c ended.
func (c *candidate) ended() bool { return generator.Ending(c.why.Reason).Ended() }

// hold keeps p as the preview of c, for the reason why. p keeps its names: a
// configuration that does not select p does not rename it either.
func (s *Set) hold(c *candidate, p generator.Preview, why generator.Verdict) {
	p.Held = why
	if p.NamedURLs = c.NamedURLs; p.NamedURLs != (generator.URLs{}) {
		p.NamedURLs = s.namedURLs(p, p.Names)
	}
	p.Parameters = s.completeParameters(p)
	p.ExpiresAt = s.Selection.Lifetime.ExpiresAt(p.Change)
	c.Preview, c.status = p, hold
}
