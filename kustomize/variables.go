package kustomize

import "github.com/previewset/previewset/kustomize/object"

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
	// more are the variables of components.
	more []map[string]any
}

// secretKey is a key of a Secret in the preview's namespace.
type secretKey struct{ name, key string }

// variables returns the entries of e for a container.
func (e environment) variables() []map[string]any {
	all := []map[string]any{literal(schemaVariable, e.schema)}
	if e.database != nil {
		all = append(all, fromSecret(databaseVariable, *e.database))
	}
	if e.repositoryID != "" {
		all = append(all, literal(repositoryVariable, object.Quoted(e.repositoryID)))
	}
	return append(all, e.more...)
}

// literal returns the entry that sets the variable called name to a value.
func literal(name string, value any) map[string]any {
	return map[string]any{"name": name, "value": value}
}

// fromSecret returns the entry that reads the variable called name from a Secret.
func fromSecret(name string, from secretKey) map[string]any {
	return map[string]any{"name": name, "valueFrom": map[string]any{
		"secretKeyRef": map[string]any{"name": from.name, "key": from.key},
	}}
}
