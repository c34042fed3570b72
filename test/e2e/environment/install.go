package environment

import (
	"context"
	"strings"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/previewset/previewset/test/e2e/stack"
)

// install applies an unmodified overlay of manifests/ and creates the Secrets that the
// guide requires. The pods of the cluster run nothing, so the service runs outside of the
// cluster, and install configures Argo CD with its address.
func (e *Environment) install(ctx context.Context, overlay string) error {
	objects, err := e.Build(ctx, "manifests", "overlays", overlay)
	if err != nil {
		return err
	}
	feedback, err := e.feedbackRights(ctx)
	if err != nil {
		return err
	}
	if err := e.Cluster.Apply(ctx, stack.ArgoCDNamespace, append(objects, feedback...)...); err != nil {
		return err
	}
	admin := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: HooksNamespace}}
	if _, err := e.Cluster.Kubernetes.CoreV1().Namespaces().Create(ctx, admin, metav1.CreateOptions{}); err != nil {
		return err
	}
	for _, s := range []*corev1.Secret{
		secret(stack.ArgoCDNamespace, "previewset", partOf(), map[string]string{"token": e.Service.Token}),
		secret(stack.ArgoCDNamespace, "repositories", map[string]string{"argocd.argoproj.io/secret-type": "repo-creds"},
			map[string]string{"type": "git", "url": e.Gitea.URL + "/" + Owner, "username": argoBot, "password": e.Forge.ArgoToken}),
	} {
		if _, err := e.Cluster.Kubernetes.CoreV1().Secrets(s.Namespace).Create(ctx, s, metav1.CreateOptions{}); err != nil {
			return err
		}
	}
	return e.pointTo(ctx, e.Service.URL)
}

// feedbackRights returns the Role of the component feedback and its binding. The service does
// not use them: it runs with --feedback, because it runs outside of the cluster.
func (e *Environment) feedbackRights(ctx context.Context) (rights []*unstructured.Unstructured, err error) {
	objects, err := e.Build(ctx, "manifests", "testdata", "feedback")
	for _, o := range objects {
		if o.GetName() == "previewset-feedback" && strings.HasPrefix(o.GetKind(), "Role") {
			rights = append(rights, o)
		}
	}
	return rights, err
}

func partOf() map[string]string { return map[string]string{"app.kubernetes.io/part-of": "argocd"} }

func secret(namespace, name string, labels, data map[string]string) *corev1.Secret {
	return &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: name, Labels: labels}, StringData: data}
}

// pointTo configures Argo CD with the address of previewset.
func (e *Environment) pointTo(ctx context.Context, url string) error {
	plugin := e.Cluster.Kubernetes.CoreV1().ConfigMaps(stack.ArgoCDNamespace)
	found, err := plugin.Get(ctx, "previewset", metav1.GetOptions{})
	if err != nil {
		return err
	}
	found.Data["baseUrl"] = url
	_, err = plugin.Update(ctx, found, metav1.UpdateOptions{})
	return err
}

// ApplyExample applies the ApplicationSet and the AppProject of an example, with the
// addresses of the environment.
func (e *Environment) ApplyExample(ctx context.Context, name string) ([]*unstructured.Unstructured, error) {
	objects, err := e.Manifests("examples", name, "applicationset.yaml")
	if err != nil {
		return nil, err
	}
	return objects, e.Cluster.Apply(ctx, stack.ArgoCDNamespace, objects...)
}

// Manifests reads a file of previewset's repository and replaces the addresses with those
// of the environment.
func (e *Environment) Manifests(path ...string) ([]*unstructured.Unstructured, error) {
	data, err := e.Read(path...)
	if err != nil {
		return nil, err
	}
	addresses := strings.NewReplacer(
		"https://github.com/acme/", e.Gitea.URL+"/"+Owner+"/",
		"https://gitea.acme.example", e.Gitea.URL,
	)
	return stack.Objects([]byte(addresses.Replace(string(data))))
}
