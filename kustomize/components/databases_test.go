package components_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

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
	overlay := strings.Replace(string(content), "\noverlay:\n", "\noverlay:\n  base: base\n", 1)
	c, err := config.Parse(name, []byte(`apiVersion: previewset.dev/v1alpha1
kind: Config
auth: {tokenEnv: TOKEN}
gitops: {url: https://git.example.com/gitops.git}
sets:
- name: shop
  source: {git: {url: https://git.example.com/shop.git}}
  select: {branches: {}}
`+strings.ReplaceAll("\n"+overlay, "\n", "\n  ")))
	if err != nil {
		t.Fatal(err)
	}
	return c.Sets[0].OverlaySpec("")
}
