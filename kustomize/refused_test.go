package kustomize_test

import (
	"errors"
	"maps"
	"strings"
	"testing"

	"github.com/previewset/previewset/kustomize"
	"github.com/previewset/previewset/kustomize/object"
)

// loadError returns the error of Load for a base that Load must refuse.
func loadError(t *testing.T, contents map[string]string, components ...string) error {
	t.Helper()
	all := map[string]string{"base/plain.yaml": oneConfigMap}
	maps.Copy(all, contents)
	r, err := newRenderer(kustomize.Spec{Base: "base", Components: components})
	if err != nil {
		t.Fatal(err)
	}
	if _, err = r.Load(files(all)); err == nil {
		t.Fatal("got no error")
	}
	if text := err.Error(); strings.Contains(text, "'/") || strings.Contains(text, "previewset-probe") || strings.Count(text, "\n") > 1 {
		t.Errorf("got the error %q, want one readable line", text)
	}
	return err
}

func TestObjectsAreRefused(t *testing.T) {
	tests := []struct{ name, object, resource, want string }{
		{"secret", "apiVersion: v1\nkind: Secret\nmetadata: {name: db}\nstringData: {password: hunter2}", "Secret db", "plain Secret"},
		{"secret in a list", "apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: Secret\n  metadata: {name: db}\n", "Secret db", "plain Secret"},
		{"cluster role", "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: {name: all}", "ClusterRole all", "cluster-wide"},
		{"unknown version", "apiVersion: rbac.authorization.k8s.io/v9\nkind: ClusterRoleBinding\nmetadata: {name: all}", "ClusterRoleBinding all", "cluster-wide"},
		{"crd", "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: x.example.com}", "CustomResourceDefinition x.example.com", "cluster-wide"},
		{"gateway class", "apiVersion: gateway.networking.k8s.io/v1\nkind: GatewayClass\nmetadata: {name: x}", "GatewayClass x", "cluster-wide"},
		{"name of the parameters", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: preview}", "ConfigMap preview", "has the same name"},
		{"two namespaces", "apiVersion: v1\nkind: Namespace\nmetadata: {name: a}\n---\napiVersion: v1\nkind: Namespace\nmetadata: {name: b}", "Namespace b", "another Namespace"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			err := loadError(t, map[string]string{
				"base/kustomization.yaml":   "resources: [../common]",
				"common/kustomization.yaml": "resources: [object.yaml]",
				"common/object.yaml":        tt.object,
			})
			var refused *object.RefusedError
			if !errors.As(err, &refused) {
				t.Fatalf("got %T (%v), want a *object.RefusedError", err, err)
			}
			if refused.Path != "common/object.yaml" || refused.Resource != tt.resource || !strings.Contains(refused.Reason, tt.want) {
				t.Errorf("%v", refused)
			}
			if strings.Contains(err.Error(), "hunter2") {
				t.Error("the error contains the secret")
			}
		})
	}
}

func TestGeneratedSecretIsRefused(t *testing.T) {
	err := loadError(t, map[string]string{"base/kustomization.yaml": "secretGenerator: [{name: db, literals: [password=hunter2]}]"})
	var refused *object.RefusedError
	if !errors.As(err, &refused) || refused.Path != "base/kustomization.yaml" || !strings.HasPrefix(refused.Resource, "Secret db-") {
		t.Errorf("%v", err)
	}
}

// Errors about a generator quote none of its values, and errors about a URL no password.
func TestErrorsQuoteNoValues(t *testing.T) {
	t.Parallel()
	for name, files := range map[string]map[string]string{
		"literal":         {"base/kustomization.yaml": "secretGenerator: [{name: db, literals: [password=hunter2, hunter2]}]"},
		"nested literal":  {"base/kustomization.yaml": "resources: [db]", "base/db/kustomization.yaml": "secretGenerator: [{name: db, literals: [\"=a\\nhunter2\"]}]"},
		"env":             {"base/kustomization.yaml": "secretGenerator: [{name: db, envs: [a.env]}]", "base/a.env": "password=hunter2\n\xff=hunter2\n"},
		"resource by URL": {"base/kustomization.yaml": "resources: [\"https://ada:hunter2@example.com/a.yaml\"]"},
	} {
		if err := loadError(t, files); err == nil || strings.Contains(err.Error(), "hunter2") || !strings.HasPrefix(err.Error(), "base") {
			t.Errorf("%s: got %v, want an error without the secret", name, err)
		} else {
			t.Log(err)
		}
	}
}

// The namespace of the objects in these bases is known only after the overlay sets a
// namespace.
func TestForeignNamespaceIsRefusedAtRender(t *testing.T) {
	base := load(t, kustomize.Spec{Base: "base"}, files(map[string]string{
		"base/kustomization.yaml": "resources: [x.yaml]",
		"base/x.yaml":             "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: x\n  namespace: kube-system\n  annotations:\n    internal.config.kubernetes.io/helm-generated: 'true'\n",
	}))
	_, err := base.Render(t.Context(), pullRequest(), entry)
	var refused *object.RefusedError
	if !errors.As(err, &refused) || refused.Path != "base/x.yaml" || refused.Resource != "ConfigMap x" || !strings.Contains(refused.Reason, "kube-system") {
		t.Errorf("%v", err)
	}
}
