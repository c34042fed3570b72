package kustomize_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/kustomize"
	"github.com/previewset/previewset/kustomize/object"
)

const (
	syncHook = "argocd.argoproj.io/hook: PreSync"
	dropHook = "argocd.argoproj.io/hook: PostDelete, argocd.argoproj.io/hook-delete-policy: HookSucceeded"
	// helmGenerated is an annotation with which Kustomize does not set a namespace.
	helmGenerated = ", internal.config.kubernetes.io/helm-generated: 'true'"
)

// hookJob returns a Job. namespace and annotations are YAML.
func hookJob(name, namespace, annotations string) string {
	return "apiVersion: batch/v1\nkind: Job\nmetadata: {name: " + name + ", namespace: " + namespace + ", annotations: {" + annotations + "}}\n" +
		"spec: {template: {spec: {restartPolicy: Never, containers: [{name: sql, image: postgres}]}}}\n"
}

// objectsIn returns a base with these objects.
func objectsIn(objects ...string) tree {
	return files(map[string]string{
		"base/kustomization.yaml": "resources: [objects.yaml]",
		"base/objects.yaml":       strings.Join(objects, "---\n"),
	})
}

var shopAdmin = kustomize.Spec{Base: "base", AdminNamespace: "shop-admin"}

func TestHooksAreRefused(t *testing.T) {
	const noAdmin = ""
	tests := []struct{ name, admin, object, resource, reason, fix string }{
		{
			"deployment", "shop-admin", "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: x, namespace: shop-admin, annotations: {" + syncHook + "}}",
			"Deployment x", "only Jobs (batch/v1) can be in the administration namespace, shop-admin", "remove its namespace",
		},
		{"secret", "shop-admin", "apiVersion: v1\nkind: Secret\nmetadata: {name: x, namespace: shop-admin}", "Secret x", "a plain Secret must not be committed", ""},
		{"administration namespace", "shop-admin", "apiVersion: v1\nkind: Namespace\nmetadata: {name: shop-admin}", "Namespace shop-admin", "share the administration namespace", "leave it out"},
		{"job without hook", "shop-admin", hookJob("x", "shop-admin", ""), "Job x", "a Job must be a hook", "argocd.argoproj.io/hook and one or more of PreSync, "},
		{"hook Skip", "shop-admin", hookJob("x", "shop-admin", "argocd.argoproj.io/hook: Skip"), "Job x", "a Job must be a hook", ""},
		{"unknown phase", "shop-admin", hookJob("x", "shop-admin", "argocd.argoproj.io/hook: 'PreSync,presync'"), "Job x", "a Job must be a hook", ""},
		{"phase of Argo CD in Helm annotation", "shop-admin", hookJob("x", "shop-admin", "helm.sh/hook: PreSync"), "Job x", "a Job must be a hook", ""},
		{"unsupported phase of Helm", "shop-admin", hookJob("x", "shop-admin", "helm.sh/hook: crd-install"), "Job x", "a Job must be a hook", ""},
		{"PostDelete without HookSucceeded", "shop-admin", hookJob("x", "shop-admin", "argocd.argoproj.io/hook: PostDelete, argocd.argoproj.io/hook-delete-policy: HookFailed"), "Job x", "it would stay", "hook-delete-policy: HookSucceeded"},
		{"PreDelete without HookSucceeded", "shop-admin", hookJob("x", "shop-admin", "argocd.argoproj.io/hook: PreDelete"), "Job x", "it would stay", ""},
		{"PostDelete in preview", noAdmin, hookJob("x", "''", dropHook), "Job x", "the deletion would hang", "set overlay.adminNamespace"},
		{"PostDelete without administration namespace", noAdmin, hookJob("x", "shop-admin", dropHook), "Job x", "the deletion would hang", "set overlay.adminNamespace"},
		{"PostDelete in other namespace", "shop-admin", hookJob("x", "other", dropHook), "Job x", "the deletion would hang", "metadata.namespace: shop-admin"},
		{"PostDelete in a list of phases", "shop-admin", hookJob("x", "''", "argocd.argoproj.io/hook: 'PreSync, PostDelete'"), "Job x", "the deletion would hang", ""},
		{"post-delete of Helm", noAdmin, hookJob("x", "''", "helm.sh/hook: 'pre-install, post-delete'"), "Job x", "the deletion would hang", ""},
		{"post-delete of Helm with phase of Argo CD", noAdmin, hookJob("x", "''", syncHook+", helm.sh/hook: post-delete"), "Job x", "the deletion would hang", ""},
		{"PostDelete on ConfigMap", noAdmin, "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x, annotations: {" + dropHook + "}}", "ConfigMap x", "the deletion would hang", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r, err := newRenderer(kustomize.Spec{Base: "base", AdminNamespace: tt.admin})
			if err != nil {
				t.Fatal(err)
			}
			_, err = r.Load(objectsIn(tt.object))
			var refused *object.RefusedError
			if !errors.As(err, &refused) {
				t.Fatalf("got %T (%v), want a *object.RefusedError", err, err)
			}
			if refused.Path != "base/objects.yaml" || refused.Resource != tt.resource ||
				!strings.Contains(refused.Reason, tt.reason) || !strings.Contains(refused.Fix, tt.fix) {
				t.Errorf("got %v, want %s refused because %q, with the fix %q", refused, tt.resource, tt.reason, tt.fix)
			}
		})
	}
}

