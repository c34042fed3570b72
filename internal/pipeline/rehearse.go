package pipeline

import (
	"context"
	"slices"

	"github.com/previewset/previewset/generator"
)

// Matching returns the listed changes that the rules of s keep, without lifetimes and the
// limit.
func (s *Set) Matching(found generator.Listing) []generator.Change {
	kept, _ := s.selection(found.Repository).Filter(found.Changes)
	return kept
}

// Rehearse renders, builds and checks the overlay that c would get in the first variant of
// s, whatever the rules of s. It returns the id of the preview and the warnings about the
// base and its hosts, and changes nothing.
func (s *Set) Rehearse(ctx context.Context, r generator.Repository, c generator.Change) (id string, warnings []generator.Warning, err error) {
	p, err := s.rehearsal(r, c)
	if err != nil {
		return p.ID, nil, err
	}
	state, err := s.Overlay.Repository.State(ctx, s.Name)
	if err != nil {
		return p.ID, nil, err
	}
	base, err := s.loadBase(ctx, state)
	if err != nil {
		return p.ID, nil, err
	}
	if p.Hosts, err = s.hosts(base, p); err != nil {
		return p.ID, nil, err
	}
	_, err = base.Render(ctx, p, s.Overlay.Repository.SetPath(s.Name)+"/"+p.ID)
	return p.ID, slices.Concat(base.Warnings(), s.hostWarnings(base), base.ListenerWarnings(p)), err
}

// rehearsal returns the preview of c in the first variant of s.
func (s *Set) rehearsal(r generator.Repository, c generator.Change) (generator.Preview, error) {
	v := s.variants()[0]
	p := generator.Preview{Change: c, Set: s.Name, Repository: r, Variant: v.Name, Parameters: s.parameters(v)}
	p.ID = s.subject(p).ID()
	var err error
	if p.Features, err = s.flags(c, v); err != nil {
		return p, err
	}
	names, err := s.names(p)
	if err != nil {
		return p, err
	}
	p.Names = names
	p.Link, _ = s.link(p)
	return p, nil
}
