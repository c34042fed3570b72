package e2e_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/previewset/previewset/test/e2e/environment"
	"github.com/previewset/previewset/test/e2e/stack"
)

// failureSet begins the names of the sets of the tests of failures. It is also the label that
// selects their pull request.
const failureSet = "failing"

// maxFix bounds the time from the commit of a fix until its previews are healthy. On an idle
// machine, it is a few seconds after the retries of the examples, which take 15 s. The pauses
// between the default retries are 155 s, so that a fix would take longer.
const maxFix = 2 * time.Minute

// failure is a preview that fails.
type failure struct {
	// broken is the resource of a component, and fixed replaces it.
	broken, fixed string
	// state and message are those of the preview in the API. The message names the cause.
	state, message string
}

// failures returns a failure of each kind, by the end of the name of its set. Most of them
// are not in the health of the Application.
func failures() map[string]failure {
	const settings = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: fixed}\n"
	job := func(annotations string) string {
		return "apiVersion: batch/v1\nkind: Job\nmetadata: {name: task, annotations: {" + annotations + "}}\n" +
			"spec: {backoffLimit: 0, template: {spec: {restartPolicy: Never, containers: [{name: task, image: postgres, command: [/bin/false]}]}}}\n"
	}
	quota := func(hard string) string {
		return "apiVersion: v1\nkind: ResourceQuota\nmetadata: {name: quota, annotations: {argocd.argoproj.io/sync-wave: '-1'}}\nspec: {hard: {" + hard + "}}\n"
	}
	return map[string]failure{
		"api":       {"apiVersion: v1\nkind: Service\nmetadata: {name: broken}\nspec: {ports: [{port: 70000}]}\n", settings, "failing", "70000"},
		"objects":   {quota("services: '0'"), quota("services: '9'"), "failing", "quota"},
		"forbidden": {"apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: data}\nspec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}\n", settings, "failing", "not permitted in project"},
		"crd":       {"apiVersion: example.com/v1\nkind: Widget\nmetadata: {name: widget}\n", settings, "failing", "Widget"},
		"presync":   {job("argocd.argoproj.io/hook: PreSync"), settings, "failing", "backoff limit"},
		"job":       {job(""), settings, "failing", "a resource is Degraded"}, // an Application has no messages of its resources
		// Nothing tells of this failure. It counts as failing ten minutes later, which the tests
		// of internal/applications check.
		"pods": {quota("pods: '0'"), quota("pods: '9'"), "syncing", ""},
	}
}

// testFailing tests previews that fail: their states say why, and a fix takes effect soon.
func testFailing(t *testing.T, fx *fixture) {
	kinds := slices.Sorted(maps.Keys(failures()))
	fx.commitFailures(t, "Break", func(f failure) string { return f.broken })
	must(t, fx.EditConfig(func(config map[string]any) {
		for _, kind := range kinds {
			config["sets"] = append(config["sets"].([]any), fx.failingSet(kind))
		}
	}))
	must(t, fx.Cluster.Apply(t.Context(), stack.ArgoCDNamespace, fx.failingObjects(t, kinds)...))
	number, _, err := fx.Forge.Open(t.Context(), failureSet, "A failing change", failureSet)
	must(t, err)
	for kind, f := range failures() {
		t.Run(kind, func(t *testing.T) { fx.awaitState(t, setOfFailure(kind), number, f.state, f.message) })
	}
	t.Run("fixed", func(t *testing.T) { fx.fix(t, number) })
	fx.endFailing(t, kinds, number)
}

func setOfFailure(kind string) string { return failureSet + "-" + kind }

// nameOfFailure returns the name of the Application and of the namespace of a preview.
func nameOfFailure(kind string, number int64) string {
	return fmt.Sprintf("%s-pr-%d", setOfFailure(kind), number)
}

// commitFailures commits the component of each set.
func (fx *fixture) commitFailures(t *testing.T, message string, resource func(failure) string) {
	t.Helper()
	files := map[string]string{}
	for kind, f := range failures() {
		dir := "components/" + setOfFailure(kind)
		files[dir+"/kustomization.yaml"] = "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\nresources: [resource.yaml]\n"
		files[dir+"/resource.yaml"] = resource(f)
	}
	await(t, "the commit is pushed", func(ctx context.Context) error { // previewset pushes at the same time
		_, err := fx.Forge.GitOps.Commit(ctx, "main", message, files)
		return err
	})
}

