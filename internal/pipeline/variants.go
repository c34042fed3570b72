package pipeline

import (
	"fmt"
	"maps"
	"slices"

	"github.com/previewset/previewset/generator"
)

// variants are what each change has a preview for: at least one, which has no
// name where the configuration has none.
func (s *Set) variants() []generator.Variant {
	if len(s.Variants) == 0 {
		return []generator.Variant{{}}
	}
	return s.Variants
}

// variant returns the variant with this name; one with nothing but the name where
// the configuration has it no more.
func (s *Set) variant(name string) (v generator.Variant, has bool) {
	all := s.variants()
	if i := slices.IndexFunc(all, func(v generator.Variant) bool { return v.Name == name }); i >= 0 {
		return all[i], true
	}
	return generator.Variant{Name: name}, false
}

// flagsKey is the parameter that is merged, with the labels' flags, instead of
// replaced.
const flagsKey = "flags"

// parameters returns what the configuration gives the previews of v. They have
// every key that those of another variant have: one that is missing would stop
// the whole ApplicationSet.
func (s *Set) parameters(v generator.Variant) map[string]string {
	given := map[string]string{}
	for _, other := range s.Variants {
		for key := range other.Parameters {
			given[key] = ""
		}
	}
	maps.Copy(given, s.Parameters)
	maps.Copy(given, v.Parameters)
	delete(given, flagsKey)
	return given
}

func (s *Set) flags(c generator.Change, v generator.Variant) (generator.Flags, error) {
	ofSet, err := generator.ParseFlags(s.Parameters[flagsKey])
	if err != nil {
		return nil, fmt.Errorf("parameter flags: %w", err)
	}
	ofVariant, err := generator.ParseFlags(v.Parameters[flagsKey])
	if err != nil {
		return nil, fmt.Errorf("parameter flags of variant %s: %w", v.Name, err)
	}
	return generator.MergeFlags(ofSet, c.Labels, ofVariant), nil
}

// complete returns the parameters of a preview that stays as it was, with those
// that the configuration has had since.
func (s *Set) complete(p generator.Preview) map[string]string {
	v, _ := s.variant(p.Variant)
	given := s.parameters(v)
	maps.Copy(given, p.Parameters)
	return given
}

// eachVariant returns dropped changes of r once for each variant that they would
// have a preview in, or still have one in, with its id.
func (s *Set) eachVariant(r generator.Repository, dropped []generator.Dropped, there present) (all []generator.Dropped) {
	for _, drop := range dropped {
		for _, v := range s.variants() {
			all = append(all, s.inVariant(r, drop, v.Name))
		}
		for _, name := range there.variants[r.Origin(drop.Change, "")] {
			if _, has := s.variant(name); !has {
				all = append(all, s.inVariant(r, drop, name))
			}
		}
	}
	return all
}

// outdated returns the previews of changes that are kept in variants that the set
// has no more.
func (s *Set) outdated(r generator.Repository, kept []generator.Change, there present) (all []generator.Dropped) {
	for _, c := range kept {
		for _, name := range there.variants[r.Origin(c, "")] {
			if _, has := s.variant(name); has {
				continue
			}
			detail := "the set no longer has the variant " + name
			if name == "" {
				detail = "the set has variants now, and this preview is of none"
			}
			drop := generator.Dropped{Change: c, Verdict: generator.Verdict{Reason: generator.ReasonVariant, Detail: detail}}
			all = append(all, s.inVariant(r, drop, name))
		}
	}
	return all
}

func (s *Set) inVariant(r generator.Repository, drop generator.Dropped, variant string) generator.Dropped {
	drop.Variant, drop.ID = variant, s.subject(r, drop.Change, variant).ID()
	return drop
}
