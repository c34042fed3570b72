package pipeline

import (
	"fmt"
	"maps"
	"slices"

	"github.com/previewset/previewset/generator"
)

// variants returns the variants in which each change has a preview: those of the
// configuration or, if it has none, one without a name.
func (s *Set) variants() []generator.Variant {
	if len(s.Variants) == 0 {
		return []generator.Variant{{}}
	}
	return s.Variants
}

// variant returns the variant with this name. One that the configuration does not
// have has only its name.
func (s *Set) variant(name string) generator.Variant {
	all := s.variants()
	if i := slices.IndexFunc(all, func(v generator.Variant) bool { return v.Name == name }); i >= 0 {
		return all[i]
	}
	return generator.Variant{Name: name}
}

func (s *Set) hasVariant(name string) bool {
	return slices.ContainsFunc(s.variants(), func(v generator.Variant) bool { return v.Name == name })
}

// flagsKey is the parameter that is merged, with the labels' flags, instead of
// replaced.
const flagsKey = "flags"

// parameters returns what the configuration gives the previews of v. They have
// every key that those of another variant have: a missing key would fail the
// ApplicationSet for all previews.
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

// complete returns the parameters of p, which stays as it was, and adds those that
// it lacks and the configuration has.
func (s *Set) complete(p generator.Preview) map[string]string {
	given := s.parameters(s.variant(p.Variant))
	maps.Copy(given, p.Parameters)
	return given
}

// variantsOf returns the variants in which a change has a preview or could have
// one: those of the configuration, and others that it has a preview or an entry in.
func (s *Set) variantsOf(f *facts, c generator.Change) (names []string) {
	for _, v := range s.variants() {
		names = append(names, v.Name)
	}
	for _, name := range f.variants[f.repository.Origin(c, "")] {
		if !s.hasVariant(name) {
			names = append(names, name)
		}
	}
	return names
}

// dropVariants rejects candidates that were to be kept but whose variant the set no
// longer has.
func (s *Set) dropVariants(_ *facts, all []*candidate) error {
	for _, c := range all {
		if c.status != keep || s.hasVariant(c.Variant) {
			continue
		}
		detail := "the set no longer has the variant " + c.Variant
		if c.Variant == "" {
			detail = "the set has variants now, and this preview is of none"
		}
		c.reject(generator.Verdict{Reason: generator.ReasonVariant, Detail: detail})
	}
	return nil
}
