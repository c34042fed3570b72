package kustomize

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/generator/naming"
)

// declarationPrefix is that of the annotations by which a component says, in its
// kustomization's metadata, which parameters it takes. The value is the default,
// a template over the preview's parameters.
const declarationPrefix = "parameters.previewset.dev/"

// parameterKey is what the key of a parameter looks like.
var parameterKey = regexp.MustCompile(`^[a-z][a-z0-9_]{0,62}$`)

// ReservedParameters are the keys that no set and no component can give another
// meaning, sorted: what every preview has, and what its ConfigMap has besides.
func ReservedParameters() []string {
	return slices.Sorted(slices.Values(append(generator.ParameterNames(), sourceKey, adminNamespaceKey)))
}

// declaration is one parameter of a component.
type declaration struct {
	text  string
	value *naming.Template
	by    string // the component
}

// declare adds what the component by says in its kustomization, which is at
// path. Two components may take the same parameter; where the set does not give
// it, they must mean the same by default.
func (b *Base) declare(by component, path string, content []byte) error {
	declared, err := declaredIn(content)
	if err != nil {
		return &BuildError{path, oneLine(err.Error())}
	}
	for _, key := range sortedKeys(declared) {
		if err := b.declareOne(by, key, declared[key]); err != nil {
			return &BuildError{path, fmt.Sprintf("%s: %s", oneLine(declarationPrefix+key), oneLine(err.Error()))}
		}
	}
	return nil
}

// declaredIn returns the defaults that a kustomization declares, by key.
func declaredIn(content []byte) (map[string]string, error) {
	k, err := kustomizationOf(content)
	if err != nil || k.MetaData == nil {
		return nil, err
	}
	declared := map[string]string{}
	for annotation, value := range k.MetaData.Annotations {
		if key, ok := strings.CutPrefix(annotation, declarationPrefix); ok {
			declared[key] = value
		}
	}
	return declared, nil
}

func (b *Base) declareOne(by component, key, text string) error {
	if !parameterKey.MatchString(key) {
		return errors.New("the key must be a letter and then letters, digits and underscores, all lower case, at most 63")
	}
	if slices.Contains(ReservedParameters(), key) {
		return errors.New("previewset sets this parameter itself")
	}
	value, err := b.renderer.parseTemplate(key, text)
	if err != nil {
		return err
	}
	other, declared := b.declared[key]
	if _, given := b.renderer.given[key]; declared && other.text != text && !given {
		return fmt.Errorf("its default is %q, and %q in %s: say which in the set's parameters", text, other.text, other.by)
	}
	if !declared {
		b.declared[key] = declaration{text, value, by.String()}
	}
	return nil
}

// defaults returns what components take that the set does not give.
func (b *Base) defaults(params generator.Params, given map[string]string) (map[string]string, error) {
	out := map[string]string{}
	for _, key := range sortedKeys(b.declared) {
		if _, ok := params[key]; ok {
			continue
		}
		if _, ok := given[key]; ok {
			continue
		}
		value, err := b.declared[key].value.Execute(params)
		if err != nil {
			return nil, fmt.Errorf("parameter %s of %s: %w", key, b.declared[key].by, err)
		}
		out[key] = value
	}
	return out, nil
}
