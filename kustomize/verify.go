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
	want := renderer.environment(id.Namespace, p.DBSchema, object.Portable(p.Repository.ID))
	for c := range object.Containers(r, id) {
		if missing := missingVariable(c.Node, want); missing != "" {
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
func missingVariable(container *yaml.Node, want environment) string {
	switch {
	case !hasLiteral(container, schemaVariable, want.schema):
		return schemaVariable + "=" + want.schema
	case want.repositoryID != "" && !hasLiteral(container, repositoryVariable, want.repositoryID):
		return repositoryVariable + "=" + want.repositoryID
	case want.database == nil:
		return ""
	}
	v, entry := variableOf(container, databaseVariable)
	ref := object.At(entry, "valueFrom", "secretKeyRef")
	if v.value || len(v.sources) != 1 ||
		object.String(object.Child(ref, "name")) != want.database.name || object.String(object.Child(ref, "key")) != want.database.key {
		return databaseVariable + " from the Secret " + want.database.name
	}
	return ""
}

// hasLiteral reports whether the variable called name of a container is the text value.
func hasLiteral(container *yaml.Node, name, value string) bool {
	v, entry := variableOf(container, name)
	return object.String(object.Child(entry, "value")) == value && len(v.sources) == 0
}
