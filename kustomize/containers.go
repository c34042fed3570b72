package kustomize

import (
	"fmt"
	"slices"

	"sigs.k8s.io/kustomize/api/resource"
	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/previewset/previewset/kustomize/containers"
	"github.com/previewset/previewset/kustomize/fields"
	"github.com/previewset/previewset/kustomize/object"
)

// container is a container of an object of the base.
type container struct {
	// pointer is its JSON pointer.
	pointer string
	// env are the names of its variables, nil if it has no list of variables.
	env []string
}

// containersOf returns the containers of r that can have variables.
func containersOf(r *resource.Resource, table *fields.Table) []container {
	var all []container
	for place := range table.Containers(r) {
		if containers.HasVariables(place.Node) {
			all = append(all, container{place.Pointer, variableNames(place.Node)})
		}
	}
	return all
}

// variableNames returns the names of the variables of a container, nil if it has no list
// of variables.
func variableNames(c *yaml.Node) []string {
	var names []string
	for _, entry := range object.Items(object.Child(c, "env")) {
		names = append(names, object.String(object.Child(object.Resolved(entry), "name")))
	}
	return names
}

// operations returns the operations that give c the variables of e, and remove its own
// variables with their names. The schema is a literal value and not a reference to the
// ConfigMap: so pods restart when it changes, and hooks that run before the ConfigMap
// exists have it too. The variables are the first, so that others can refer to them, as
// in $(DB_SCHEMA).
func (c container) operations(e environment) []operation {
	wanted := e.variables()
	if len(c.env) == 0 {
		return []operation{{Op: "add", Path: c.pointer + "/env", Value: wanted}}
	}
	var ops []operation
	for i, name := range slices.Backward(c.env) {
		if slices.ContainsFunc(wanted, func(v map[string]any) bool { return v["name"] == name }) {
			ops = append(ops, operation{Op: "remove", Path: fmt.Sprintf("%s/env/%d", c.pointer, i)})
		}
	}
	for _, v := range slices.Backward(wanted) {
		ops = append(ops, operation{Op: "add", Path: c.pointer + "/env/0", Value: v})
	}
	return ops
}
