package kustomize_test

import (
	"strings"
	"testing"

	"github.com/previewset/previewset/kustomize"
)

// attacks are bases with the default allow list whose authors try to reach out of their previews
// with features of Kustomize. c is the component of the set, or "".
var attacks = []struct {
	name, base, c string
	files         map[string]string
	// want is a part of the refusal, "" if the result is harmless.
	want string
}{
	{
		"hides a field until a component makes the object readable", "resources: [x.yaml]",
		component + `patches: [{target: {kind: Deployment}, patch: '[{"op": "replace", "path": "/spec/replicas", "value": 1}]'}]`,
		map[string]string{"base/x.yaml": "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {replicas: !foo 3, template: {spec: {priorityClassName: high, containers: [{name: web, image: x}]}}}\n"},
		"priorityClassName: other pods could have to make room for it",
	},
	{
		"gives a shared directory annotations that cannot be marked",
		"resources: [x.yaml, ../shared]\n" + `patches: [{target: {kind: ConfigMap}, patch: '[{"op": "add", "path": "/metadata/annotations", "value": "a"}]'}]`, labelsOnly,
		map[string]string{"base/x.yaml": oneConfigMap, "shared/kustomization.yaml": "resources: [y.yaml]", "shared/y.yaml": webAccount},
		"ServiceAccount web: overlay.kinds.only",
	},
	{
		"removes the annotations of an object of a shared directory",
		"resources: [../shared]\n" + `patches: [{target: {kind: ServiceAccount}, patch: '[{"op": "add", "path": "/metadata/annotations", "value": null}]'}]`, labelsOnly,
		map[string]string{"shared/kustomization.yaml": "resources: [y.yaml]", "shared/y.yaml": webAccount},
		"ServiceAccount web: overlay.kinds.only",
	},
	{
		"has the earlier name of a Job in the administration namespace", "resources: [x.yaml]\nnamePrefix: x-", component + "resources: [j.yaml]",
		map[string]string{"base/x.yaml": hookJob("job", "''", syncHook), "c/j.yaml": hookJob("job", "admin", syncHook)},
		"",
	},
	{
		"moves a Job to the administration namespace with a transformer", "resources: [x.yaml]\nnamespace: admin", "",
		map[string]string{"base/x.yaml": hookJob("job", "''", syncHook)},
		"it is in the administration namespace",
	},
	{
		"keeps a Job in the administration namespace as Helm's", "resources: [x.yaml]", "",
		map[string]string{"base/x.yaml": hookJob("job", "admin", syncHook+helmGenerated)},
		"it is in the administration namespace",
	},
	{
		"labels generated objects for a sidecar", "configMapGenerator: [{name: x, literals: [a=b], options: {labels: {grafana_dashboard: '1'}}}]", "", nil,
		"grafana_dashboard: a controller of the cluster could act on it",
	},
	{
		"has hosts that look like placeholders", "resources: [x.yaml]", "",
		map[string]string{"base/x.yaml": "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: x}\nspec: {rules: [{host: zqx0002xqz.example.com}]}\n"},
		"",
	},
}

func TestAttacksWithKustomize(t *testing.T) {
	t.Parallel()
	for _, tt := range attacks {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			spec := kustomize.Spec{Base: "base", AdminNamespace: "admin", Kinds: kustomize.Kinds{Only: []string{"default"}}}
			contents := map[string]string{"base/kustomization.yaml": tt.base}
			for path, content := range tt.files {
				contents[path] = content
			}
			if tt.c != "" {
				spec.Components, contents["c/kustomization.yaml"] = []string{"c"}, tt.c
			}
			r, err := kustomize.New(spec)
			if err != nil {
				t.Fatal(err)
			}
			base, err := r.Load(files(contents))
			if tt.want != "" {
				if err == nil || !strings.Contains(err.Error(), tt.want) {
					t.Errorf("got %v, want %q", err, tt.want)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			for _, d := range documents(t, build(t, base, render(t, base, pullRequest()))) {
				if d.Metadata.Namespace == "admin" && !strings.HasPrefix(d.Metadata.Name, "job-") {
					t.Errorf("%s %s is in the administration namespace", d.Kind, d.Metadata.Name)
				}
			}
		})
	}
}
