package kustomize

import (
	"fmt"

	"sigs.k8s.io/kustomize/api/resource"
	"sigs.k8s.io/kustomize/kyaml/resid"
	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/kustomize/object"
)

// verify checks that the built objects are those of a preview: each patch had its
// effect, and no component has undone it.
func verify(objects []*resource.Resource, p generator.Preview, by *Renderer) error {
	var namespaces, parameters int
	var errs []error
	for _, r := range objects {
		switch {
		case object.IsNamespace(r):
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
	return object.Joined(errs)
}

func verifyObject(r *resource.Resource, p generator.Preview, by *Renderer) error {
	id := r.CurId()
	if isRoute(id) {
		return verifyRoute(r, id, p.Host)
	}
	database := by.secretFor(id.Namespace)
	for c := range object.Containers(r, id) {
		if wanted := lacks(c.Node, p.DBSchema, database); wanted != "" {
			return fmt.Errorf("%s: container %q lacks %s in what is built",
				object.Describe(r), object.OneLine(object.Scalar(object.Child(c.Node, "name"))), wanted)
		}
	}
	return nil
}

func verifyRoute(r *resource.Resource, id resid.ResId, want string) error {
	for _, host := range hostsOf(r, id) {
		if host != want {
			return fmt.Errorf("%s: its host is %q in what is built, instead of the preview's, %q", object.Describe(r), object.OneLine(host), want)
		}
	}
	return nil
}

// lacks returns which variable a container lacks, or "".
func lacks(container *yaml.Node, schema string, database *secretKey) string {
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
