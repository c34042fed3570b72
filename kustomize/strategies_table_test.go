package kustomize_test

import (
	"reflect"
	"testing"

	"github.com/previewset/previewset/kustomize"
)

// TestDatabaseStrategiesOfEachEngine compares the table with docs/databases.md: the names,
// the Secret and the keys are part of the configuration.
func TestDatabaseStrategiesOfEachEngine(t *testing.T) {
	t.Parallel()
	admin := kustomize.DatabaseStrategy{Engine: "postgres", Admin: true, Secret: "preview-database", SecretKey: "url", Keys: []string{"adminSecret", "open"}}
	schema, database, snapshot, mysql := admin, admin, admin, admin
	schema.Name, schema.Default, schema.Component, schema.Keys = "schema", true, "postgres-schema", []string{"adminSecret", "name", "open"}
	database.Name, database.Component = "database", "postgres-database"
	snapshot.Name, snapshot.Component, snapshot.Keys = "snapshot", "postgres-snapshot", []string{"adminSecret", "open", "template"}
	snapshot.Required = map[string]string{"template": "the database that is copied"}
	mysql.Engine, mysql.Name, mysql.Default, mysql.Component = "mysql", "database", true, "mysql-database"
	want := []kustomize.DatabaseStrategy{schema, database, snapshot, {
		Engine: "postgres", Name: "cloudnative-pg", Component: "cloudnative-pg",
		Secret: "preview-database-app", SecretKey: "uri", Keys: []string{"storage"},
	}, mysql}
	got := kustomize.DatabaseStrategies()
	if len(got) != len(want) {
		t.Fatalf("got %d strategies, want %d", len(got), len(want))
	}
	for i := range want {
		for key := range got[i].Required { // the text can change
			if want[i].Required[key] != "" {
				want[i].Required[key] = got[i].Required[key]
			}
		}
		if !reflect.DeepEqual(got[i], want[i]) {
			t.Errorf("got %+v, want %+v", got[i], want[i])
		}
	}
}
