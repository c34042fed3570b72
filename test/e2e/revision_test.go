package e2e_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/types"

	"github.com/previewset/previewset/test/e2e/stack"
)

// testRevision shows why Applications are pinned to the revision of their entry. It deletes
// two Applications after their entries were pruned. The Application that follows the branch
// never runs its PostDelete hook.
func testRevision(t *testing.T, fx *fixture) {
	jobs := fx.watchJobs(t)
	numbers := map[string]int64{}
	for _, name := range []string{"pinned", "branch"} {
		number, _, err := fx.Forge.Open(t.Context(), "revision-"+name, name, "hooks")
		must(t, err)
		numbers[name] = number
		p := fx.awaitParameters(t, "hooks", fmt.Sprintf("hooks-pr-%d", number))
		if name == "branch" {
			p["revision"] = "main"
		}
		must(t, fx.Cluster.Apply(t.Context(), stack.ArgoCDNamespace, applicationOf(name, p)))
	}
	for name, number := range numbers {
		fx.awaitHealthy(t, name, "")
		must(t, fx.Forge.Close(number))
	}
	for name, number := range numbers {
		fx.awaitPruned(t, fmt.Sprintf("previews/hooks/pr-%d", number))
		fx.refresh(t, name)
		fx.allow(name)
		must(t, fx.Argo("applications").Delete(t.Context(), name, metav1.DeleteOptions{}))
	}
	for name, number := range numbers {
		fx.awaitNoApplication(t, name)
		fx.awaitNoNamespace(t, fmt.Sprintf("hooks-pr-%d", number))
	}
	jobs.await(t, fmt.Sprintf("farewell-hooks-pr-%d", numbers["pinned"]))
	if jobs.ran(fmt.Sprintf("farewell-hooks-pr-%d", numbers["branch"])) {
		t.Error("the hook of the Application on the branch ran: pinned revisions are not necessary")
	}
}

// applicationOf returns the Application that an ApplicationSet would create from parameters.
func applicationOf(name string, p map[string]any) *unstructured.Unstructured {
	return &unstructured.Unstructured{Object: map[string]any{
		"apiVersion": "argoproj.io/v1alpha1",
		"kind":       "Application",
		"metadata": map[string]any{
			"name":       name,
			"finalizers": []any{"resources-finalizer.argocd.argoproj.io"},
		},
		"spec": map[string]any{
			"project":     "default",
			"source":      map[string]any{"repoURL": p["repo_url"], "path": p["path"], "targetRevision": p["revision"]},
			"destination": map[string]any{"server": "https://kubernetes.default.svc", "namespace": p["namespace"]},
			"syncPolicy":  map[string]any{"automated": map[string]any{"prune": true, "selfHeal": true}},
		},
	}}
}

// awaitParameters waits until previewset returns the parameters of a preview, and returns
// them.
func (fx *fixture) awaitParameters(t *testing.T, set, name string) (found map[string]any) {
	t.Helper()
	await(t, "previewset returns "+name, func(ctx context.Context) error {
		sets, err := fx.Parameters(ctx, set)
		if err != nil {
			return err
		}
		for _, p := range sets {
			if p["name"] == name {
				found = p
				return nil
			}
		}
		return errors.New("no such parameter set")
	})
	return found
}

// awaitPruned waits until the branch of the GitOps repository no longer has a path.
func (fx *fixture) awaitPruned(t *testing.T, path string) {
	t.Helper()
	await(t, path+" is pruned", func(ctx context.Context) error {
		if _, err := fx.Forge.GitOps.Git(ctx, "fetch", "--quiet"); err != nil {
			return err
		}
		entry, err := fx.Forge.GitOps.Git(ctx, "ls-tree", "origin/main", path)
		if err == nil && entry != "" {
			err = errors.New("the path exists")
		}
		return err
	})
}

// refresh triggers a hard refresh of an Application, which bypasses Argo CD's caches of Git.
func (fx *fixture) refresh(t *testing.T, name string) {
	t.Helper()
	patch := []byte(`{"metadata":{"annotations":{"argocd.argoproj.io/refresh":"hard"}}}`)
	_, err := fx.Argo("applications").Patch(t.Context(), name, types.MergePatchType, patch, metav1.PatchOptions{})
	must(t, err)
	await(t, name+" is refreshed", func(ctx context.Context) error {
		o, err := fx.Argo("applications").Get(ctx, name, metav1.GetOptions{})
		if err == nil && o.GetAnnotations()["argocd.argoproj.io/refresh"] != "" {
			err = errors.New("the refresh annotation is still set")
		}
		return err
	})
}
