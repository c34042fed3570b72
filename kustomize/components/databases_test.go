package components_test

import (
	"os"
	"path/filepath"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/previewset/previewset/internal/config"
	"github.com/previewset/previewset/kustomize"
)

// TestGoldenDatabases builds the sets of examples/databases/sets, which has one set for
// each component that overlay.database selects.
func TestGoldenDatabases(t *testing.T) {
	before := built(t, shop(t, nil), pullRequest())
	for _, strategy := range kustomize.DatabaseStrategies() {
		name := strategy.Component
		t.Run(name, func(t *testing.T) {
			spec := databaseExample(t, name)
			if d := spec.Database; d.Engine != strategy.Engine || d.Strategy != strategy.Name {
				t.Fatalf("its example selects %s of %s", d.Strategy, d.Engine)
			}
			objects, err := buildSpec(t, shop(t, nil), pullRequest(), spec)
			if err != nil {
				t.Fatal(err)
			}
			for _, o := range objects {
				checkReplaced(t, o)
			}
			golden(t, name, changed(t, before, objects))
		})
	}
}

// databaseExample returns the overlay of examples/databases/sets for a component, with
// the defaults of the configuration.
func databaseExample(t *testing.T, name string) kustomize.Spec {
	t.Helper()
	content, err := os.ReadFile(filepath.Join("../../examples/databases/sets", name+".yaml"))
	if err != nil {
		t.Fatal(err)
	}
	var set struct{ Overlay config.Overlay }
	if err := yaml.Unmarshal(content, &set); err != nil {
		t.Fatal(err)
	}
	d := set.Overlay.Database
	if d.Strategy == "" {
		d.Strategy = kustomize.DefaultDatabaseStrategy(d.Engine)
	}
	made := &kustomize.Database{
		Engine: d.Engine, Strategy: d.Strategy, AdminSecret: d.AdminSecret, Template: d.Template, Open: d.Open,
		ConnectionLimit: d.ConnectionLimit, Storage: d.Storage,
	}
	if d.StatementTimeout > 0 {
		made.StatementTimeout = d.StatementTimeout.String()
	}
	return kustomize.Spec{Base: "base", AdminNamespace: set.Overlay.AdminNamespace, Database: made}
}
