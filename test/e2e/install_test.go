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

// testInstall checks the objects of manifests/, and the permissions that they grant to the
// service.
func testInstall(t *testing.T, fx *fixture) {
	t.Run("overlays", fx.overlays)
	t.Run("permissions", fx.permissions)
	t.Run("policy", fx.policy)
	t.Run("check", fx.check)
	if fx.ArgoCD.Version == parts.ArgoCD3 { // both versions run with the same Kubernetes API
		t.Run("components", fx.components)
	}
	t.Run("no permission to refresh", fx.withoutRefresh)
}

// overlays validates each overlay and the example of the guide. Unknown fields are errors.
func (fx *fixture) overlays(t *testing.T) {
	for _, dir := range []string{"overlays/single", "overlays/separate-pruner", "example"} {
		objects, err := fx.Build(t.Context(), "manifests", dir)
		must(t, err)
		must(t, fx.Cluster.Validate(t.Context(), stack.ArgoCDNamespace, objects...))
	}
	// The pods wait for the Secret that the guide requires, and containers do not run in
	// this cluster. So check only that the API admits the pods.
	await(t, "the Deployment has a pod", func(ctx context.Context) error {
		pods, err := fx.Cluster.Kubernetes.CoreV1().Pods("previewset").List(ctx, metav1.ListOptions{LabelSelector: "app.kubernetes.io/component=service"})
		if err == nil && len(pods.Items) == 0 {
			err = errors.New("no pod")
		}
		return err
	})
}

// asService returns clients with the token of the running service.
func (fx *fixture) asService(t *testing.T) (kubernetes.Interface, dynamic.Interface) {
	t.Helper()
	config, err := clientcmd.BuildConfigFromFlags("", fx.Service.Kubeconfig)
	must(t, err)
	typed, err := kubernetes.NewForConfig(config)
	must(t, err)
	untyped, err := dynamic.NewForConfig(config)
	must(t, err)
	return typed, untyped
}

// permissions checks the permissions of the service with access reviews.
func (fx *fixture) permissions(t *testing.T) {
	client, _ := fx.asService(t)
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
		{"list", "argoproj.io", "applications", "argocd", true},
		{"watch", "argoproj.io", "applications", "argocd", true},
		{"get", "argoproj.io", "applications", "argocd", false},
		{"patch", "argoproj.io", "applications", "argocd", false},
		{"list", "argoproj.io", "applications", "default", false},
		{"create", "coordination.k8s.io", "leases", "previewset", true},
		{"update", "coordination.k8s.io", "leases", "previewset", false}, // only the one with its name
		{"create", "coordination.k8s.io", "leases", "argocd", false},
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
			t.Errorf("%s %s in %q: got allowed %v, want %v", test.verb, test.resource, test.namespace, got.Status.Allowed, test.allowed)
		}
	}
}

// check runs `previewset check` with the rights of the service, and with those of an
// administrator, who can read the Secret of Argo CD. Nothing may fail.
func (fx *fixture) check(t *testing.T) {
	objects, err := fx.ApplyExample(t.Context(), "branches")
	must(t, err)
	defer fx.removeExample(t, objects)
	for _, test := range []struct {
		args []string
		want string
	}{
		{nil, "not checked: the ConfigMap previewset and the Secret of Argo CD"},
		{[]string{"--kubeconfig", fx.Cluster.Kubeconfig}, "ok       Secret previewset: its key token is the token of the service"},
		{[]string{"--kubeconfig", fx.Cluster.Kubeconfig}, "ok       Lease: ServiceAccount previewset/previewset may hold the Lease previewset-feedback"},
	} {
		out, err := fx.Previewset(t.Context(), append([]string{"check", "--config", fx.Service.Config}, test.args...)...)
		must(t, err)
		for _, want := range []string{test.want, "ok       patch ApplicationSets: ", "ok       push: ", "ok       set features: ApplicationSet features requests it"} {
			if !strings.Contains(string(out), want) {
				t.Errorf("got %s\nwant %q", out, want)
			}
		}
	}
}

// policy checks that the service can patch only the refresh annotation.
func (fx *fixture) policy(t *testing.T) {
	objects, err := fx.ApplyExample(t.Context(), "branches")
	must(t, err)
	defer fx.removeExample(t, objects)
	_, client := fx.asService(t)
	sets := client.Resource(fx.Kind("applicationsets")).Namespace(stack.ArgoCDNamespace)
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
		// A new policy takes effect with a delay.
		await(t, "the API rejects a patch of "+name, func(ctx context.Context) error {
			if err := patch(ctx, body); !apierrors.IsInvalid(err) && !apierrors.IsForbidden(err) {
				return fmt.Errorf("got %w, want Invalid or Forbidden", err)
			}
			return nil
		})
	}
	must(t, patch(t.Context(), `{"metadata":{"annotations":{"argocd.argoproj.io/application-set-refresh":"now"}}}`))
}

// withoutRefresh removes the permission to refresh. Applications are still created, after
// requeueAfterSeconds.
func (fx *fixture) withoutRefresh(t *testing.T) {
	bindings := fx.Cluster.Kubernetes.RbacV1().RoleBindings(stack.ArgoCDNamespace)
	binding, err := bindings.Get(t.Context(), "previewset-refresh", metav1.GetOptions{})
	must(t, err)
	must(t, bindings.Delete(t.Context(), binding.Name, metav1.DeleteOptions{}))
	objects, err := fx.ApplyExample(t.Context(), "branches")
	must(t, err)
	_, err = fx.Argo("applicationsets").Patch(t.Context(), "features", types.JSONPatchType,
		[]byte(`[{"op":"replace","path":"/spec/generators/0/plugin/requeueAfterSeconds","value":5}]`), metav1.PatchOptions{})
	must(t, err)
	_, err = fx.Forge.Push(t.Context(), "feature/patient", "A feature")
	must(t, err)
	fx.awaitHealthy(t, fx.awaitBranch(t, "features", "feature/patient"), "")
	if failed, err := fx.metric(t.Context(), `previewset_refreshes_total{result="failed",set="features"}`); err != nil || failed == 0 {
		t.Errorf("failed refreshes: got %v, %v; want more than 0", failed, err)
	}
	fx.removeExample(t, objects)
	binding.ResourceVersion = ""
	_, err = bindings.Create(t.Context(), binding, metav1.CreateOptions{})
	must(t, err)
	must(t, fx.Forge.DeleteBranch("feature/patient"))
}

// metric returns the value of a metric of the service.
func (fx *fixture) metric(ctx context.Context, name string) (float64, error) {
	lines, err := fx.Service.Metrics(ctx)
	if err != nil {
		return 0, err
	}
	for _, line := range lines {
		if value, found := strings.CutPrefix(line, name+" "); found {
			return strconv.ParseFloat(value, 64)
		}
	}
	return 0, fmt.Errorf("metric %s does not exist", name)
}
