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

	"github.com/previewset/previewset/test/e2e/environment"
	"github.com/previewset/previewset/test/e2e/stack"
)

// testExamples applies each example. Its previews become healthy, and are deleted with the
// example.
func testExamples(t *testing.T, fx *fixture) {
	must(t, fx.AddCluster(t.Context(), "east", map[string]string{"previews": "true"}))
	number, _, err := fx.Forge.Open(t.Context(), "example", "An example", "preview", environment.ComponentsSet)
	must(t, err)
	_, err = fx.Forge.Push(t.Context(), "feature/Login_Form", "A feature")
	must(t, err)
	pull := fmt.Sprintf("pr-%d", number)
	for name, want := range map[string][]preview{
		"parameters": {{"plain-" + pull, "plain-" + pull}},
		"helm":       {{"charts-" + pull, "charts-" + pull}},
		"components": {{"guarded-" + pull, "guarded-" + pull}},
		"matrix":     {{"everywhere-" + pull + "-east", "everywhere-" + pull}},
	} {
		t.Run(name, func(t *testing.T) { fx.example(t, name, want) })
	}
	t.Run("branches", fx.branches)
	fx.allow("shop-" + pull)
	must(t, fx.Forge.Close(number))
}

// preview is an Application and the namespace of its objects.
type preview struct{ application, namespace string }

func (fx *fixture) example(t *testing.T, name string, want []preview) {
	objects, err := fx.ApplyExample(t.Context(), name)
	must(t, err)
	for _, p := range want {
		fx.awaitHealthy(t, p.application, "")
		_, err := fx.Cluster.Kubernetes.AppsV1().Deployments(p.namespace).Get(t.Context(), "shop", metav1.GetOptions{})
		must(t, err)
		ingress, err := fx.Cluster.Kubernetes.NetworkingV1().Ingresses(p.namespace).Get(t.Context(), "shop", metav1.GetOptions{})
		must(t, err)
		if host := ingress.Spec.Rules[0].Host; !strings.HasSuffix(host, ".preview.localhost") {
			t.Errorf("%s: host %s, want the suffix .preview.localhost", p.application, host)
		}
		if info, err := fx.info(t.Context(), p.application); err != nil || len(info) != 2 {
			t.Errorf("%s: spec.info %v, %v; want two entries", p.application, info, err)
		}
	}
	fx.removeExample(t, objects)
	for _, p := range want {
		fx.awaitNoNamespace(t, p.namespace)
	}
}

// branches renames a branch. The old preview is deleted, and a new preview is created.
func (fx *fixture) branches(t *testing.T) {
	objects, err := fx.ApplyExample(t.Context(), "branches")
	must(t, err)
	old := fx.awaitBranch(t, "features", "feature/Login_Form")
	fx.awaitHealthy(t, old, "")
	fx.allow(old)
	must(t, fx.Forge.RenameBranch("feature/Login_Form", "feature/sign-in"))
	renamed := fx.awaitBranch(t, "features", "feature/sign-in")
	fx.awaitHealthy(t, renamed, "")
	fx.awaitDeleted(t, old)
	fx.removeExample(t, objects)
	fx.awaitNoNamespace(t, renamed)
}

// awaitBranch waits until a branch has a preview in a set, and returns the name of its
// Application and namespace.
func (fx *fixture) awaitBranch(t *testing.T, set, branch string) (name string) {
	t.Helper()
	await(t, branch+" has a preview", func(ctx context.Context) error {
		sets, err := fx.Parameters(ctx, set)
		if err != nil {
			return err
		}
		for _, p := range sets {
			if p["branch"] == branch {
				name = fmt.Sprint(p["name"])
				return nil
			}
		}
		return fmt.Errorf("parameter sets %v", sets)
	})
	return name
}

// removeExample deletes the objects of an example. It deletes the project after all its
// Applications are deleted.
func (fx *fixture) removeExample(t *testing.T, objects []*unstructured.Unstructured) {
	t.Helper()
	for _, o := range slices.Backward(objects) {
		resource, err := fx.Cluster.Resource(o, stack.ArgoCDNamespace)
		must(t, err)
		switch o.GetKind() {
		case "ApplicationSet":
			fx.allow(fx.ownedBy(t, o.GetName())...)
		case "AppProject":
			await(t, "the Applications of the project are deleted", func(ctx context.Context) error { return fx.projectUnused(ctx, o.GetName()) })
		}
		if err := resource.Delete(t.Context(), o.GetName(), metav1.DeleteOptions{}); err != nil && !apierrors.IsNotFound(err) {
			t.Fatal(err)
		}
	}
}

// ownedBy returns the names of the Applications of an ApplicationSet.
func (fx *fixture) ownedBy(t *testing.T, set string) (names []string) {
	t.Helper()
	all, err := fx.Applications(t.Context())
	must(t, err)
	for _, a := range all {
		if owners := a.GetOwnerReferences(); len(owners) == 1 && owners[0].Name == set && a.GetDeletionTimestamp() == nil {
			names = append(names, a.GetName())
		}
	}
	return names
}

// projectUnused returns an error if the project has Applications.
func (fx *fixture) projectUnused(ctx context.Context, project string) error {
	all, err := fx.Applications(ctx)
	if err != nil {
		return err
	}
	for _, a := range all {
		if text(&a, "spec", "project") == project {
			return fmt.Errorf("%s exists", a.GetName())
		}
	}
	return nil
}

func (fx *fixture) info(ctx context.Context, application string) ([]any, error) {
	o, err := fx.Argo("applications").Get(ctx, application, metav1.GetOptions{})
	if err != nil {
		return nil, err
	}
	info, _, err := unstructured.NestedSlice(o.Object, "spec", "info")
	return info, err
}
