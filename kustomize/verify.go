package kustomize

import (
	"fmt"

	"sigs.k8s.io/kustomize/api/resource"
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
	want := renderer.environment(r.GetNamespace(), p.DBSchema, object.Portable(p.Repository.ID))
	for c := range containerPlaces(r, renderer.table) {
		if missing := missingVariable(c.Node, want); missing != "" {
			return fmt.Errorf("%s: the built container %s lacks %s", object.Describe(r), object.OneLine(c.Name), missing)
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
	case want.database != nil && !hasSecret(container, databaseVariable, *want.database):
		return databaseVariable + " from the Secret " + want.database.name
	}
	return ""
}

// hasLiteral reports whether the variable called name of a container is the text value.
func hasLiteral(container *yaml.Node, name, value string) bool {
	v := variableOf(container, name)
	return object.String(object.Child(v, "value")) == value && object.Child(v, "valueFrom") == nil
}

// hasSecret reports whether the variable called name of a container has the value from.
func hasSecret(container *yaml.Node, name string, from secretKey) bool {
	v := variableOf(container, name)
	source := object.Child(v, "valueFrom")
	ref := object.Child(source, "secretKeyRef")
	return object.Child(v, "value") == nil && len(object.Keys(source)) == 1 &&
		object.String(object.Child(ref, "name")) == from.name && object.String(object.Child(ref, "key")) == from.key
}

// variableOf returns the variable called name of a container, nil if the container does
// not have the variable. Of several, the last one counts, as in Kubernetes.
func variableOf(container *yaml.Node, name string) (entry *yaml.Node) {
	for _, e := range object.Items(object.Child(container, "env")) {
		if e = object.Resolved(e); object.String(object.Child(e, "name")) == name {
			entry = e
		}
	}
	return entry
}