func TestNamespacesOfHooks(t *testing.T) {
	const drop, dropAtEnd, own = "drop-shop-pr-42-b6d6fae39230", "drop-shop-pr-42-ec3856a8cc45", "shop-pr-42"
	helmGone := ", helm.sh/hook-delete-policy: 'before-hook-creation, hook-succeeded'"
	for _, tt := range []struct{ name, admin, written, annotations, job, namespace string }{
		{"PostDelete in administration namespace", "shop-admin", "shop-admin", dropHook, dropAtEnd, "shop-admin"},
		{"Sync in administration namespace", "shop-admin", "shop-admin", syncHook, drop, "shop-admin"},
		{"several phases", "shop-admin", "shop-admin", "argocd.argoproj.io/hook: ' PostSync,SyncFail , Sync,'", drop, "shop-admin"},
		{"deletes", "shop-admin", "shop-admin", "argocd.argoproj.io/hook: PreDelete,argocd.argoproj.io/hook-delete-policy: 'BeforeHookCreation,HookSucceeded'", dropAtEnd, "shop-admin"},
		{"Helm's", "shop-admin", "shop-admin", "helm.sh/hook: 'pre-install,pre-upgrade,post-install,post-upgrade'", drop, "shop-admin"},
		{"Helm's that delete", "shop-admin", "shop-admin", "helm.sh/hook: 'pre-delete, post-delete'" + helmGone, dropAtEnd, "shop-admin"},
		{"no namespace", "shop-admin", "''", syncHook, "drop", own},
		{"another namespace", "shop-admin", "other", syncHook, "drop", own},
		{"job without hook", "shop-admin", "other", "", "drop", own},
		{"no administration namespace", "", "shop-admin", syncHook, "drop", own},
		{"PreDelete in preview", "", "''", "argocd.argoproj.io/hook: PreDelete", "drop", own},
	} {
		t.Run(tt.name, func(t *testing.T) {
			base := load(t, kustomize.Spec{Base: "base", AdminNamespace: tt.admin}, objectsIn(hookJob("drop", tt.written, tt.annotations)))
			manifests := build(t, base, render(t, base, pullRequest()))
			if got := find(t, manifests, "Job", tt.job).Metadata.Namespace; got != tt.namespace {
				t.Errorf("got the Job in namespace %q, want %q", got, tt.namespace)
			}
			if !strings.Contains(manifests, "value: shop_pr_42") {
				t.Error("the Job lacks the schema")
			}
		})
	}
}

func TestHookNames(t *testing.T) {
	long := strings.Repeat("x", 39) // with a dash, ten characters and the hash, the longest
	for _, tt := range []struct{ job, namespace, want string }{
		{"drop", "shop-pr-42", "drop-shop-pr-42-ec3856a8cc45"},
		{"drop-shop", "pr-42", "drop-shop-pr-42-375ff6852331"}, // the same but for the hash
		{long, "shop-pr-42", long + "-shop-pr-42-864665d93445"},
		{long + "y", "shop-pr-42", long + "y-shop-pr-4-13eb56d7b519"},
		{long + "z", "shop-pr-42", long + "z-shop-pr-4-f397807acf6a"},
		{long + "y", "shop-pr-43", long + "y-shop-pr-4-758ccb9e0887"},
		{strings.Repeat("x", 49) + ".y", "shop-pr-4242", strings.Repeat("x", 49) + "-782357b2e62a"},
		{"drop", strings.Repeat("n", 63), "drop-" + strings.Repeat("n", 45) + "-8cfc44b9a7a5"},
	} {
		base := load(t, shopAdmin, objectsIn(hookJob(tt.job, "shop-admin", dropHook)))
		p := pullRequest()
		p.Namespace = tt.namespace
		var got []string
		for _, d := range documents(t, build(t, base, render(t, base, p))) {
			if d.Metadata.Namespace == "shop-admin" {
				got = append(got, d.Metadata.Name)
			}
		}
		if len(got) != 1 || got[0] != tt.want || len(tt.want) > 63 {
			t.Errorf("%s of %s: got name %q, want %q", tt.job, tt.namespace, got, tt.want)
		}
	}
}

