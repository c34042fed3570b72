package kustomize_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/previewset/previewset/kustomize"
	"github.com/previewset/previewset/kustomize/object"
)

// app has a Deployment and an Ingress called web.
const app = `
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec: {template: {spec: {containers: [{name: web, image: x, env: [{name: DB_SCHEMA, value: a}, {name: B, value: "$(DB_SCHEMA)"}, {name: DB_SCHEMA, value: c}]}]}}}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: web}
spec: {rules: [{host: web.example.com}]}
`

// TestEachPatchHasOneObject has objects that a patch of another one could select, too, or
// that a patch could miss. Each container has one DB_SCHEMA, and each Ingress a host of its
// own.
func TestEachPatchHasOneObject(t *testing.T) {
	t.Parallel()
	const host = "patches: [{target: {kind: Ingress}, patch: '- {op: replace, path: /spec/rules/0/host, value: HOST.example.com}'}]\n"
	withHost := func(name string) string { return strings.ReplaceAll(host, "HOST", name) }
	for _, tt := range []struct {
		name        string
		deployments int
		contents    map[string]string
	}{
		{"suffix", 2, map[string]string{
			"base/kustomization.yaml":   "resources: [../app, ../canary]",
			"canary/kustomization.yaml": "resources: [../app]\nnameSuffix: -canary\n" + withHost("canary"),
		}},
		{"suffix first", 2, map[string]string{
			"base/kustomization.yaml":   "resources: [../canary, ../app]",
			"canary/kustomization.yaml": "resources: [../app]\nnameSuffix: -canary\n" + withHost("canary"),
		}},
		{"prefix, and one for all", 2, map[string]string{
			"base/kustomization.yaml": "resources: [../app, ../blue]\nnamePrefix: shop-\n",
			"blue/kustomization.yaml": "resources: [../app]\nnamePrefix: a-\n" + withHost("blue"),
		}},
		{"three times", 3, map[string]string{
			"base/kustomization.yaml": "resources: [../app, ../a, ../b]",
			"a/kustomization.yaml":    "resources: [../app]\nnameSuffix: -a\n" + withHost("a"),
			"b/kustomization.yaml":    "resources: [../app]\nnameSuffix: .b\n" + withHost("b"),
		}},
		{"suffix of a suffix", 3, map[string]string{
			"base/kustomization.yaml": "resources: [../b, ../app, ../a]",
			"a/kustomization.yaml":    "resources: [../app]\nnameSuffix: -a\n" + withHost("a"),
			"b/kustomization.yaml":    "resources: [../c]\nnameSuffix: -b\n",
			"c/kustomization.yaml":    "resources: [../app]\nnameSuffix: -a\n" + withHost("b"),
		}},
		{"bystander without hosts", 1, map[string]string{
			"base/kustomization.yaml":  "resources: [../app, ../other]",
			"other/kustomization.yaml": "resources: [x.yaml]\nnameSuffix: -other\n",
			"other/x.yaml":             "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {replicas: 1}\n",
		}},
		{"component with a suffix", 2, map[string]string{
			"base/kustomization.yaml":   "resources: [../app, ../other]\ncomponents: [../suffix]\n",
			"other/kustomization.yaml":  "resources: [../app]\nnamePrefix: x-\n" + withHost("other"),
			"suffix/kustomization.yaml": component + "nameSuffix: -all\n",
		}},
		{"groups of one kind", 2, map[string]string{
			"base/kustomization.yaml": "resources: [x.yaml]",
			"base/x.yaml": "apiVersion: v1\nkind: DeploymentConfig\nmetadata: {name: web}\nspec: {template: {spec: {containers: [{name: web, image: x}]}}}\n---\n" +
				"apiVersion: apps.openshift.io/v1\nkind: DeploymentConfig\nmetadata: {name: web}\nspec: {template: {spec: {initContainers: [], containers: [{name: web, image: x, env: []}]}}}\n",
		}},
		{"dots", 2, map[string]string{
			"base/kustomization.yaml": "resources: [x.yaml]",
			"base/x.yaml": "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a.b}\nspec: {template: {spec: {containers: [{name: web, image: x, env: []}]}}}\n---\n" +
				"apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a-b}\nspec: {template: {spec: {containers: [{name: web, image: x}]}}}\n",
		}},
		{"replaced name", 2, map[string]string{
			"base/kustomization.yaml": "resources: [../app, ../other]",
			"other/kustomization.yaml": "resources: [../app]\npatches:\n- {target: {kind: Deployment}, patch: '- {op: replace, path: /metadata/name, value: other}'}\n" +
				"- target: {kind: Ingress}\n  patch: |-\n    - {op: replace, path: /metadata/name, value: other}\n    - {op: replace, path: /spec/rules/0/host, value: o.example.com}\n",
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			tt.contents["app/kustomization.yaml"] = "resources: [x.yaml]"
			tt.contents["app/x.yaml"] = app
			base := load(t, kustomize.Spec{Base: "base"}, files(tt.contents))
			for range 3 { // written, and filled into a template
				p := pullRequest()
				o := render(t, base, p)
				manifests := build(t, base, o)
				for want, text := range map[int][]string{
					tt.deployments: {"name: DB_SCHEMA\n", "value: shop_pr_42\n"}, 0: {"previewset.dev/patched", "previewset.dev/aim", ".example.com", "annotations: {}"},
				} {
					for _, text := range text {
						if got := strings.Count(manifests, text); got != want {
							t.Fatalf("got %d times %q, want %d, in\n%s\nwith\n%s", got, text, want, manifests, o.Files["kustomization.yaml"])
						}
					}
				}
				for i, host := range base.Hosts() {
					want := "- host: " + p.Host + "\n"
					if i > 0 {
						label, _, _ := strings.Cut(host, ".")
						want = "- host: " + label + "-" + p.Host + "\n"
					}
					if strings.Count(manifests, want) != 1 {
						t.Errorf("the host %q is missing in\n%s", want, manifests)
					}
				}
			}
		})
	}
}

