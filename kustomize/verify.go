package kustomize

import (
	"fmt"

	"sigs.k8s.io/kustomize/api/resource"

	"github.com/previewset/previewset/generator"
)

// verify checks that what was built is a preview: that the patches met what
// they were made for, whatever components do after them.
func verify(objects []*resource.Resource, p generator.Preview) error {
	var namespaces, parameters int
	var errs []error
	for _, r := range objects {
		switch {
		case isNamespace(r):
			namespaces++
		case isParameters(r):
			parameters++
		}
		errs = append(errs, verifyObject(r, p))
	}
	if namespaces != 1 {
		errs = append(errs, fmt.Errorf("there are %d Namespace objects in what it builds, instead of one", namespaces))
	}
	if parameters != 1 {
		errs = append(errs, fmt.Errorf("the ConfigMap %s is gone in what it builds: does a component rename it?", parametersName))
	}
	return joined(errs)
}

func verifyObject(r *resource.Resource, p generator.Preview) error {
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
	visitContainers(kind, body, func(_ string, c any) {
		if value, elsewhere := variable(c); value != p.DBSchema || elsewhere {
			missing = fmt.Errorf("%s: container %q has not got %s=%s in what is built", label(r), oneLine(text(at(c, "name"))), schemaVariable, p.DBSchema)
		}
	})
	return missing
}