// A pull request is closed, reopened and closed again while the Job of the first
// deletion still exists.
func TestDeletionHooksHaveNewNamesAfterReopen(t *testing.T) {
	base := load(t, shopAdmin, objectsIn(hookJob("drop", "shop-admin", dropHook), hookJob("make", "shop-admin", syncHook)))
	names := func(p generator.Preview) (all []string) {
		for _, d := range documents(t, build(t, base, render(t, base, p))) {
			if d.Metadata.Namespace == "shop-admin" {
				all = append(all, d.Metadata.Name)
			}
		}
		return all
	}
	p := pullRequest()
	first := names(p)
	p.UpdatedAt = p.UpdatedAt.Add(time.Minute)
	again := names(p)
	if len(first) != 2 || len(again) != 2 || first[0] == again[0] || first[1] != again[1] {
		t.Errorf("got the Jobs %v, and %v after the pull request was reopened", first, again)
	}
}

func TestPreviewCanNotUseAdministrationNamespace(t *testing.T) {
	base := load(t, shopAdmin, objectsIn(oneConfigMap))
	p := pullRequest()
	p.Namespace = "shop-admin"
	_, draftErr := base.Draft(p, entry)
	_, renderErr := base.Render(t.Context(), p, entry)
	for _, err := range []error{draftErr, renderErr} {
		var build *object.BuildError
		if !errors.As(err, &build) || build.Path != entry || !strings.Contains(build.Reason, "administration namespace") {
			t.Errorf("%v", err)
		}
	}
}

// The components rename or move Jobs depending on the preview, so that the overlay's
// transformers don't match them, or move objects to the administration namespace.
func TestComponentsCanNotMoveHooks(t *testing.T) {
	replaced := func(source, field string) string {
		return component + "replacements:\n- source: {kind: ConfigMap, name: preview, fieldPath: data." + source + "}\n" +
			"  targets: [{select: {kind: Job}, fieldPaths: [metadata." + field + "]}]\n"
	}
	for _, tt := range []struct{ name, job, component, want string }{
		{"moved out of administration namespace", hookJob("drop", "shop-admin", syncHook), replaced("id", "name"), "the Job pr-1-shop-pr-42-41c4ac4a0421 is not in the namespace shop-admin"},
		{"moved into administration namespace", hookJob("x", "other", syncHook+helmGenerated), replaced("title", "namespace"), "Job x: it is in the namespace shop-admin"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			// With containers, the patch of the containers would fail first.
			bare, _, _ := strings.Cut(tt.job, "spec:")
			spec := kustomize.Spec{Base: "base", Components: []string{"c"}, AdminNamespace: "shop-admin"}
			base := load(t, spec, files(map[string]string{
				"base/kustomization.yaml": "resources: [job.yaml]",
				"base/job.yaml":           bare,
				"c/kustomization.yaml":    tt.component,
			}))
			p := pullRequest()
			p.Title = "shop-admin"
			_, err := base.Render(t.Context(), p, entry)
			var build *object.BuildError
			if !errors.As(err, &build) || !strings.Contains(build.Reason, tt.want) {
				t.Errorf("got %v, want %s", err, tt.want)
			}
		})
	}
}

// The overlay's `namespace:` does not change the namespace of this Job.
func TestHookOutsideNamespaceTransformer(t *testing.T) {
	base := load(t, shopAdmin, objectsIn(hookJob("x", "other", syncHook+helmGenerated)))
	_, err := base.Render(t.Context(), pullRequest(), entry)
	var refused *object.RefusedError
	if !errors.As(err, &refused) || refused.Resource != "Job x" || !strings.Contains(refused.Reason, `"other"`) {
		t.Errorf("%v", err)
	}
}
