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

// testRevision shows why Applications are pinned to the revision of their
// entry: of two whose entries were pruned before they are deleted, the one that
// follows the branch never runs its PostDelete hook.
func testRevision(t *testing.T, b *bed) {
	jobs := b.watchJobs(t)
	numbers := map[string]int64{}
	for _, name := range []string{"pinned", "branch"} {
		number, _, err := b.Forge.Open(t.Context(), "revision-"+name, name, "hooks")
		must(t, err)
		numbers[name] = number
		p := b.awaitParameters(t, "hooks", fmt.Sprintf("hooks-pr-%d", number))
		if name == "branch" {
			p["revision"] = "main"
		}
		must(t, b.Cluster.Apply(t.Context(), stack.ArgoCDNamespace, applicationOf(name, p)))
	}
	for name, number := range numbers {
		b.awaitHealthy(t, name, "")
		must(t, b.Forge.Close(number))
	}
	for name, number := range numbers {
		b.awaitPruned(t, fmt.Sprintf("previews/hooks/pr-%d", number))
		b.refresh(t, name)
		b.allow(name)
		must(t, b.Argo("applications").Delete(t.Context(), name, metav1.DeleteOptions{}))
	}
	for name, number := range numbers {
		b.awaitNoApplication(t, name)
		b.awaitNoNamespace(t, fmt.Sprintf("hooks-pr-%d", number))
	}
	jobs.await(t, fmt.Sprintf("farewell-hooks-pr-%d", numbers["pinned"]))
	if jobs.ran(fmt.Sprintf("farewell-hooks-pr-%d", numbers["branch"])) {
		t.Error("the hook of the Application on the branch ran: then there is no need to pin revisions")
	}
}

// applicationOf is what an ApplicationSet makes of parameters.
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

// awaitParameters waits until previewset answers with a preview, and returns its
// parameters.
func (b *bed) awaitParameters(t *testing.T, set, name string) (found map[string]any) {
	t.Helper()
	await(t, "previewset is to answer with "+name, func(ctx context.Context) error {
		sets, err := b.Parameters(ctx, set)
		if err != nil {
			return err
		}
		for _, p := range sets {
			if p["name"] == name {
				found = p
				return nil
			}
		}
		return errors.New("it does not")
	})
	return found
}

// awaitPruned waits until a path is no longer on the GitOps repository's branch.
func (b *bed) awaitPruned(t *testing.T, path string) {
	t.Helper()
	await(t, path+" is to be pruned", func(ctx context.Context) error {
		if _, err := b.Forge.GitOps.Git(ctx, "fetch", "--quiet"); err != nil {
			return err
		}
		left, err := b.Forge.GitOps.Git(ctx, "ls-tree", "origin/main", path)
		if err == nil && left != "" {
			err = errors.New("it is there")
		}
		return err
	})
}

// refresh makes Argo CD look at Git for an Application, past its caches.
func (b *bed) refresh(t *testing.T, name string) {
	t.Helper()
	mark := []byte(`{"metadata":{"annotations":{"argocd.argoproj.io/refresh":"hard"}}}`)
	_, err := b.Argo("applications").Patch(t.Context(), name, types.MergePatchType, mark, metav1.PatchOptions{})
	must(t, err)
	await(t, name+" is to be refreshed", func(ctx context.Context) error {
		o, err := b.Argo("applications").Get(ctx, name, metav1.GetOptions{})
		if err == nil && o.GetAnnotations()["argocd.argoproj.io/refresh"] != "" {
			err = errors.New("it is not yet")
		}
		return err
	})
}
