package environment

import (
	"context"
	"encoding/json"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/previewset/previewset/test/e2e/stack"
)

// AddCluster registers another cluster at Argo CD, with labels. It is the same cluster
// under its own address.
func (e *Environment) AddCluster(ctx context.Context, name string, labels map[string]string) error {
	server, token, ca := e.Cluster.Access()
	config, err := json.Marshal(map[string]any{"bearerToken": token, "tlsClientConfig": map[string]any{"caData": ca}})
	if err != nil {
		return err
	}
	all := map[string]string{"argocd.argoproj.io/secret-type": "cluster"}
	for k, v := range labels {
		all[k] = v
	}
	s := secret(stack.ArgoCDNamespace, "cluster-"+name, all, map[string]string{"name": name, "server": server, "config": string(config)})
	_, err = e.Cluster.Kubernetes.CoreV1().Secrets(s.Namespace).Create(ctx, s, metav1.CreateOptions{})
	return err
}