// TestJobWithNameOfAnother has a Job in the administration namespace, and another one with
// its name before a suffix.
func TestJobWithNameOfAnother(t *testing.T) {
	t.Parallel()
	const job = "apiVersion: batch/v1\nkind: Job\nmetadata: {name: drop}\nspec: {template: {spec: {restartPolicy: Never, containers: [{name: x, image: postgres:16}]}}}\n"
	spec := kustomize.Spec{Base: "base", AdminNamespace: "shop-admin", Images: []kustomize.Image{{Name: "postgres", NewTag: "18"}}}
	base := load(t, spec, files(map[string]string{
		"base/kustomization.yaml":  "resources: [hook.yaml, ../other]",
		"base/hook.yaml":           strings.Replace(job, "name: drop", "name: drop, namespace: shop-admin, annotations: {argocd.argoproj.io/hook: PreSync}", 1),
		"other/kustomization.yaml": "resources: [x.yaml]\nnameSuffix: -other\n", "other/x.yaml": job,
	}))
	manifests := build(t, base, render(t, base, pullRequest()))
	for _, text := range []string{"\n  namespace: shop-admin\n", "image: postgres:16\n", "image: postgres:18\n", "name: drop-other\n"} {
		if strings.Count(manifests, text) != 1 {
			t.Errorf("got %q not once in\n%s", text, manifests)
		}
	}
	if strings.Count(manifests, "name: DB_SCHEMA\n") != 2 || strings.Contains(manifests, "previewset.dev/patched") {
		t.Errorf("got other variables, or a mark, in\n%s", manifests)
	}
}

// TestExchangedNames has objects that no patch can tell apart.
func TestExchangedNames(t *testing.T) {
	t.Parallel()
	deployment := func(name string) string {
		return "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: " + name + "}\nspec: {template: {spec: {containers: [{name: web, image: x}]}}}\n"
	}
	r, err := newRenderer(kustomize.Spec{Base: "base"})
	if err != nil {
		t.Fatal(err)
	}
	_, err = r.Load(files(map[string]string{
		"base/kustomization.yaml": "resources: [../a, ../b]",
		"a/kustomization.yaml":    "resources: [x.yaml]\npatches: [{target: {kind: Deployment}, patch: '- {op: replace, path: /metadata/name, value: b}'}]\n", "a/x.yaml": deployment("a"),
		"b/kustomization.yaml": "resources: [x.yaml]\npatches: [{target: {kind: Deployment}, patch: '- {op: replace, path: /metadata/name, value: a}'}]\n", "b/x.yaml": deployment("b"),
	}))
	var refused *object.RefusedError
	if !errors.As(err, &refused) || !strings.Contains(err.Error(), "Deployment a") || !strings.Contains(err.Error(), "Deployment b") {
		t.Errorf("got %v, want a refusal that names both Deployments", err)
	}
}

// TestGeneratedObjectsAreEdited has a host in an annotation of a generated ConfigMap, whose
// name has no hash when patches are applied.
func TestGeneratedObjectsAreEdited(t *testing.T) {
	t.Parallel()
	spec := kustomize.Spec{Base: "base", Fields: []kustomize.Field{{Kind: "ConfigMap", Path: "metadata.annotations[acme.dev/host]", Is: "host"}}}
	base := load(t, spec, files(map[string]string{
		"base/kustomization.yaml": "configMapGenerator:\n- name: settings\n  literals: [a=b]\n  options: {annotations: {acme.dev/host: shop.example.com}}\n",
	}))
	if manifests := build(t, base, render(t, base, pullRequest())); !strings.Contains(manifests, "acme.dev/host: pr-42.shop.preview.localhost\n") {
		t.Errorf("the host of a generated ConfigMap stays:\n%s", manifests)
	}
}
