package kustomize_test

import (
	"strings"
	"testing"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/kustomize"
)

// A rename changes no mark on a database, so it must not change `source`.
func TestConfigMapKeepsTheSourceOfRenamedRepositories(t *testing.T) {
	t.Parallel()
	old := generator.RepositoryName{ForgeHost: "github.com", Organization: "acme", Name: "old"}
	base := plainBase(t, kustomize.Spec{})
	for name, tt := range map[string]struct {
		id         string
		namedAfter generator.RepositoryName
		source     string
	}{
		"no id":           {"", generator.RepositoryName{}, "github.com/acme/shop"},
		"id":              {"7", generator.RepositoryName{}, "github.com/acme/shop"},
		"renamed":         {"7", old, "github.com/acme/old"},
		"id that is text": {"{0000-a}", old, "github.com/acme/old"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := pullRequest()
			p.Repository.ID, p.NamedAfter = tt.id, tt.namedAfter
			data := find(t, build(t, base, render(t, base, p)), "ConfigMap", "preview").Data
			id, has := data["repository_id"]
			if data["source"] != tt.source || id != tt.id || has != (tt.id != "") {
				t.Errorf("got source %q and repository_id %q, %t; want %q and %q", data["source"], id, has, tt.source, tt.id)
			}
		})
	}
}

func TestOnlyAdminJobsHaveTheRepositoryID(t *testing.T) {
	t.Parallel()
	const variable = "\n        - name: PREVIEWSET_REPOSITORY_ID\n          value: \"7\"\n"
	job := func(name, namespace, env string) string {
		return strings.Replace(hookJob(name, namespace, "argocd.argoproj.io/hook: Sync"), "image: postgres", "image: postgres, env: "+env, 1)
	}
	base := load(t, databaseSpec(kustomize.Database{Engine: "postgres", Strategy: "schema"}), objectsIn(
		job("own", "''", "[]"),
		job("value", "admin", "[{name: PREVIEWSET_REPOSITORY_ID, value: mine}]"),
		job("source", "admin", "[{name: PREVIEWSET_REPOSITORY_ID, valueFrom: {configMapKeyRef: {name: x, key: y}}}]"),
	))
	p := pullRequest()
	if manifests := build(t, base, render(t, base, p)); strings.Count(manifests, "PREVIEWSET_REPOSITORY_ID") != 2 || strings.Contains(manifests, variable) {
		t.Errorf("without an id: got a variable in\n%s", manifests)
	}
	p.Repository.ID = "7"
	jobs := map[string]bool{}
	for manifest := range strings.SplitSeq(build(t, base, render(t, base, p)), "\n---\n") {
		if d := documents(t, manifest)[0]; d.Kind == "Job" {
			name, _, _ := strings.Cut(d.Metadata.Name, "-shop-pr-42")
			jobs[name] = strings.Contains(manifest, variable) && strings.Count(manifest, "PREVIEWSET_REPOSITORY_ID") == 1
		}
	}
	for name, want := range map[string]bool{"own": false, "value": true, "source": true, "database-create": true, "database-drop": true} {
		if got, ok := jobs[name]; !ok || got != want {
			t.Errorf("Job %s: got the id %t, want %t", name, got, want)
		}
	}
}
