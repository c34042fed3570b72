package config

import (
	"maps"
	"regexp"
	"slices"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/generator/naming"
	"github.com/previewset/previewset/kustomize"
)

// Bounds of what a set adds to each answer.
const (
	maxParameters     = 50
	maxParameterBytes = 1 << 10
)

var parameterKey = regexp.MustCompile(`^[a-z][a-z0-9_]{0,62}$`)

// flagsKey is the one parameter of all previews that a set has a say in.
const flagsKey = "flags"

func (d *document) checkParameters(path string, parameters map[string]string) {
	if len(parameters) > maxParameters {
		d.addProblem(path, "%d parameters, at most %d", len(parameters), maxParameters)
	}
	for _, key := range slices.Sorted(maps.Keys(parameters)) {
		value, keyPath := parameters[key], path+"."+key
		switch {
		case key == flagsKey:
			if _, err := generator.ParseFlags(value); err != nil {
				d.addProblem(keyPath, "%v", err)
			}
		case slices.Contains(kustomize.ReservedParameters(), key):
			d.addProblem(keyPath, "every preview has this parameter already: give it another name")
		case !parameterKey.MatchString(key):
			d.addProblem(keyPath, "%q is not a name of lower-case letters, digits and _, a letter first, at most 63", key)
		case len(value) > maxParameterBytes:
			d.addProblem(keyPath, "%d bytes, at most %d", len(value), maxParameterBytes)
		}
	}
}

// variants checks that all variants together are as one set: each preview has
// every parameter, so that a template can rely on it.
func (d *document) checkVariants(path string, s *Set) {
	d.checkParameters(path+".parameters", s.Parameters)
	for i, v := range s.Variants {
		variantPath := index(path+".variants", i)
		d.checkParameters(variantPath+".parameters", v.Parameters)
		for _, key := range s.missingParameters(v) {
			d.addProblem(variantPath, "has no parameter %q, and another variant has: set it here or in the set's parameters", key)
		}
	}
	if err := naming.CheckVariants(s.variantNames()); err != nil {
		d.addProblem(path+".variants", "%v", err)
	}
	if n := s.Limits.Previews; n > 0 && n < len(s.Variants) {
		d.addProblem(path+".limits.previews", "%d is less than the %d variants that each change is previewed in", n, len(s.Variants))
	}
}

// missing returns the parameters that other variants have and v has not.
func (s *Set) missingParameters(v Variant) []string {
	all := map[string]bool{}
	for _, other := range s.Variants {
		for key := range other.Parameters {
			_, own := v.Parameters[key]
			_, common := s.Parameters[key]
			if !own && !common && key != flagsKey {
				all[key] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(all))
}

// DomainVariants returns the set's variants.
func (s *Set) DomainVariants() []generator.Variant {
	var variants []generator.Variant
	for _, v := range s.Variants {
		variants = append(variants, generator.Variant(v))
	}
	return variants
}

// ExampleParameters returns parameters as a preview of the set has them, but for
// flags: what templates and components are tried on.
func (s *Set) ExampleParameters() map[string]string {
	example := map[string]string{}
	maps.Copy(example, s.Parameters)
	if len(s.Variants) > 0 {
		maps.Copy(example, s.Variants[0].Parameters)
	}
	delete(example, flagsKey)
	return example
}
