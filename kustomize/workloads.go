package kustomize

// workload is an object of the base that runs containers.
type workload struct {
	id
	containers []container
}

// container is one of a workload.
type container struct {
	list string // "containers" or "initContainers"
	name string
	// schema and url are its schemaVariable and databaseVariable.
	schema, url variable
}

// podPath returns where the pod of an object of kind i is, or nil where it has
// none. The kinds are those whose lists Kustomize knows how to merge by name.
func podPath(i id) []string {
	switch i.apiVersion() + "/" + i.kind {
	case "apps/v1/Deployment", "apps/v1/StatefulSet", "apps/v1/DaemonSet", "apps/v1/ReplicaSet", "batch/v1/Job":
		return []string{"spec", "template", "spec"}
	case "batch/v1/CronJob":
		return []string{"spec", "jobTemplate", "spec", "template", "spec"}
	case "v1/Pod":
		return []string{"spec"}
	}
	return nil
}

func newWorkload(i id, body map[string]any) workload {
	w := workload{id: i}
	visitContainers(i, body, func(list string, c any) {
		schema, _ := variableOf(c, schemaVariable)
		url, _ := variableOf(c, databaseVariable)
		w.containers = append(w.containers, container{list, text(at(c, "name")), schema, url})
	})
	return w
}

// containerLists are the fields of a pod that have containers.
func containerLists() []string { return []string{"initContainers", "containers"} }

func visitContainers(i id, body map[string]any, visit func(list string, container any)) {
	pod := at(body, podPath(i)...)
	for _, field := range containerLists() {
		for _, c := range list(at(pod, field)) {
			visit(field, c)
		}
	}
}

// patch puts the schema, and where there is one the database's URL, into every
// container. The value is written out, not
// taken from the ConfigMap: pods restart when it changes, and a hook that runs
// before the ConfigMap exists has it, too. Kustomize puts new variables before
// the others, so they can refer to it as $(DB_SCHEMA).
func (w workload) patch(schema string, database *secretKey) patch {
	lists := map[string][]patchedContainer{}
	for _, c := range w.containers {
		env := []map[string]any{c.schema.literal(schemaVariable, schema)}
		if database != nil {
			env = append(env, c.url.secret(databaseVariable, *database))
		}
		lists[c.list] = append(lists[c.list], patchedContainer{c.name, env})
	}
	body := map[string]any{}
	for field, containers := range lists {
		body[field] = containers
	}
	path := podPath(w.id)
	for i := len(path) - 1; i > 0; i-- {
		body = map[string]any{path[i]: body}
	}
	return patch{Patch: multiline(object{
		APIVersion: w.apiVersion(), Kind: w.kind,
		Metadata: metadata{Name: w.name, Namespace: w.namespace},
		Spec:     body,
	})}
}

// patchedContainer is what the patch says of one container.
type patchedContainer struct {
	Name string           `yaml:"name"`
	Env  []map[string]any `yaml:"env"`
}