func (fx *fixture) failingSet(kind string) map[string]any {
	return map[string]any{
		"name":   setOfFailure(kind),
		"source": fx.Source("shop"),
		"select": map[string]any{"pullRequests": map[string]any{"labels": map[string]any{"all": []any{failureSet}}}},
		"overlay": map[string]any{
			"base": "apps/shop/base", "components": []any{"components/" + setOfFailure(kind)},
			"kinds": map[string]any{"scopes": map[string]any{"Widget.example.com": "Namespaced"}},
		},
	}
}

// failingObjects returns the AppProject and the ApplicationSets: those of the example
// pull-requests, for other sets.
func (fx *fixture) failingObjects(t *testing.T, kinds []string) (all []*unstructured.Unstructured) {
	t.Helper()
	objects, err := fx.Manifests("examples", "pull-requests", "applicationset.yaml")
	must(t, err)
	project, example := objects[0], objects[1]
	project.SetName(failureSet)
	spec := project.Object["spec"].(map[string]any)
	spec["destinations"] = []any{map[string]any{"server": "https://kubernetes.default.svc", "namespace": failureSet + "-*"}}
	spec["namespaceResourceWhitelist"] = append(spec["namespaceResourceWhitelist"].([]any),
		map[string]any{"group": "", "kind": "ResourceQuota"}, map[string]any{"group": "example.com", "kind": "Widget"})
	all = append(all, project)
	for _, kind := range kinds {
		set := example.DeepCopy()
		set.SetName(setOfFailure(kind))
		spec := set.Object["spec"].(map[string]any)
		plugin := spec["generators"].([]any)[0].(map[string]any)["plugin"].(map[string]any)
		plugin["input"] = map[string]any{"parameters": map[string]any{"set": setOfFailure(kind)}}
		must(t, unstructured.SetNestedField(spec, failureSet, "template", "spec", "project"))
		all = append(all, set)
	}
	return all
}

// awaitState waits until the preview of a pull request in a set has a state whose message
// contains a text.
func (fx *fixture) awaitState(t *testing.T, set string, number int64, state, text string) {
	t.Helper()
	id := fmt.Sprintf("pr-%d", number)
	await(t, set+"-"+id+" is "+state, func(ctx context.Context) error {
		all, err := fx.States(ctx, set)
		i := slices.IndexFunc(all, func(s environment.State) bool { return s.ID == id })
		switch {
		case err != nil:
			return err
		case i < 0:
			return errors.New("it has no state")
		case all[i].State != state || !strings.Contains(all[i].Message, text):
			return fmt.Errorf("state %+v", all[i])
		}
		t.Logf("%s: %s", state, all[i].Message)
		return nil
	})
}

// fix commits a fix of all failures while Argo CD may still retry them, and checks that the
// previews are soon healthy. Kubernetes delays the pods of a quota that was too small, with
// growing pauses.
func (fx *fixture) fix(t *testing.T, number int64) {
	fx.commitFailures(t, "Fix", func(f failure) string { return f.fixed })
	begin, healthy := time.Now(), map[string]time.Duration{}
	await(t, "all previews have the fix", func(ctx context.Context) error {
		for kind := range failures() {
			a, err := fx.application(ctx, nameOfFailure(kind, number))
			if err != nil {
				return err
			}
			if healthy[kind] == 0 && a.synced == "Synced" && a.health == "Healthy" {
				healthy[kind] = time.Since(begin)
			}
		}
		if len(healthy) < len(failures()) {
			return fmt.Errorf("only these are healthy: %v", healthy)
		}
		return nil
	})
	t.Logf("from the fix to a healthy preview: %v", healthy)
	for kind, took := range healthy {
		fx.awaitState(t, setOfFailure(kind), number, "live", "")
		if took > maxFix && kind != "pods" {
			t.Errorf("%s: the fix took %s, want at most %s", kind, took, maxFix)
		}
	}
}

// endFailing closes the pull request, and removes the sets and their objects.
func (fx *fixture) endFailing(t *testing.T, kinds []string, number int64) {
	t.Helper()
	for _, kind := range kinds {
		fx.allow(nameOfFailure(kind, number))
	}
	must(t, fx.Forge.Close(number))
	for _, kind := range kinds {
		fx.awaitDeleted(t, nameOfFailure(kind, number))
	}
	must(t, fx.EditConfig(func(config map[string]any) {
		sets := config["sets"].([]any)
		config["sets"] = sets[:len(sets)-len(kinds)]
	}))
	fx.removeExample(t, fx.failingObjects(t, kinds))
}
