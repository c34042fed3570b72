package argocd3_test

import (
	"io"
	"os"
	"testing"

	"github.com/argoproj/argo-cd/v3/applicationset/generators"
	argo "github.com/argoproj/argo-cd/v3/pkg/apis/application/v1alpha1"
	"github.com/sirupsen/logrus"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/fake"
	"sigs.k8s.io/yaml"

	"github.com/previewset/previewset/test/bench/reconcile"
)

const namespace = "argocd"

func TestMain(m *testing.M) {
	logrus.SetOutput(io.Discard) // Argo CD's log
	os.Exit(m.Run())
}

func TestParametersAreEqual(t *testing.T) { reconcile.TestParametersAreEqual(t, argoCD()) }

func TestReconcilesShareNoCalls(t *testing.T) { reconcile.TestReconcilesShareNoCalls(t, argoCD()) }

func BenchmarkReconcile(b *testing.B) { reconcile.Speed(b, argoCD()) }

func BenchmarkReconcileGrowth(b *testing.B) { reconcile.Growth(b, argoCD()) }

func BenchmarkQuota(b *testing.B) { reconcile.Quota(b, argoCD()) }

func argoCD() reconcile.ArgoCD {
	return reconcile.ArgoCD{
		Name: "argo-cd 3.5",
		Plugin: func(t testing.TB, baseURL string) reconcile.Generate {
			c := cluster(t, baseURL)
			return generate(t, generators.NewPluginGenerator(c, namespace), c,
				"plugin: {configMapRef: {name: previewset}, input: {parameters: {set: "+reconcile.Set+"}}}")
		},
		PullRequests: func(t testing.TB, apiURL string) reconcile.Generate {
			c := cluster(t, apiURL)
			return generate(t, generators.NewPullRequestGenerator(c, generators.NewSCMConfig("", nil, true, false, nil, false)), c,
				"pullRequest: {github: {owner: "+reconcile.Owner+", repo: "+reconcile.Repo+", api: "+apiURL+", tokenRef: {secretName: github, key: token}}}")
		},
		Requeue: generators.DefaultPullRequestRequeueAfter,
	}
}

// cluster returns an in-memory Kubernetes API with the objects that the generators read.
func cluster(t testing.TB, baseURL string) client.Client {
	t.Helper()
	scheme := runtime.NewScheme()
	if err := corev1.AddToScheme(scheme); err != nil {
		t.Fatal(err)
	}
	in := func(name string) metav1.ObjectMeta { return metav1.ObjectMeta{Namespace: namespace, Name: name} }
	return fake.NewClientBuilder().WithScheme(scheme).WithObjects(
		&corev1.ConfigMap{ObjectMeta: in("previewset"), Data: map[string]string{"baseUrl": baseURL, "token": "$previewset:token"}},
		&corev1.Secret{ObjectMeta: in("previewset"), Data: map[string][]byte{"token": []byte(reconcile.Token)}},
		&corev1.Secret{ObjectMeta: in("github"), Data: map[string][]byte{"token": []byte(reconcile.ForgeToken)}},
	).Build()
}

// generate returns a function that calls g as the controller does, for an ApplicationSet
// with spec as its only generator.
func generate(t testing.TB, g generators.Generator, c client.Client, spec string) reconcile.Generate {
	t.Helper()
	set := &argo.ApplicationSet{ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: "shop"}}
	text := "goTemplate: true\ngenerators:\n- " + spec + "\ntemplate: {metadata: {name: x}, spec: {project: x, destination: {}}}"
	if err := yaml.UnmarshalStrict([]byte(text), &set.Spec); err != nil {
		t.Fatal(err)
	}
	return func() ([]map[string]any, error) {
		return g.GenerateParams(&set.Spec.Generators[0], set, c)
	}
}
