package kustomize_test

import (
	"strings"
	"testing"

	"github.com/previewset/previewset/kustomize"
)

// TestErrorsOfAllPreviewsAreTheSame uses mistakes in the base, its components and the
// configuration. An error that differs between previews would be reported once for each of
// them.
func TestErrorsOfAllPreviewsAreTheSame(t *testing.T) {
	t.Parallel()
	const component = "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\n"
	const rules = "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: web}\nspec: {rules: [" +
		"{host: a.acme.dev, http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {number: 80}}}}]}}, " +
		"{http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: api, port: {number: 80}}}}]}}]}\n"
	for name, tt := range map[string]struct {
		base, component string
		spec            kustomize.Spec
		want            string
	}{
		"removed parameters": {
			component: component + "patches: [{patch: '{apiVersion: v1, kind: ConfigMap, metadata: {name: preview}, $patch: delete}'}]\n",
			want:      "base: a component removes or renames the ConfigMap preview: ",
		},
		"renamed parameters": {
			component: component + "namePrefix: x-\n",
			want:      "base: a component removes or renames the ConfigMap preview: ",
		},
		"removed Namespace": {
			component: component + "patches: [{target: {kind: Namespace}, patch: '{apiVersion: v1, kind: Namespace, metadata: {name: x}, $patch: delete}'}]\n",
			want:      "base: a component removes the Namespace of the preview: ",
		},
		"privileged Namespace": {
			component: component + "patches: [{target: {kind: Namespace}, patch: '{apiVersion: v1, kind: Namespace, metadata: {name: x, labels: {pod-security.kubernetes.io/enforce: privileged}}}'}]\n",
			want:      "base: Namespace of the preview: metadata.labels[pod-security.kubernetes.io/enforce]: ",
		},
		"label": {
			spec: kustomize.Spec{Labels: map[string]string{"x": "a b"}},
			want: "base: label x: ",
		},
		"large number": {
			base: oneDeployment + "  x: 9007199254740993\n",
			want: "base/x.yaml: Deployment web: ",
		},
		"one host": {
			base: rules,
			want: "base/x.yaml: Ingress web: spec.rules[1].host: it would have the same host for the same requests as spec.rules[0].host of Ingress web ",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			contents := map[string]string{"base/kustomization.yaml": "resources: [x.yaml]", "base/x.yaml": oneConfigMap}
			if tt.base != "" {
				contents["base/x.yaml"] = tt.base
			}
			spec := tt.spec
			spec.Base = "base"
			if tt.component != "" {
				contents["c/kustomization.yaml"] = tt.component
				spec.Components = []string{"c"}
			}
			base := load(t, spec, files(contents))
			_, first := base.Render(t.Context(), withHosts(base, pullRequest()), entry)
			_, second := base.Render(t.Context(), withHosts(base, branch()), "previews/shop/other")
			if first == nil || second == nil || first.Error() != second.Error() || !strings.HasPrefix(first.Error(), tt.want) {
				t.Errorf("got %v, and %v for another preview, want %q", first, second, tt.want)
			}
		})
	}
}

const oneDeployment = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n" +
	"  selector: {matchLabels: {a: b}}\n  template: {metadata: {labels: {a: b}}, spec: {containers: [{name: web, image: web:1}]}}\n"
