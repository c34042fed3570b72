package e2e_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/previewset/previewset/test/e2e/environment"
	"github.com/previewset/previewset/test/e2e/stack"
)

// components checks that the API accepts the rendered objects of each component of the
// library, alone and with all others. Unknown fields are errors.
func (fx *fixture) components(t *testing.T) {
	fx.applyDefinitions(t)
	for name, overlay := range fx.library(t) {
		manifests, err := fx.Render(t.Context(), overlay)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		objects, err := stack.Objects(manifests)
		must(t, err)
		fx.makeNamespace(t, objects)
		if err := fx.Cluster.Validate(t.Context(), environment.LibraryNamespace, objects...); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	must(t, fx.Cluster.Kubernetes.CoreV1().Namespaces().Delete(t.Context(), environment.LibraryNamespace, metav1.DeleteOptions{}))
	fx.checkUnknownField(t)
}

// library returns an overlay for each component, by the name of the component, and overlays
// with all components.
func (fx *fixture) library(t *testing.T) map[string]map[string]any {
	t.Helper()
	out, err := fx.Previewset(t.Context(), "components", "list", "--output", "json")
	must(t, err)
	var list []struct{ Name string }
	must(t, json.Unmarshal(out, &list))
	databases := map[string]map[string]any{
		"postgres-schema":   {"engine": "postgres", "strategy": "schema"},
		"postgres-database": {"engine": "postgres", "strategy": "database"},
		"postgres-snapshot": {"engine": "postgres", "strategy": "snapshot", "template": "shop"},
		"mysql-database":    {"engine": "mysql", "strategy": "database"},
		"cloudnative-pg":    {"engine": "postgres", "strategy": "cloudnative-pg"},
	}
	overlays := map[string]map[string]any{}
	var others []any
	for _, component := range list {
		switch database := databases[component.Name]; {
		case database != nil:
			overlays[component.Name] = map[string]any{"adminNamespace": environment.DatabaseNamespace, "database": withTasks(database)}
		case component.Name == "database-jobs", component.Name == "migrate", component.Name == "seed": // parts of the database components
		default:
			others = append(others, "builtin:"+component.Name)
			overlays[component.Name] = map[string]any{"components": others[len(others)-1:]}
		}
	}
	if len(overlays) < len(databases)+10 {
		t.Fatalf("got components %v, want at least 10 without a database", list)
	}
	for _, name := range []string{"postgres-schema", "cloudnative-pg"} {
		all := map[string]any{"components": others}
		for key, value := range overlays[name] {
			all[key] = value
		}
		overlays["all with "+name] = all
	}
	return overlays
}

// withTasks returns a database with a migration, its reversal, and a seed.
func withTasks(database map[string]any) map[string]any {
	database["migrate"] = map[string]any{"image": "ghcr.io/acme/shop:{{.head_sha}}", "back": []any{"/shop", "down"}}
	database["seed"] = map[string]any{"image": "ghcr.io/acme/shop:{{.head_sha}}"}
	return database
}

// makeNamespace applies the Namespace in objects.
func (fx *fixture) makeNamespace(t *testing.T, objects []*unstructured.Unstructured) {
	t.Helper()
	for _, o := range objects {
		if o.GetKind() == "Namespace" {
			must(t, fx.Cluster.Apply(t.Context(), "", o))
			return
		}
	}
	t.Error("the objects contain no Namespace")
}

// applyDefinitions applies the CustomResourceDefinitions of other projects that components
// use.
func (fx *fixture) applyDefinitions(t *testing.T) {
	t.Helper()
	files, err := fx.Definitions(t.Context())
	must(t, err)
	for _, file := range files {
		objects, err := stack.ReadObjects(file)
		must(t, err)
		must(t, fx.Cluster.Apply(t.Context(), "", objects...))
		for _, definition := range objects {
			kind := servedKind(t, definition)
			await(t, "the API serves "+kind.GetKind(), func(ctx context.Context) error {
				resource, err := fx.Cluster.Resource(kind, corev1.NamespaceDefault)
				if err == nil {
					_, err = resource.List(ctx, metav1.ListOptions{Limit: 1})
				}
				return err
			})
		}
	}
}

// servedKind returns an empty object of the kind that a CustomResourceDefinition defines.
func servedKind(t *testing.T, definition *unstructured.Unstructured) *unstructured.Unstructured {
	t.Helper()
	versions, _, err := unstructured.NestedSlice(definition.Object, "spec", "versions")
	must(t, err)
	kind := &unstructured.Unstructured{}
	kind.SetAPIVersion(fmt.Sprintf("%s/%s", text(definition, "spec", "group"), versions[0].(map[string]any)["name"]))
	kind.SetKind(text(definition, "spec", "names", "kind"))
	return kind
}

// checkUnknownField checks that the API rejects unknown fields, so that its acceptance of
// the components is significant.
func (fx *fixture) checkUnknownField(t *testing.T) {
	t.Helper()
	objects, err := stack.Objects([]byte(`
apiVersion: postgresql.cnpg.io/v1
kind: Database
metadata: {name: misspelt}
spec: {cluster: {name: a}, name: a, owner: a, conectionLimit: 1}
`))
	must(t, err)
	if err := fx.Cluster.Validate(t.Context(), corev1.NamespaceDefault, objects...); err == nil || !strings.Contains(err.Error(), "conectionLimit") {
		t.Errorf("misspelled field: got %v, want an error that names conectionLimit", err)
	}
}
