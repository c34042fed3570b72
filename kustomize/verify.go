package kustomize

import (
	"fmt"

	"sigs.k8s.io/kustomize/api/resource"

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
	if !isRoute(kind) && podPath(kind) == nil {
		return nil
	}
	body, err := r.Map()
	if err != nil {
		return fmt.Errorf("%s: %w", label(r), err)
	}
	if isRoute(kind) {
		for _, host := range hostsOf(kind, body) {
			if host != p.Host {
				return fmt.Errorf("%s: its host is %q in what is built, instead of the preview's, %q", label(r), oneLine(host), p.Host)
			}
		}
		return nil
	}
	var missing error
	database := by.secretFor(workload{id: kind})
	visitContainers(kind, body, func(_ string, c any) {
		if wanted := lacks(c, p.DBSchema, database); wanted != "" {
			missing = fmt.Errorf("%s: container %q has not got %s in what is built", label(r), oneLine(text(at(c, "name"))), wanted)
		}
	})
	return missing
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
