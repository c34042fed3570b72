package kustomize_test

import (
	"strings"
	"testing"

	"github.com/previewset/previewset/kustomize"
)

// componentWithAnnotations returns a component with annotations in its metadata.
func componentWithAnnotations(annotations, rest string) string {
	return component + "metadata:\n  annotations: {" + annotations + "}\n" + rest
}

// TestVariablesOfComponents gives the variables of a component to all workloads, except
// those of the component, and Jobs in the administration namespace.
func TestVariablesOfComponents(t *testing.T) {
	t.Parallel()
	for kind, body := range workloads() {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			spec := shopDatabase()
			spec.Components = []string{"c"}
			version, name, _ := strings.Cut(kind, " ")
			base := load(t, spec, files(map[string]string{
				"base/kustomization.yaml": "resources: [x.yaml, hook.yaml]",
				"base/x.yaml":             "apiVersion: " + version + "\nkind: " + name + "\nmetadata: {name: x}\n" + body + "\n",
				"base/hook.yaml":          hookJob("hook", "previewset-db", "argocd.argoproj.io/hook: PreSync"),
				"c/kustomization.yaml": componentWithAnnotations(
					"variables.previewset.dev/B_COLOUR: colour, parameters.previewset.dev/colour: '$(A_HEAD) {{.id}}', references.previewset.dev/A_HEAD: head_sha", "resources: [y.yaml]\n"),
				"c/y.yaml": "apiVersion: v1\nkind: Pod\nmetadata: {name: own}\nspec: {containers: [{name: x, image: x}]}\n",
			}))
			manifests := build(t, base, render(t, base, pullRequest()))
			want := strings.Count(body, "image:") + strings.Count(body, "containerName:")
			got := objectOf(t, manifests, name, "x")
			for _, text := range []string{"name: B_COLOUR\n", "value: $(A_HEAD) pr-42\n", "name: A_HEAD\n", "key: head_sha\n"} {
				if n := strings.Count(got, text); n != want {
					t.Errorf("got %d times %q, want %d, in\n%s", n, text, want, got)
				}
				if n := strings.Count(manifests, text); n != want {
					t.Errorf("other objects have %q, too:\n%s", text, manifests)
				}
			}
			if strings.Index(got, "name: A_HEAD") > strings.Index(got, "name: B_COLOUR") {
				t.Errorf("the variable is before the one that it refers to:\n%s", got)
			}
		})
	}
}

func TestInvalidVariablesOfComponents(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, first, second, want string }{
		{"unknown parameter", "variables.previewset.dev/A: nothing", "", `the variable A has the value of the parameter "nothing", which does not exist`},
		{"invalid name", "variables.previewset.dev/1-A: id", "", "the name of the variable is not valid"},
		{"own variable", "references.previewset.dev/DATABASE_URL: id", "", "previewset sets this variable itself"},
		{"declared twice", "variables.previewset.dev/A: id", "variables.previewset.dev/A: set", "declares the variable in another way"},
		{"value and reference", "variables.previewset.dev/A: id", "references.previewset.dev/A: id", "declares the variable in another way"},
		{"twice the same", "variables.previewset.dev/A: id", "variables.previewset.dev/A: id", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			r, err := newRenderer(kustomize.Spec{Base: "base", Components: []string{"c", "d"}})
			if err != nil {
				t.Fatal(err)
			}
			base, err := r.Load(files(with(podOf("x"),
				"c/kustomization.yaml", componentWithAnnotations(tt.first, "labels: [{pairs: {c: c}}]\n"),
				"d/kustomization.yaml", componentWithAnnotations(tt.second, "labels: [{pairs: {d: d}}]\n"))))
			if tt.want != "" {
				if err == nil || !strings.Contains(err.Error(), tt.want) {
					t.Errorf("got %v, want %q", err, tt.want)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if n := strings.Count(build(t, base, render(t, base, pullRequest())), "name: A\n"); n != 1 {
				t.Errorf("got the variable %d times, want once", n)
			}
		})
	}
}

// TestVariableWithHostOfComponent uses a host that only the component serves.
func TestVariableWithHostOfComponent(t *testing.T) {
	t.Parallel()
	spec := kustomize.Spec{Base: "base", Components: []string{"c"}}
	base := load(t, spec, files(with(podOf("x"),
		"c/kustomization.yaml", componentWithAnnotations("variables.previewset.dev/ADMIN: host_admin", "resources: [y.yaml]\n"),
		"c/y.yaml", strings.Replace(strings.TrimSuffix(shopIngress, "---\n"), "host: shop", "host: admin", 1))))
	if manifests := build(t, base, render(t, base, pullRequest())); !strings.Contains(manifests, "name: ADMIN\n      value: pr-42.shop.preview.localhost\n") {
		t.Errorf("the variable does not have the host, in\n%s", manifests)
	}
}
