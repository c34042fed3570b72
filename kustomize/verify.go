package kustomize

import (
	"fmt"

	"sigs.k8s.io/kustomize/api/resource"
	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/previewset/previewset/generator"
)

// verify checks that what was built is a preview: that the patches met what
// they were made for, whatever components do after them.
func verify(objects []*resource.Resource, p generator.Preview, by *Renderer) error {
	var namespaces, parameters int
	var errs []error
	for _, r := range objects {
		switch {
		case isNamespace(r):
			namespaces++
		case isParameters(r):
			parameters++
		}
		errs = append(errs, verifyObject(r, p, by))
	}
	if namespaces != 1 {
		errs = append(errs, fmt.Errorf("there are %d Namespace objects in what it builds, instead of one", namespaces))
	}
	if parameters != 1 {
		errs = append(errs, fmt.Errorf("the ConfigMap %s is gone in what it builds: does a component rename it?", parametersName))
	}
	return joined(errs)
}

func verifyObject(r *resource.Resource, p generator.Preview, by *Renderer) error {
	kind := idOf(r)
	switch {
	case isRoute(kind):
		return verifyRoute(r, kind, p.Host)
	case podPath(kind) == nil:
		return nil
	}
	database := by.secretFor(workload{id: kind})
	for _, field := range containerLists() {
		containers := node(r.YNode(), append(podPath(kind), field)...)
		if containers == nil || containers.Kind != yaml.SequenceNode {
			continue
		}
		for _, c := range containers.Content {
			if err := verifyContainer(resolved(c), p.DBSchema, database); err != nil {
				return fmt.Errorf("%s: %w", label(r), err)
			}
		}
	}
	return nil
}

func verifyRoute(r *resource.Resource, kind id, want string) error {
	spec, err := decoded(r.YNode(), "spec")
	if err != nil {
		return fmt.Errorf("%s: %w", label(r), err)
	}
	for _, host := range hostsOf(kind, map[string]any{"spec": spec}) {
		if host != want {
			return fmt.Errorf("%s: its host is %q in what is built, instead of the preview's, %q", label(r), oneLine(host), want)
		}
	}
	return nil
}

func verifyContainer(c *yaml.Node, schema string, database *secretKey) error {
	env, err := decoded(c, "env")
	if err != nil {
		return err
	}
	if wanted := lacks(map[string]any{"env": env}, schema, database); wanted != "" {
		return fmt.Errorf("container %q has not got %s in what is built", oneLine(scalar(child(c, "name"))), wanted)
	}
	return nil
}

// decoded returns the field of n that is called key, or nil. What else is there,
// labels and images for example, is most of an object.
func decoded(n *yaml.Node, key string) (value any, err error) {
	if field := child(n, key); field != nil {
		err = field.Decode(&value)
	}
	return value, err
}

// lacks says which variable a container has not got, or "".
func lacks(container any, schema string, database *secretKey) string {
	if v, env := variableOf(container, schemaVariable); text(env["value"]) != schema || len(v.sources) > 0 {
		return schemaVariable + "=" + schema
	}
	if database == nil {
		return ""
	}
	v, env := variableOf(container, databaseVariable)
	ref := at(env["valueFrom"], "secretKeyRef")
	if v.value || len(v.sources) != 1 || at(ref, "name") != database.name || at(ref, "key") != database.key {
		return databaseVariable + " from the Secret " + database.name
	}
	return ""
}
