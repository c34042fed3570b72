package kustomize

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/generator/naming"
	"github.com/previewset/previewset/kustomize/object"
)

// pairTemplate is a label or an annotation that the set configures.
type pairTemplate struct {
	key   string
	value *naming.Template
}

func parsePairs(field string, pairs, given map[string]string) ([]pairTemplate, error) {
	var out []pairTemplate
	var errs []error
	for _, key := range slices.Sorted(maps.Keys(pairs)) {
		name := fmt.Sprintf("%s[%s]", field, key)
		if err := object.CheckKey(key); err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", name, err))
		}
		value, err := parseTemplate(name, pairs[key], given)
		if err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", name, err))
		}
		out = append(out, pairTemplate{key, value})
	}
	return out, errors.Join(errs...)
}

// identity returns the values that mark every object of a preview, by the part of
// their key after object.Prefix.
func identity(p generator.Preview) map[string]string {
	number := ""
	if p.Kind == generator.PullRequest {
		number = strconv.FormatInt(p.Number, 10)
	}
	return map[string]string{
		"id":         p.ID,
		"set":        p.Set,
		"kind":       string(p.Kind),
		"number":     number,
		"branch":     p.Branch,
		"owner":      p.Author,
		"repository": p.Repository.FullName(),
	}
}

// labelsOf returns the labels for objects and pod templates, and those for objects
// alone. The author of a branch is whoever pushed last: on pod templates, that
// would restart pods, and break Jobs, which can't be changed.
func labelsOf(p generator.Preview, own []pairTemplate, params map[string]any) (templates, objects map[string]object.Quoted, err error) {
	templates, objects = map[string]object.Quoted{}, map[string]object.Quoted{}
	for name, value := range identity(p) {
		into := templates
		if name == "owner" && p.Kind == generator.Branch {
			into = objects
		}
		if v := object.LabelValue(value); v != "" {
			into[object.Prefix+name] = object.Quoted(v)
		}
	}
	for _, l := range own {
		value, err := l.value.Execute(params)
		if err == nil {
			err = object.CheckLabelValue(value)
		}
		if err != nil {
			return nil, nil, fmt.Errorf("label %s: %w", l.key, err)
		}
		templates[l.key] = object.Quoted(value)
	}
	return templates, objects, nil
}

// annotationsOf returns the annotations for all objects and pod templates. With
// vars, it removes dollar signs: Kustomize would expand what follows one.
func annotationsOf(p generator.Preview, own []pairTemplate, params map[string]any, vars bool) (map[string]object.Quoted, error) {
	out := map[string]object.Quoted{}
	for name, value := range identity(p) {
		// See labelsOf. The kind is in the id.
		if name == "kind" || name == "owner" && p.Kind == generator.Branch {
			continue
		}
		if v := object.WithoutControl(value, ""); v != "" {
			out[object.Prefix+name] = harmlessTo(vars, v)
		}
	}
	for _, a := range own {
		value, err := a.value.Execute(params)
		if err != nil {
			return nil, fmt.Errorf("annotation %s: %w", a.key, err)
		}
		out[a.key] = harmlessTo(vars, object.WithoutControl(value, "\n\t"))
	}
	return out, nil
}

func harmlessTo(vars bool, value string) object.Quoted {
	if vars {
		value = strings.ReplaceAll(value, "$", "")
	}
	return object.Quoted(value)
}

// marksOf returns the labels of the ConfigMap: all of identity, in the form of
// label values, for components to copy. A value that has no such form is "".
func marksOf(p generator.Preview) map[string]object.Quoted {
	marks := map[string]object.Quoted{}
	for name, value := range identity(p) {
		marks[object.Prefix+name] = object.Quoted(object.LabelValue(value))
	}
	return marks
}
