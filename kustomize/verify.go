package kustomize

import (
	"fmt"

	"sigs.k8s.io/kustomize/api/resource"
	"sigs.k8s.io/kustomize/kyaml/resid"
	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/kustomize/object"
)

// verify checks that the built objects have the preview's values: each patch was
// applied, and no component reverted it.
func verify(objects []*resource.Resource, p generator.Preview, renderer *Renderer) error {
	var namespaces, parameters int
	var errs []error
	for _, r := range objects {
		switch {
		case object.IsNamespace(r):
			namespaces++
		case isParameters(r):
			parameters++
		}
		errs = append(errs, verifyObject(r, p, renderer))
	}
	if namespaces != 1 {
		errs = append(errs, fmt.Errorf("the overlay builds %d Namespace objects, want one", namespaces))
	}
	if parameters != 1 {
		errs = append(errs, fmt.Errorf("the overlay builds no ConfigMap %s: a component may rename it", parametersName))
	}
	return object.Joined(errs)
}

func verifyObject(r *resource.Resource, p generator.Preview, renderer *Renderer) error {
	id := r.CurId()
	if isRoute(id) {
		return verifyRoute(r, id, p.Host)
	}
	database := renderer.secretFor(id.Namespace)
	for c := range object.Containers(r, id) {
		if missing := missingVariable(c.Node, p.DBSchema, database); missing != "" {
			return fmt.Errorf("%s: the built container %q lacks %s",
				object.Describe(r), object.OneLine(object.Scalar(object.Child(c.Node, "name"))), missing)
		}
	}
	return nil
}

func verifyRoute(r *resource.Resource, id resid.ResId, want string) error {
	for _, host := range hostsOf(r, id) {
		if host != want {
			return fmt.Errorf("%s: its host is %q in the built object, want the preview's host %q", object.Describe(r), object.OneLine(host), want)
		}
	}
	return nil
}

// missingVariable returns the first variable that a container lacks, or "".
func missingVariable(container *yaml.Node, schema string, database *secretKey) string {
	v, entry := variableOf(container, schemaVariable)
	if object.String(object.Child(entry, "value")) != schema || len(v.sources) > 0 {
		return schemaVariable + "=" + schema
	}
	if database == nil {
		return ""
	}
	v, entry = variableOf(container, databaseVariable)
	ref := object.At(entry, "valueFrom", "secretKeyRef")
	if v.value || len(v.sources) != 1 ||
		object.String(object.Child(ref, "name")) != database.name || object.String(object.Child(ref, "key")) != database.key {
		return databaseVariable + " from the Secret " + database.name
	}
	return ""
}
