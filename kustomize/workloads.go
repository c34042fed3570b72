package kustomize

import (
	"sigs.k8s.io/kustomize/api/resource"
	"sigs.k8s.io/kustomize/kyaml/resid"

	"github.com/previewset/previewset/kustomize/object"
)

// workload is an object of the base that runs containers.
type workload struct {
	resid.ResId
	containers []container
}

// container is a container of a workload.
type container struct {
	list string // "containers" or "initContainers"
	name string
	// schema, url and repository are its schemaVariable, databaseVariable and
	// repositoryVariable.
	schema, url, repository variable
}

func newWorkload(r *resource.Resource, id resid.ResId) workload {
	w := workload{ResId: id}
	for c := range object.Containers(r, id) {
		schema, _ := variableOf(c.Node, schemaVariable)
		url, _ := variableOf(c.Node, databaseVariable)
		repository, _ := variableOf(c.Node, repositoryVariable)
		w.containers = append(w.containers, container{c.List, object.String(object.Child(c.Node, "name")), schema, url, repository})
	}
	return w
}

// patch returns the patch that adds the variables of e to every container. The schema is
// a literal value and not a reference to the ConfigMap: so pods restart when it changes,
// and hooks that run before the ConfigMap exists have it too. Kustomize puts new variables
// before the others, so that these can refer to it as $(DB_SCHEMA).
func (w workload) patch(e environment) patch {
	lists := map[string][]patchedContainer{}
	for _, c := range w.containers {
		env := []map[string]any{c.schema.literal(schemaVariable, e.schema)}
		if e.database != nil {
			env = append(env, c.url.secret(databaseVariable, *e.database))
		}
		if e.repositoryID != "" {
			env = append(env, c.repository.literal(repositoryVariable, object.Quoted(e.repositoryID)))
		}
		lists[c.list] = append(lists[c.list], patchedContainer{c.name, env})
	}
	body := map[string]any{}
	for field, containers := range lists {
		body[field] = containers
	}
	path := object.PodPath(w.ResId)
	for i := len(path) - 1; i > 0; i-- {
		body = map[string]any{path[i]: body}
	}
	return patch{Patch: object.Multiline(object.Object{
		APIVersion: w.ApiVersion(), Kind: w.Kind,
		Metadata: object.Metadata{Name: w.Name, Namespace: w.Namespace},
		Spec:     body,
	})}
}

// patchedContainer is the part of the patch for one container.
type patchedContainer struct {
	Name string           `yaml:"name"`
	Env  []map[string]any `yaml:"env"`
}
