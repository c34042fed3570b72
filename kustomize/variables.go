package kustomize

import (
	"slices"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/previewset/previewset/kustomize/object"
)

// Environment variables. Every container of a preview has the database schema, and, if
// the set has a database, its URL in the variable that most frameworks use. The Jobs in
// the administration namespace have the schema and, if it is known, the forge's ID of the
// repository for `previewset db`. The ID is not a flag, because an older image in a Job
// must ignore it.
const (
	schemaVariable     = "DB_SCHEMA"
	databaseVariable   = "DATABASE_URL"
	repositoryVariable = "PREVIEWSET_REPOSITORY_ID"
)

// environment has the values of the variables. database is nil and repositoryID is "" if
// the containers do not have the variable.
type environment struct {
	schema       string
	database     *secretKey
	repositoryID string
}

// secretKey is a key of a Secret in the preview's namespace.
type secretKey struct{ name, key string }

// variable describes the fields that a container of the base sets for an environment
// variable. A strategic merge patch keeps other fields, so a patch must set these
// fields to null.
type variable struct {
	value   bool
	sources []string // the fields of valueFrom, sorted
}

// variableOf returns the variable called name of a container, and its item in the list.
// The item is nil if the container does not have the variable.
func variableOf(container *yaml.Node, name string) (v variable, entry *yaml.Node) {
	for _, e := range object.Items(object.Child(container, "env")) {
		e = object.Resolved(e)
		if object.String(object.Child(e, "name")) != name {
			continue
		}
		entry = e
		v.value = object.Child(entry, "value") != nil
		v.sources = object.Keys(object.Child(entry, "valueFrom"))
		slices.Sort(v.sources)
	}
	return v, entry
}

// literal returns the environment entry that sets the variable to a value.
func (v variable) literal(name string, value any) map[string]any {
	env := map[string]any{"name": name, "value": value}
	if len(v.sources) > 0 {
		env["valueFrom"] = nil
	}
	return env
}

// secret returns the environment entry that reads the variable from a Secret.
func (v variable) secret(name string, from secretKey) map[string]any {
	source := map[string]any{"secretKeyRef": map[string]any{"name": from.name, "key": from.key}}
	for _, other := range v.sources {
		if other == "secretKeyRef" {
			source[other].(map[string]any)["optional"] = nil
		} else {
			source[other] = nil
		}
	}
	env := map[string]any{"name": name, "valueFrom": source}
	if v.value {
		env["value"] = nil
	}
	return env
}
