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

	"github.com/previewset/previewset/test/e2e/stack"
	"github.com/previewset/previewset/test/e2e/world"
)

// components has the API accept what each component of the library renders to,
// alone and all together, with unknown fields forbidden.
func (b *bed) components(t *testing.T) {
	b.define(t)
	for name, overlay := range b.library(t) {
		manifests, err := b.Render(t.Context(), overlay)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		objects, err := stack.Objects(manifests)
		must(t, err)
		b.makeNamespace(t, objects)
		if err := b.Cluster.Validate(t.Context(), world.LibraryNamespace, objects...); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	must(t, b.Cluster.Kubernetes.CoreV1().Namespaces().Delete(t.Context(), world.LibraryNamespace, metav1.DeleteOptions{}))
	b.refusesMisspelt(t)
}

// library returns an overlay for each component, by its name, and one with all.
func (b *bed) library(t *testing.T) map[string]map[string]any {
	t.Helper()
	out, err := b.Previewset(t.Context(), "components", "list", "--output", "json")
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
			overlays[component.Name] = map[string]any{"adminNamespace": world.DatabaseNamespace, "database": withTasks(database)}
		case component.Name == "database-jobs", component.Name == "migrate", component.Name == "seed": // parts of them
		default:
			others = append(others, "builtin:"+component.Name)
			overlays[component.Name] = map[string]any{"components": others[len(others)-1:]}
		}
	}
	if len(overlays) < len(databases)+10 {
		t.Fatalf("there are only %v", list)
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

// withTasks returns a database with a migration and its way back, and a seed.
func withTasks(database map[string]any) map[string]any {
	database["migrate"] = map[string]any{"image": "ghcr.io/acme/shop:{{.head_sha}}", "back": []any{"/shop", "down"}}
	database["seed"] = map[string]any{"image": "ghcr.io/acme/shop:{{.head_sha}}"}
	return database
}

// makeNamespace makes the Namespace among objects, where it is not there yet.
func (b *bed) makeNamespace(t *testing.T, objects []*unstructured.Unstructured) {
	t.Helper()
	for _, o := range objects {
		if o.GetKind() == "Namespace" {
			must(t, b.Cluster.Apply(t.Context(), "", o))
			return
		}
	}
	t.Error("there is no Namespace")
}

// define makes the kinds of the ecosystem's projects that components use known.
func (b *bed) define(t *testing.T) {
	t.Helper()
	files, err := b.Definitions(t.Context())
	must(t, err)
	for _, file := range files {
		objects, err := stack.ReadObjects(file)
		must(t, err)
		must(t, b.Cluster.Apply(t.Context(), "", objects...))
		for _, definition := range objects {
			kind := servedKind(t, definition)
			await(t, kind.GetKind()+" is to be known", func(ctx context.Context) error {
				resource, err := b.Cluster.Resource(kind, corev1.NamespaceDefault)
				if err == nil {
					_, err = resource.List(ctx, metav1.ListOptions{Limit: 1})
				}
				return err
			})
		}
	}
}

// servedKind returns an object, with nothing in it, of what a
// CustomResourceDefinition defines.
func servedKind(t *testing.T, definition *unstructured.Unstructured) *unstructured.Unstructured {
	t.Helper()
	versions, _, err := unstructured.NestedSlice(definition.Object, "spec", "versions")
	must(t, err)
	kind := &unstructured.Unstructured{}
	kind.SetAPIVersion(fmt.Sprintf("%s/%s", text(definition, "spec", "group"), versions[0].(map[string]any)["name"]))
	kind.SetKind(text(definition, "spec", "names", "kind"))
	return kind
}

// refusesMisspelt shows that what was accepted was looked at.
func (b *bed) refusesMisspelt(t *testing.T) {
	t.Helper()
	objects, err := stack.Objects([]byte(`
apiVersion: postgresql.cnpg.io/v1
kind: Database
metadata: {name: misspelt}
spec: {cluster: {name: a}, name: a, owner: a, conectionLimit: 1}
`))
	must(t, err)
	if err := b.Cluster.Validate(t.Context(), corev1.NamespaceDefault, objects...); err == nil || !strings.Contains(err.Error(), "conectionLimit") {
		t.Errorf("a misspelt field: %v", err)
	}
}
