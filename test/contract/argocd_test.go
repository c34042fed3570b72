package contract_test

import (
	"context"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/argoproj/argo-cd/v2/applicationset/controllers"
	"github.com/argoproj/argo-cd/v2/applicationset/generators"
	"github.com/argoproj/argo-cd/v2/applicationset/metrics"
	"github.com/argoproj/argo-cd/v2/applicationset/utils"
	argo "github.com/argoproj/argo-cd/v2/pkg/apis/application/v1alpha1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	kubefake "k8s.io/client-go/kubernetes/fake"
	"k8s.io/client-go/tools/record"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/fake"
	"sigs.k8s.io/yaml"
)

const namespace = "argocd"

// argoCD is Argo CD's ApplicationSet controller with all its generators. Its in-memory
// Kubernetes API holds the objects that a user creates according to previewset's docs.
type argoCD struct {
	client     client.WithWatch
	generators map[string]generators.Generator
	reconciler *controllers.ApplicationSetReconciler
}

func newArgoCD(t *testing.T, baseURL string) *argoCD {
	t.Helper()
	scheme := runtime.NewScheme()
	for _, add := range []func(*runtime.Scheme) error{argo.AddToScheme, corev1.AddToScheme} {
		if err := add(scheme); err != nil {
			t.Fatal(err)
		}
	}
	in := func(name string) metav1.ObjectMeta { return metav1.ObjectMeta{Namespace: namespace, Name: name} }
	c := fake.NewClientBuilder().WithScheme(scheme).
		WithStatusSubresource(&argo.ApplicationSet{}).
		WithIndex(&argo.Application{}, ".metadata.controller", controllerOf).
		WithObjects(
			&argo.AppProject{ObjectMeta: in("default")},
			&corev1.ConfigMap{ObjectMeta: in("previewset"), Data: map[string]string{"baseUrl": baseURL, "token": "$previewset:token"}},
			// With a line break at its end, as from `kubectl create secret --from-file`.
			&corev1.Secret{ObjectMeta: in("previewset"), Data: map[string][]byte{"token": []byte(token + "\n")}},
			&corev1.Secret{ObjectMeta: in("github"), Data: map[string][]byte{"token": []byte(githubToken)}},
		).Build()
	kube := kubefake.NewSimpleClientset()
	all := generators.GetGenerators(t.Context(), c, kube, namespace, nil, nil, generators.NewSCMConfig("", nil, true, nil, false))
	return &argoCD{client: c, generators: all, reconciler: &controllers.ApplicationSetReconciler{
		Client: c, Scheme: scheme, Renderer: &utils.Render{}, Generators: all, KubeClientset: kube,
		Recorder: record.NewFakeRecorder(1000), Policy: argo.ApplicationsSyncPolicySync,
		ArgoCDNamespace: namespace, Metrics: metrics.NewFakeAppsetMetrics(c),
	}}
}

// controllerOf is the index function that Argo CD's controller registers at its manager.
func controllerOf(o client.Object) []string {
	if owner := metav1.GetControllerOf(o); owner != nil && owner.Kind == "ApplicationSet" {
		return []string{owner.Name}
	}
	return nil
}

// applicationSet returns an ApplicationSet with the given name and spec.
func applicationSet(t *testing.T, name, spec string) *argo.ApplicationSet {
	t.Helper()
	set := &argo.ApplicationSet{ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: name}}
	if err := yaml.UnmarshalStrict([]byte(spec), &set.Spec); err != nil {
		t.Fatalf("ApplicationSet: %v", err)
	}
	return set
}

// generate returns the parameter sets of the first generator of set, filtered by its
// selector, as the controller uses them.
func (a *argoCD) generate(set *argo.ApplicationSet) ([]map[string]any, error) {
	results, err := generators.Transform(set.Spec.Generators[0], a.generators, set.Spec.Template, set, map[string]any{}, a.client)
	if err != nil {
		return nil, err
	}
	return results[0].Params, nil
}

func (a *argoCD) mustGenerate(t *testing.T, set *argo.ApplicationSet) []map[string]any {
	t.Helper()
	params, err := a.generate(set)
	if err != nil {
		t.Fatal(err)
	}
	return params
}

// apply creates or updates an object, as kubectl does.
func (a *argoCD) apply(t *testing.T, o client.Object) {
	t.Helper()
	current := o.DeepCopyObject().(client.Object)
	err := a.client.Get(t.Context(), client.ObjectKeyFromObject(o), current)
	if client.IgnoreNotFound(err) != nil {
		t.Fatal(err)
	}
	if err != nil {
		err = a.client.Create(t.Context(), o)
	} else {
		o.SetResourceVersion(current.GetResourceVersion())
		err = a.client.Update(t.Context(), o)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// outcome is the result of a reconcile as a user sees it.
type outcome struct {
	// failure is the message of the condition ErrorOccurred; "" if the condition is false.
	failure string
	// generated is the status of the condition ParametersGenerated.
	generated bool
	requeue   time.Duration
}

// reconcile runs the controller once on an ApplicationSet.
func (a *argoCD) reconcile(t *testing.T, name string) outcome {
	t.Helper()
	key := types.NamespacedName{Namespace: namespace, Name: name}
	result, err := a.reconciler.Reconcile(context.Background(), ctrl.Request{NamespacedName: key})
	if err != nil {
		t.Fatalf("reconcile: %v", err)
	}
	var set argo.ApplicationSet
	if err := a.client.Get(t.Context(), key, &set); err != nil {
		t.Fatal(err)
	}
	o := outcome{requeue: result.RequeueAfter}
	for _, c := range set.Status.Conditions {
		isTrue := c.Status == argo.ApplicationSetConditionStatusTrue
		switch c.Type {
		case argo.ApplicationSetConditionErrorOccurred:
			if isTrue {
				o.failure = c.Message
			}
		case argo.ApplicationSetConditionParametersGenerated:
			o.generated = isTrue
		}
	}
	return o
}

// applications returns the Applications by name, without those that are being deleted
// and wait for their finalizer.
func (a *argoCD) applications(t *testing.T) map[string]argo.Application {
	t.Helper()
	var list argo.ApplicationList
	if err := a.client.List(t.Context(), &list, client.InNamespace(namespace)); err != nil {
		t.Fatal(err)
	}
	found := map[string]argo.Application{}
	for _, app := range list.Items {
		if app.DeletionTimestamp == nil {
			found[app.Name] = app
		}
	}
	return found
}

func (a *argoCD) applicationNames(t *testing.T) []string {
	t.Helper()
	return slices.Sorted(maps.Keys(a.applications(t)))
}
