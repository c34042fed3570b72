package e2e_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/previewset/previewset/test/e2e/stack"
	"github.com/previewset/previewset/test/e2e/world"
)

// testExamples applies each example, sees its previews become healthy and go.
func testExamples(t *testing.T, b *bed) {
	must(t, b.AddCluster(t.Context(), "east", map[string]string{"previews": "true"}))
	number, _, err := b.Forge.Open(t.Context(), "example", "An example", "preview", world.ComponentsSet)
	must(t, err)
	_, err = b.Forge.Push(t.Context(), "feature/Login_Form", "A feature")
	must(t, err)
	pull := fmt.Sprintf("pr-%d", number)
	for name, want := range map[string][]preview{
		"parameters": {{"plain-" + pull, "plain-" + pull}},
		"helm":       {{"charts-" + pull, "charts-" + pull}},
		"components": {{"guarded-" + pull, "guarded-" + pull}},
		"matrix":     {{"everywhere-" + pull + "-east", "everywhere-" + pull}},
	} {
		t.Run(name, func(t *testing.T) { b.example(t, name, want) })
	}
	t.Run("branches", b.branches)
	b.allow("shop-" + pull)
	must(t, b.Forge.Close(number))
}

// preview is an Application and the namespace of its objects.
type preview struct{ application, namespace string }

func (b *bed) example(t *testing.T, name string, want []preview) {
	objects, err := b.ApplyExample(t.Context(), name)
	must(t, err)
	for _, p := range want {
		b.awaitHealthy(t, p.application, "")
		_, err := b.Cluster.Kubernetes.AppsV1().Deployments(p.namespace).Get(t.Context(), "shop", metav1.GetOptions{})
		must(t, err)
		ingress, err := b.Cluster.Kubernetes.NetworkingV1().Ingresses(p.namespace).Get(t.Context(), "shop", metav1.GetOptions{})
		must(t, err)
		if host := ingress.Spec.Rules[0].Host; !strings.HasSuffix(host, ".preview.localhost") {
			t.Errorf("%s has the host %s", p.application, host)
		}
		if info, err := b.information(t.Context(), p.application); err != nil || len(info) != 2 {
			t.Errorf("%s informs of %v, %v", p.application, info, err)
		}
	}
	b.removeExample(t, objects)
	for _, p := range want {
		b.awaitNoNamespace(t, p.namespace)
	}
}

// branches renames a branch: to Argo CD that is one preview less, and another.
func (b *bed) branches(t *testing.T) {
	objects, err := b.ApplyExample(t.Context(), "branches")
	must(t, err)
	old := b.ofBranch(t, "feature/Login_Form")
	b.awaitHealthy(t, old, "")
	b.allow(old)
	must(t, b.Forge.RenameBranch("feature/Login_Form", "feature/sign-in"))
	renamed := b.ofBranch(t, "feature/sign-in")
	b.awaitHealthy(t, renamed, "")
	b.awaitGone(t, old)
	b.removeExample(t, objects)
	b.awaitNoNamespace(t, renamed)
}

// ofBranch waits until a branch has a preview, and returns its Application's
// name, which is also its namespace's.
func (b *bed) ofBranch(t *testing.T, branch string) (name string) {
	t.Helper()
	await(t, branch+" is to have a preview", func(ctx context.Context) error {
		sets, err := b.Parameters(ctx, "features")
		if err != nil {
			return err
		}
		for _, p := range sets {
			if p["branch"] == branch {
				name = fmt.Sprint(p["name"])
				return nil
			}
		}
		return fmt.Errorf("it has none among %v", sets)
	})
	return name
}

// removeExample deletes what an example applied, the Applications before the
// project that they belong to.
func (b *bed) removeExample(t *testing.T, objects []*unstructured.Unstructured) {
	t.Helper()
	for _, o := range slices.Backward(objects) {
		resource, err := b.Cluster.Resource(o, stack.ArgoCDNamespace)
		must(t, err)
		switch o.GetKind() {
		case "ApplicationSet":
			b.allow(b.ownedBy(t, o.GetName())...)
		case "AppProject":
			await(t, "its Applications are to go", func(ctx context.Context) error { return b.noneOf(ctx, o.GetName()) })
		}
		if err := resource.Delete(t.Context(), o.GetName(), metav1.DeleteOptions{}); err != nil && !apierrors.IsNotFound(err) {
			t.Fatal(err)
		}
	}
}

// ownedBy returns the names of the Applications of an ApplicationSet.
func (b *bed) ownedBy(t *testing.T, set string) (names []string) {
	t.Helper()
	all, err := b.Applications(t.Context())
	must(t, err)
	for _, a := range all {
		if owners := a.GetOwnerReferences(); len(owners) == 1 && owners[0].Name == set && a.GetDeletionTimestamp() == nil {
			names = append(names, a.GetName())
		}
	}
	return names
}

// noneOf fails as long as there are Applications of a project.
func (b *bed) noneOf(ctx context.Context, project string) error {
	all, err := b.Applications(ctx)
	if err != nil {
		return err
	}
	for _, a := range all {
		if text(&a, "spec", "project") == project {
			return fmt.Errorf("%s is there", a.GetName())
		}
	}
	return nil
}

func (b *bed) information(ctx context.Context, application string) ([]any, error) {
	o, err := b.Argo("applications").Get(ctx, application, metav1.GetOptions{})
	if err != nil {
		return nil, err
	}
	info, _, err := unstructured.NestedSlice(o.Object, "spec", "info")
	return info, err
}
