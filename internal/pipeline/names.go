package pipeline

import (
	"fmt"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/generator/naming"
)

// assignNames sets the names, parameters and flags of kept candidates. It changes no
// status. It returns an error if the templates or flags of the configuration are
// invalid for a change.
func (s *Set) assignNames(_ *facts, all []*candidate) error {
	for _, c := range all {
		if c.status != keep {
			continue
		}
		v := s.variant(c.Variant)
		names, err := s.Namer.Name(s.subject(c.Preview), generator.ChangeParams(s.Name, c.ID, v.Name, c.Change, namedRepository(c.Preview)))
		if err != nil {
			return fmt.Errorf("names of %s: %w", c.Key(), err)
		}
		if c.Features, err = s.flags(c.Change, v); err != nil {
			return err
		}
		c.Names, c.Parameters = names, s.parameters(v)
		c.ExpiresAt = s.Selection.Lifetime.ExpiresAt(c.Change)
	}
	return nil
}

func (s *Set) subject(p generator.Preview) naming.Subject {
	named := p.OriginalRepository()
	return naming.Subject{Set: s.Name, Origin: p.Origin(), Host: named.ForgeHost, Repository: named.FullName()}
}

// namedRepository returns the repository of p with the name that the names of p are made
// from, so that templates with this name yield the same names after it was renamed.
func namedRepository(p generator.Preview) generator.Repository {
	r, named := p.Repository, p.OriginalRepository()
	//promise:renamed-repositories-keep-names
	r.ForgeHost, r.Organization, r.Name = named.ForgeHost, named.Organization, named.Name
	return r
}
