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

func parsePairs(field string, pairs, setParameters map[string]string) ([]pairTemplate, error) {
	var out []pairTemplate
	var errs []error
	for _, key := range slices.Sorted(maps.Keys(pairs)) {
		name := fmt.Sprintf("%s[%s]", field, key)
		if err := object.CheckKey(key); err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", name, err))
		}
		value, err := parseTemplate(name, pairs[key], setParameters)
		if err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", name, err))
		}
		out = append(out, pairTemplate{key, value})
	}
	return out, errors.Join(errs...)
}

// identity returns the values that identify a preview in the labels and annotations of
// its objects. The key is the part after object.Prefix.
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

// labelsOf returns the labels for objects and pod templates, and the labels for objects
// only. The author of a branch changes with each push by another person. On pod
// templates, such a change would restart pods, and would fail for Jobs, which are
// immutable.
func labelsOf(p generator.Preview, own []pairTemplate, params map[string]any) (templates, objects map[string]object.Quoted, err error) {
	templates, objects = map[string]object.Quoted{}, map[string]object.Quoted{}
	for name, value := range identity(p) {
		into := templates
		if name == "owner" && p.Kind == generator.Branch {
			into = objects
		}
		if v := generator.LabelValue(value); v != "" {
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

// annotationsOf returns the annotations for all objects and pod templates. With vars, it
// removes dollar signs, because Kustomize would expand variables.
func annotationsOf(p generator.Preview, own []pairTemplate, params map[string]any, vars bool) (map[string]object.Quoted, error) {
	out := map[string]object.Quoted{}
	for name, value := range identity(p) {
		// The owner is omitted for the reason in labelsOf. The kind is part of the id.
		if name == "kind" || name == "owner" && p.Kind == generator.Branch {
			continue
		}
		if v := object.WithoutControl(value, ""); v != "" {
			out[object.Prefix+name] = withoutVars(vars, v)
		}
	}
	for _, a := range own {
		value, err := a.value.Execute(params)
		if err != nil {
			return nil, fmt.Errorf("annotation %s: %w", a.key, err)
		}
		out[a.key] = withoutVars(vars, object.WithoutControl(value, "\n\t"))
	}
	return out, nil
}

func withoutVars(vars bool, value string) object.Quoted {
	if vars {
		value = strings.ReplaceAll(value, "$", "")
	}
	return object.Quoted(value)
}

// identityLabels returns the labels of the ConfigMap: all values of identity, converted
// to label values. Components can copy them. A value that can't be converted is "".
func identityLabels(p generator.Preview) map[string]object.Quoted {
	labels := map[string]object.Quoted{}
	for name, value := range identity(p) {
		labels[object.Prefix+name] = object.Quoted(generator.LabelValue(value))
	}
	return labels
}
