package kustomize

import (
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/previewset/previewset/kustomize/closure"
	"github.com/previewset/previewset/kustomize/object"
)

// Prefixes of the annotations that declare the environment variables of a component in the
// metadata of its kustomization. The value is a key of the preview's ConfigMap. A container
// has the value itself, or a reference to the key, so that a new value does not restart it.
const (
	variablePrefix  = "variables.previewset.dev/"
	referencePrefix = "references.previewset.dev/"
)

// variableName matches the valid name of a variable.
var variableName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)

// componentVariable is a variable that a component gives to all containers, except those of
// its own objects.
type componentVariable struct {
	name, key   string
	isReference bool
	// dir is the directory of the component, and file its kustomization.
	dir, file string
}

// componentVariables are sorted: references are before values, which can refer to them.
type componentVariables []componentVariable

// add adds the variables of the component in dir, which has the kustomization content at
// file. Two components can declare the same variable in the same way.
func (vs *componentVariables) add(dir, file string, content []byte) error {
	k, err := kustomizationOf(content)
	if err != nil {
		return &object.BuildError{Path: file, Reason: object.OneLine(err.Error())}
	}
	if k.MetaData == nil {
		return nil
	}
	for _, annotation := range slices.Sorted(maps.Keys(k.MetaData.Annotations)) {
		v := componentVariable{key: k.MetaData.Annotations[annotation], dir: dir, file: file}
		isValue := false
		if v.name, v.isReference = strings.CutPrefix(annotation, referencePrefix); !v.isReference {
			if v.name, isValue = strings.CutPrefix(annotation, variablePrefix); !isValue {
				continue
			}
		}
		if err := vs.addOne(v); err != nil {
			return &object.BuildError{Path: file, Reason: fmt.Sprintf("%s: %s", object.OneLine(annotation), object.OneLine(err.Error()))}
		}
	}
	return nil
}

func (vs *componentVariables) addOne(v componentVariable) error {
	switch {
	case !variableName.MatchString(v.name):
		return errors.New("the name of the variable is not valid: use letters, digits and _, with no digit first")
	case slices.Contains([]string{schemaVariable, databaseVariable, repositoryVariable}, v.name):
		return errors.New("previewset sets this variable itself: use another name")
	}
	for _, other := range *vs {
		if other.name == v.name && (other.key != v.key || other.isReference != v.isReference) {
			return fmt.Errorf("%s declares the variable in another way: use another name", other.file)
		}
	}
	*vs = append(*vs, v)
	slices.SortStableFunc(*vs, func(a, b componentVariable) int {
		if a.isReference != b.isReference {
			if a.isReference {
				return -1
			}
			return 1
		}
		return strings.Compare(a.name, b.name)
	})
	return nil
}

// check checks that the ConfigMap has the keys of the variables.
func (vs componentVariables) check(parameters map[string]object.Quoted) error {
	for _, v := range vs {
		if _, ok := parameters[v.key]; !ok {
			return &object.BuildError{Path: v.file, Reason: fmt.Sprintf("the variable %s has the value of the parameter %q, which does not exist: declare it with an annotation %s", v.name, object.Shortened(object.OneLine(v.key), object.MaxLabel), declarationPrefix+"KEY")}
		}
	}
	return nil
}

// entries returns the variables for the containers of an object with this origin, each of
// them once.
func (vs componentVariables) entries(origin string, parameters map[string]object.Quoted) []map[string]any {
	var all []map[string]any
	last := ""
	for _, v := range vs {
		if closure.Within(origin, v.dir) || v.name == last {
			continue
		}
		last = v.name
		if v.isReference {
			all = append(all, map[string]any{"name": v.name, "valueFrom": map[string]any{
				"configMapKeyRef": map[string]any{"name": parametersName, "key": v.key},
			}})
		} else {
			all = append(all, literal(v.name, parameters[v.key]))
		}
	}
	return all
}
