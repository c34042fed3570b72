package pipeline

import (
	"fmt"
	"maps"
	"slices"

	"github.com/previewset/previewset/generator"
)

// variants returns the variants in which each change has a preview. If the
// configuration has none, it returns one without a name.
func (s *Set) variants() []generator.Variant {
	if len(s.Variants) == 0 {
		return []generator.Variant{{}}
	}
	return s.Variants
}

// variant returns the variant with this name. If the configuration does not have it,
// the result has only the name.
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

// flagsKey is the parameter that is merged with the flags of labels and of the variant
// instead of being replaced.
const flagsKey = "flags"

// parameters returns the configured parameters of the previews of v. They include every
// key of the other variants, because a missing key would fail the ApplicationSet for
// all previews.
func (s *Set) parameters(v generator.Variant) map[string]string {
	configured := map[string]string{}
	for _, other := range s.Variants {
		for key := range other.Parameters {
			configured[key] = ""
		}
	}
	maps.Copy(configured, s.Parameters)
	maps.Copy(configured, v.Parameters)
	delete(configured, flagsKey)
	return configured
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

// completeParameters returns the parameters of p, which is not changed, with the
// configured ones that p lacks.
func (s *Set) completeParameters(p generator.Preview) map[string]string {
	configured := s.parameters(s.variant(p.Variant))
	maps.Copy(configured, p.Parameters)
	return configured
}

// variantsOf returns the variants of a change: those of the configuration, and others
// in which it has a preview or an entry.
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

// dropVariants rejects kept candidates whose variant the set no longer has.
func (s *Set) dropVariants(_ *facts, all []*candidate) error {
	for _, c := range all {
		if c.status != keep || s.hasVariant(c.Variant) {
			continue
		}
		detail := "the set no longer has the variant " + c.Variant
		if c.Variant == "" {
			detail = "the set has variants now, and this preview has none"
		}
		c.reject(generator.Verdict{Reason: generator.ReasonVariant, Detail: detail})
	}
	return nil
}
