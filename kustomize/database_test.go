package kustomize_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/previewset/previewset/kustomize"
	"github.com/previewset/previewset/kustomize/object"
)

// worker returns a base with one Deployment. Its container has the environment env.
func worker(env string) tree {
	return objectsIn("apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: worker}\nspec:\n  selector: {matchLabels: {a: b}}\n" +
		"  template:\n    metadata: {labels: {a: b}}\n    spec:\n      containers:\n      - name: worker\n        image: ghcr.io/acme/shop:main\n        env: " + env + "\n")
}

func databaseSpec(d kustomize.Database) kustomize.Spec {
	return kustomize.Spec{Base: "base", AdminNamespace: "admin", Database: &d}
}

// The bases set DATABASE_URL themselves.
func TestDatabaseVariableReplacesBase(t *testing.T) {
	for name, env := range map[string]string{
		"nothing":     "[]",
		"a value":     "[{name: DATABASE_URL, value: postgres://production}]",
		"a ConfigMap": "[{name: DATABASE_URL, valueFrom: {configMapKeyRef: {name: x, key: y}}}]",
		"a Secret":    "[{name: DATABASE_URL, valueFrom: {secretKeyRef: {name: production, key: uri, optional: true}}}]",
		"a field":     "[{name: DATABASE_URL, valueFrom: {fieldRef: {fieldPath: status.podIP}}}, {name: A, value: $(DATABASE_URL)}]",
	} {
		t.Run(name, func(t *testing.T) {
			base := load(t, databaseSpec(kustomize.Database{Engine: "postgres", Strategy: "schema"}), worker(env))
			manifests := build(t, base, render(t, base, pullRequest()))
			_, deployment, _ := strings.Cut(manifests, "kind: Deployment")
			deployment, _, _ = strings.Cut(deployment, "\n---")
			want := "        - name: DATABASE_URL\n          valueFrom:\n            secretKeyRef:\n              key: url\n              name: preview-database\n"
			if strings.Count(deployment, "name: DATABASE_URL") != 1 || !strings.Contains(deployment, want) || strings.Contains(deployment, "optional") {
				t.Errorf("got the Deployment %s", deployment)
			}
		})
	}
}

// A Job with the administrator's credentials has the application's image in the base.
func TestAdminJobsKeepTheirImages(t *testing.T) {
	spec := kustomize.Spec{Base: "base", AdminNamespace: "admin", Images: []kustomize.Image{{Name: "postgres", NewTag: "{{.head_sha}}"}}}
	base := load(t, spec, objectsIn(hookJob("drop", "admin", dropHook), hookJob("own", "''", syncHook)))
	manifests := build(t, base, render(t, base, pullRequest()))
	for _, image := range []string{"image: postgres\n", "image: postgres:" + pullRequest().HeadSHA + "\n"} {
		if strings.Count(manifests, image) != 1 {
			t.Errorf("image %q occurs %d times", image, strings.Count(manifests, image))
		}
	}
}

// The Job computes the connection limit unless one is set.
func TestDatabasePreviews(t *testing.T) {
	for _, test := range []struct {
		database kustomize.Database
		want     string
	}{
		{kustomize.Database{Engine: "postgres", Strategy: "schema", Previews: 12}, `"12"`},
		{kustomize.Database{Engine: "mysql", Strategy: "database", Previews: 12}, `"12"`},
		{kustomize.Database{Engine: "postgres", Strategy: "database"}, "unlimited"},
		{kustomize.Database{Engine: "postgres", Strategy: "schema", Previews: 12, ConnectionLimit: 5}, `""`},
	} {
		base := load(t, databaseSpec(test.database), objectsIn(oneConfigMap))
		manifests := build(t, base, render(t, base, pullRequest()))
		if want := "name: PREVIEWSET_DB_PREVIEWS\n          value: " + test.want + "\n"; strings.Count(manifests, want) != 1 {
			t.Errorf("%+v: got\n%s\nwant one %s", test.database, manifests, want)
		}
	}
	base := load(t, databaseSpec(kustomize.Database{Engine: "postgres", Strategy: "cloudnative-pg", Previews: 12}), objectsIn(oneConfigMap))
	if manifests := build(t, base, render(t, base, pullRequest())); strings.Contains(manifests, "database_previews") {
		t.Errorf("cloudnative-pg: got the number of previews in\n%s", manifests)
	}
}

func TestInvalidDatabasesAreRefused(t *testing.T) {
	for _, tt := range []struct {
		name string
		spec kustomize.Spec
		want string
	}{
		{"no such", databaseSpec(kustomize.Database{Engine: "mysql", Strategy: "schema"}), `the engine "mysql" has no strategy "schema"`},
		{"no administration namespace", kustomize.Spec{Base: "base", Database: &kustomize.Database{Engine: "mysql", Strategy: "database"}}, "needs adminNamespace"},
		{"template", databaseSpec(kustomize.Database{Engine: "postgres", Strategy: "schema", Seed: &kustomize.Task{Image: "{{.nope}}"}}), "nope"},
		{"twice", kustomize.Spec{
			Base: "base", AdminNamespace: "admin", Components: []string{"builtin:seed"},
			Database: &kustomize.Database{Engine: "postgres", Strategy: "schema", Seed: &kustomize.Task{Image: "x"}},
		}, "builtin:seed is listed twice"},
	} {
		if _, err := newRenderer(tt.spec); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: got %v, want %s", tt.name, err, tt.want)
		}
	}
	spec := databaseSpec(kustomize.Database{Engine: "postgres", Strategy: "schema", Seed: &kustomize.Task{Image: "shop:{{.title}}"}})
	base, err := newRenderer(spec)
	if err != nil {
		t.Fatal(err)
	}
	loaded, err := base.Load(objectsIn(oneConfigMap))
	if err != nil {
		t.Fatal(err)
	}
	_, err = loaded.Render(t.Context(), pullRequest(), entry) // its title has spaces
	var bad *object.BuildError
	if !errors.As(err, &bad) || !strings.Contains(bad.Reason, `seed_image: "shop:Add a login" is not an image`) {
		t.Errorf("%v", err)
	}
}

func TestOnlyDatabasesUseDatabaseAccount(t *testing.T) {
	job := strings.Replace(hookJob("own", "admin", syncHook), "restartPolicy", "serviceAccountName: previewset-db, restartPolicy", 1)
	r, err := newRenderer(kustomize.Spec{Base: "base", AdminNamespace: "admin"})
	if err != nil {
		t.Fatal(err)
	}
	var refused *object.RefusedError
	if _, err := r.Load(objectsIn(job)); !errors.As(err, &refused) || !strings.Contains(refused.Reason, "token of a ServiceAccount") {
		t.Errorf("without a database: got %v, want a refusal", err)
	}
	load(t, databaseSpec(kustomize.Database{Engine: "mysql", Strategy: "database"}), objectsIn(oneConfigMap))
}
