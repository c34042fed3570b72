package kustomize

import (
	"errors"
	"fmt"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/generator/naming"
	"github.com/previewset/previewset/kustomize/object"
)

// declarationPrefix is the prefix of the annotations that declare the parameters of a
// component in the metadata of its kustomization. The value is the default, a template
// over the preview's parameters.
const declarationPrefix = "parameters.previewset.dev/"

// parameterKey matches a valid key of a parameter.
var parameterKey = regexp.MustCompile(`^[a-z][a-z0-9_]{0,62}$`)

// declaration is one parameter of a component.
type declaration struct {
	text      string
	value     *naming.Template
	component string
}

// declarations has the parameters of components, by key.
type declarations map[string]declaration

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

// BuiltinParameters returns the defaults of the parameters that the files declare, by
// key. files come from BuiltinFiles. A default is a template over a preview's
// parameters.
func BuiltinParameters(files map[string][]byte) (map[string]string, error) {
	all := map[string]string{}
	for _, file := range slices.Sorted(maps.Keys(files)) {
		if path.Base(file) != kustomizationFile {
			continue
		}
		declared, err := declaredIn(files[file])
		if err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		maps.Copy(all, declared)
	}
	return all, nil
}

// add adds the declarations of component c, which has the kustomization content at path.
// Two components can declare the same parameter. If the set does not give a value, they
// must declare the same default. setParameters has the set's parameters.
func (d declarations) add(c component, path string, content []byte, setParameters map[string]string) error {
	declared, err := declaredIn(content)
	if err != nil {
		return &object.BuildError{Path: path, Reason: object.OneLine(err.Error())}
	}
	for _, key := range slices.Sorted(maps.Keys(declared)) {
		if err := d.addOne(c, key, declared[key], setParameters); err != nil {
			return &object.BuildError{Path: path, Reason: fmt.Sprintf("%s: %s", object.OneLine(declarationPrefix+key), object.OneLine(err.Error()))}
		}
	}
	return nil
}

func (d declarations) addOne(c component, key, text string, setParameters map[string]string) error {
	if !parameterKey.MatchString(key) {
		return errors.New("the key is not valid: use at most 63 lower-case letters, digits and _, with a letter first")
	}
	if slices.Contains(ReservedParameters(), key) {
		return errors.New("previewset sets this parameter itself")
	}
	value, err := parseTemplate(key, text, setParameters)
	if err != nil {
		return templateProblem(err)
	}
	other, declared := d[key]
	if _, isGiven := setParameters[key]; declared && other.text != text && !isGiven {
		return fmt.Errorf("its default is %q here and %q in %s: set it in the set's parameters", text, other.text, other.component)
	}
	if !declared {
		d[key] = declaration{text, value, c.String()}
	}
	return nil
}

// Patterns of errors of text/template.
var (
	unknownParameter = regexp.MustCompile(`map has no entry for key ("[^"]*")`)
	templatePlace    = regexp.MustCompile(`^template: [^ ]+: `)
)

// templateProblem returns an error of a template without the words of text/template.
func templateProblem(err error) error {
	if m := unknownParameter.FindStringSubmatch(err.Error()); m != nil {
		return fmt.Errorf("the template uses %s, which is no parameter: correct it, or declare it in the component, too", m[1])
	}
	return errors.New(templatePlace.ReplaceAllString(err.Error(), ""))
}

// defaults returns the defaults of the declared parameters that are not in params or
// setParameters.
func (d declarations) defaults(params generator.Params, setParameters map[string]string) (map[string]string, error) {
	out := map[string]string{}
	for _, key := range slices.Sorted(maps.Keys(d)) {
		if _, ok := params[key]; ok {
			continue
		}
		if _, ok := setParameters[key]; ok {
			continue
		}
		value, err := d[key].value.Execute(params)
		if err != nil {
			return nil, fmt.Errorf("parameter %s of %s: %w", key, d[key].component, err)
		}
		out[key] = value
	}
	return out, nil
}
