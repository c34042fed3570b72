package world

import (
	"context"
	"strings"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/previewset/previewset/test/e2e/stack"
)

// install applies an overlay of manifests/ as it is, and the Secrets that the guide
// asks for. The service itself runs outside of the cluster, whose pods run nothing,
// so Argo CD gets its address there.
func (w *World) install(ctx context.Context, overlay string) error {
	objects, err := w.Build(ctx, "manifests", "overlays", overlay)
	if err != nil {
		return err
	}
	if err := w.Cluster.Apply(ctx, stack.ArgoCDNamespace, objects...); err != nil {
		return err
	}
	admin := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: HooksNamespace}}
	if _, err := w.Cluster.Kubernetes.CoreV1().Namespaces().Create(ctx, admin, metav1.CreateOptions{}); err != nil {
		return err
	}
	for _, s := range []*corev1.Secret{
		secret(stack.ArgoCDNamespace, "previewset", partOf(), map[string]string{"token": w.Service.Token}),
		secret(stack.ArgoCDNamespace, "repositories", map[string]string{"argocd.argoproj.io/secret-type": "repo-creds"},
			map[string]string{"type": "git", "url": w.Gitea.URL + "/" + Owner, "username": argoBot, "password": w.Forge.ArgoToken}),
	} {
		if _, err := w.Cluster.Kubernetes.CoreV1().Secrets(s.Namespace).Create(ctx, s, metav1.CreateOptions{}); err != nil {
			return err
		}
	}
	return w.pointTo(ctx, w.Service.URL)
}

func partOf() map[string]string { return map[string]string{"app.kubernetes.io/part-of": "argocd"} }

func secret(namespace, name string, labels, data map[string]string) *corev1.Secret {
	return &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: name, Labels: labels}, StringData: data}
}

// pointTo gives Argo CD the address of previewset.
func (w *World) pointTo(ctx context.Context, url string) error {
	plugin := w.Cluster.Kubernetes.CoreV1().ConfigMaps(stack.ArgoCDNamespace)
	found, err := plugin.Get(ctx, "previewset", metav1.GetOptions{})
	if err != nil {
		return err
	}
	found.Data["baseUrl"] = url
	_, err = plugin.Update(ctx, found, metav1.UpdateOptions{})
	return err
}

// ApplyExample applies the ApplicationSet and the AppProject of an example,
// with this world's addresses.
func (w *World) ApplyExample(ctx context.Context, name string) ([]*unstructured.Unstructured, error) {
	objects, err := w.Manifests("examples", name, "applicationset.yaml")
	if err != nil {
		return nil, err
	}
	return objects, w.Cluster.Apply(ctx, stack.ArgoCDNamespace, objects...)
}

// Manifests reads a file of previewset's repository, with this world's
// addresses.
func (w *World) Manifests(path ...string) ([]*unstructured.Unstructured, error) {
	data, err := w.read(path...)
	if err != nil {
		return nil, err
	}
	addresses := strings.NewReplacer(
		"https://github.com/acme/", w.Gitea.URL+"/"+Owner+"/",
		"https://gitea.acme.example", w.Gitea.URL,
	)
	return stack.Objects([]byte(addresses.Replace(string(data))))
}
