package e2e_test

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"testing"

	authorizationv1 "k8s.io/api/authorization/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/clientcmd"

	"github.com/previewset/previewset/test/e2e/parts"
	"github.com/previewset/previewset/test/e2e/stack"
)

// testInstall looks at what manifests/ made, and at what the rights that it
// gives the service allow.
func testInstall(t *testing.T, b *bed) {
	t.Run("overlays", b.overlays)
	t.Run("rights", b.rights)
	t.Run("policy", b.policy)
	if b.ArgoCD.Version == parts.ArgoCD3 { // the Kubernetes API is the same beside both
		t.Run("components", b.components)
	}
	t.Run("no right to refresh", b.unrefreshed)
}

// overlays applies each overlay, and the example of the guide, with unknown
// fields forbidden.
func (b *bed) overlays(t *testing.T) {
	for _, dir := range []string{"overlays/single", "overlays/separate-pruner", "example"} {
		objects, err := b.Build(t.Context(), "manifests", dir)
		must(t, err)
		must(t, b.Cluster.Validate(t.Context(), stack.ArgoCDNamespace, objects...))
	}
	// Pods wait for the Secret that the guide asks for; nothing runs in them
	// here, so all that is seen is that they are admitted.
	await(t, "a pod of the Deployment", func(ctx context.Context) error {
		pods, err := b.Cluster.Kubernetes.CoreV1().Pods("previewset").List(ctx, metav1.ListOptions{LabelSelector: "app.kubernetes.io/component=service"})
		if err == nil && len(pods.Items) == 0 {
			err = errors.New("there is none")
		}
		return err
	})
}

// asService returns clients with the token that the running service has.
func (b *bed) asService(t *testing.T) (kubernetes.Interface, dynamic.Interface) {
	t.Helper()
	config, err := clientcmd.BuildConfigFromFlags("", b.Service.Kubeconfig)
	must(t, err)
	typed, err := kubernetes.NewForConfig(config)
	must(t, err)
	untyped, err := dynamic.NewForConfig(config)
	must(t, err)
	return typed, untyped
}

// rights asks the cluster what the service may do.
func (b *bed) rights(t *testing.T) {
	client, _ := b.asService(t)
	for _, test := range []struct {
		verb, group, resource, namespace string
		allowed                          bool
	}{
		{"list", "argoproj.io", "applicationsets", "argocd", true},
		{"patch", "argoproj.io", "applicationsets", "argocd", true},
		{"get", "argoproj.io", "applicationsets", "argocd", false},
		{"update", "argoproj.io", "applicationsets", "argocd", false},
		{"delete", "argoproj.io", "applicationsets", "argocd", false},
		{"patch", "argoproj.io", "applicationsets", "default", false},
		{"list", "argoproj.io", "applications", "argocd", false},
		{"get", "", "secrets", "argocd", false},
		{"get", "", "secrets", "previewset", false},
		{"create", "", "pods", "previewset", false},
		{"delete", "", "namespaces", "", false},
	} {
		review := &authorizationv1.SelfSubjectAccessReview{Spec: authorizationv1.SelfSubjectAccessReviewSpec{
			ResourceAttributes: &authorizationv1.ResourceAttributes{
				Verb: test.verb, Group: test.group, Resource: test.resource, Namespace: test.namespace,
			},
		}}
		got, err := client.AuthorizationV1().SelfSubjectAccessReviews().Create(t.Context(), review, metav1.CreateOptions{})
		must(t, err)
		if got.Status.Allowed != test.allowed {
			t.Errorf("%s %s in %s: allowed %v", test.verb, test.resource, test.namespace, got.Status.Allowed)
		}
	}
}

// policy tries what a patch could change besides the annotation.
func (b *bed) policy(t *testing.T) {
	objects, err := b.ApplyExample(t.Context(), "branches")
	must(t, err)
	defer b.removeExample(t, objects)
	_, client := b.asService(t)
	sets := client.Resource(b.Kind("applicationsets")).Namespace(stack.ArgoCDNamespace)
	patch := func(ctx context.Context, body string) error {
		_, err := sets.Patch(ctx, "features", types.MergePatchType, []byte(body), metav1.PatchOptions{})
		return err
	}
	for name, body := range map[string]string{
		"spec":       `{"spec":{"goTemplate":false}}`,
		"label":      `{"metadata":{"labels":{"a":"b"}}}`,
		"annotation": `{"metadata":{"annotations":{"a":"b"}}}`,
		"finalizer":  `{"metadata":{"finalizers":["a.example/b"]}}`,
	} {
		// A policy takes effect a moment after it was applied.
		await(t, name+" is to be refused", func(ctx context.Context) error {
			if err := patch(ctx, body); !apierrors.IsInvalid(err) && !apierrors.IsForbidden(err) {
				return fmt.Errorf("it was not: %w", err)
			}
			return nil
		})
	}
	must(t, patch(t.Context(), `{"metadata":{"annotations":{"argocd.argoproj.io/application-set-refresh":"now"}}}`))
}

// unrefreshed takes the right to refresh away: Applications follow all the same,
// after requeueAfterSeconds.
func (b *bed) unrefreshed(t *testing.T) {
	bindings := b.Cluster.Kubernetes.RbacV1().RoleBindings(stack.ArgoCDNamespace)
	binding, err := bindings.Get(t.Context(), "previewset-refresh", metav1.GetOptions{})
	must(t, err)
	must(t, bindings.Delete(t.Context(), binding.Name, metav1.DeleteOptions{}))
	objects, err := b.ApplyExample(t.Context(), "branches")
	must(t, err)
	_, err = b.Argo("applicationsets").Patch(t.Context(), "features", types.JSONPatchType,
		[]byte(`[{"op":"replace","path":"/spec/generators/0/plugin/requeueAfterSeconds","value":5}]`), metav1.PatchOptions{})
	must(t, err)
	_, err = b.Forge.Push(t.Context(), "feature/patient", "A feature")
	must(t, err)
	b.awaitHealthy(t, b.ofBranch(t, "feature/patient"), "")
	if failed, err := b.metric(t.Context(), `previewset_refreshes_total{result="failed",set="features"}`); err != nil || failed == 0 {
		t.Errorf("%v refreshes failed, %v", failed, err)
	}
	b.removeExample(t, objects)
	binding.ResourceVersion = ""
	_, err = bindings.Create(t.Context(), binding, metav1.CreateOptions{})
	must(t, err)
	must(t, b.Forge.DeleteBranch("feature/patient"))
}

// metric returns a metric of the service.
func (b *bed) metric(ctx context.Context, name string) (float64, error) {
	lines, err := b.Service.Metrics(ctx)
	if err != nil {
		return 0, err
	}
	for _, line := range lines {
		if value, found := strings.CutPrefix(line, name+" "); found {
			return strconv.ParseFloat(value, 64)
		}
	}
	return 0, fmt.Errorf("there is no %s", name)
}
