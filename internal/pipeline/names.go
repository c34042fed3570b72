package pipeline

import (
	"fmt"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/generator/naming"
)

// assignNames sets the names, parameters and flags of kept candidates. If the templates of
// the names fail for a candidate, it keeps the names that it has, or is dropped. The error
// means that the flags of the configuration are invalid.
func (s *Set) assignNames(f *facts, all []*candidate) error {
	for _, c := range all {
		if c.status != keep {
			continue
		}
		v := s.variant(c.Variant)
		features, err := s.flags(c.Change, v)
		if err != nil {
			return err
		}
		c.Features, c.Parameters = features, s.parameters(v)
		c.ExpiresAt = s.Selection.Lifetime.ExpiresAt(c.Change)
		names, err := s.names(c.Preview)
		if err != nil {
			f.keepNames(c, err)
			continue
		}
		c.Names, c.NamedURLs = names, s.namedURLs(c.Preview, names)
		if c.existing != nil && c.existing.Host == c.Host {
			c.Hosts = c.existing.Hosts // if its overlay can't be written
		}
	}
	return nil
}

// keepNames holds c with the names that it has, because it cannot get new ones. If it has
// none, keepNames drops it. Its entry stays.
func (f *facts) keepNames(c *candidate, why error) {
	c.unnamed = why
	f.adopt(c)
	//promise:failed-names-affect-one-preview
	if c.existing == nil {
		c.status, c.unsure = drop, true
		c.why = generator.Verdict{Reason: generator.ReasonName, Detail: fmt.Sprintf("it gets no names: %v", why)}
		return
	}
	c.status, c.Names, c.Hosts = hold, c.existing.Names, c.existing.Hosts
	c.Held = keptNames(why.Error())
}

func keptNames(why string) generator.Verdict {
	return generator.Verdict{Reason: generator.ReasonName, Detail: "it keeps its names: " + why}
}

func nameWarnings(all []*candidate) (warnings []generator.Warning) {
	for _, c := range all {
		switch {
		case c.unnamed != nil:
			warnings = append(warnings, generator.Warning{
				Subject: c.Key().String(),
				Message: fmt.Sprintf("its preview keeps its names or, if it has none, is not created: correct the templates: %v", c.unnamed),
			})
		case c.stays() && c.Held.Reason == generator.ReasonName:
			warnings = append(warnings, generator.Warning{Subject: "entry " + c.ID, Message: c.Held.Detail})
		}
	}
	return warnings
}

func (s *Set) subject(p generator.Preview) naming.Subject {
	named := p.OriginalRepository()
	return naming.Subject{Set: s.Name, Origin: p.Origin(), Host: named.ForgeHost, Repository: named.FullName()}
}

// names returns the names of p according to the templates.
func (s *Set) names(p generator.Preview) (generator.Names, error) {
	return s.Namer.Name(s.subject(p), s.nameParams(p))
}

// nameParams returns the parameters for the templates of the names of p.
func (s *Set) nameParams(p generator.Preview) generator.Params {
	c, r, urls := p.Change, namedRepository(p), p.OriginalURLs()
	//promise:renamed-repositories-keep-names-with-urls
	c.URL, r.CloneURL = urls.Change, urls.Clone
	return generator.ChangeParams(s.Name, p.ID, p.Variant, c, r)
}

// namedURLs returns the URLs that p, which has these names, must keep: none if the present
// URLs yield the same names.
func (s *Set) namedURLs(p generator.Preview, names generator.Names) generator.URLs {
	original, present := p.OriginalURLs(), p
	if present.NamedURLs = (generator.URLs{}); original == present.OriginalURLs() {
		return generator.URLs{}
	}
	if renamed, err := s.names(present); err == nil && renamed == names {
		return generator.URLs{}
	}
	return differing(original, present.OriginalURLs())
}

// differing returns the original URLs that differ from the present URLs.
func differing(original, present generator.URLs) generator.URLs {
	if original.Clone == present.Clone {
		original.Clone = ""
	}
	if original.Change == present.Change {
		original.Change = ""
	}
	return original
}

// namedRepository returns the repository of p with the name that the names of p are made
// from, so that templates with this name yield the same names after it was renamed.
func namedRepository(p generator.Preview) generator.Repository {
	r, named := p.Repository, p.OriginalRepository()
	//promise:renamed-repositories-keep-names
	r.ForgeHost, r.Organization, r.Name = named.ForgeHost, named.Organization, named.Name
	return r
}
