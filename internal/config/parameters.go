package config

import (
	"maps"
	"regexp"
	"slices"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/generator/naming"
	"github.com/previewset/previewset/kustomize"
)

// Bounds of the parameters that a set adds to each preview.
const (
	maxParameters     = 50
	maxParameterBytes = 1 << 10
)

var parameterKey = regexp.MustCompile(`^[a-z][a-z0-9_]{0,62}$`)

// flagsKey is the only parameter of generator.ParameterNames that a set can change.
const flagsKey = "flags"

func (d *document) checkParameters(path string, parameters map[string]string) {
	if len(parameters) > maxParameters {
		d.addProblem(path, "the map has %d parameters: use at most %d", len(parameters), maxParameters)
	}
	for _, key := range slices.Sorted(maps.Keys(parameters)) {
		value, keyPath := parameters[key], path+"."+key
		switch {
		case key == flagsKey:
			if _, err := generator.ParseFlags(value); err != nil {
				d.addError(keyPath, err)
			}
		case slices.Contains(kustomize.ReservedParameters(), key):
			d.addProblem(keyPath, "every preview already has this parameter: use another name")
		case !parameterKey.MatchString(key):
			d.addProblem(keyPath, "%q is not a valid parameter name: use at most 63 lower-case letters, digits and _, with a letter first", key)
		case len(value) > maxParameterBytes:
			d.addProblem(keyPath, "the value has %d bytes: use at most %d", len(value), maxParameterBytes)
		}
	}
}

// checkVariants checks that all variants have the same parameters, so that a template
// can use each of them.
func (d *document) checkVariants(path string, s *Set) {
	d.checkParameters(path+".parameters", s.Parameters)
	for i, v := range s.Variants {
		variantPath := index(path+".variants", i)
		d.checkParameters(variantPath+".parameters", v.Parameters)
		for _, key := range s.missingParameters(v) {
			d.addProblem(variantPath, "parameter %q is missing, but another variant has it: set it here or in the set's parameters", key)
		}
	}
	if err := naming.CheckVariants(s.variantNames()); err != nil {
		d.addError(path+".variants", err)
	}
	if n := s.Limits.Previews; n > 0 && n < len(s.Variants) {
		d.addProblem(path+".limits.previews", "%d is less than the %d variants of each change: use at least the number of variants", n, len(s.Variants))
	}
}

// missingParameters returns the parameters that other variants have and v lacks.
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

// ExampleParameters returns the parameters that the set gives its first variant,
// except for flags. They serve to try templates and components.
func (s *Set) ExampleParameters() map[string]string {
	example := map[string]string{}
	maps.Copy(example, s.Parameters)
	if len(s.Variants) > 0 {
		maps.Copy(example, s.Variants[0].Parameters)
	}
	delete(example, flagsKey)
	return example
}
