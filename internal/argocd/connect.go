package argocd

import (
	"fmt"

	"k8s.io/client-go/rest"

	"github.com/previewset/previewset/internal/kube"
)

// Connect returns the cluster's connection settings, as kube.Connect does. Without
// access to a cluster, the error names the configuration key to change.
func Connect(kubeconfigFile string) (*rest.Config, error) {
	cluster, err := kube.Connect(kubeconfigFile)
	switch {
	case err != nil && kubeconfigFile == "":
		return nil, fmt.Errorf("argocd: %w: set argocd.kubeconfigFile, or remove the key argocd from the configuration", err)
	case err != nil:
		return nil, fmt.Errorf("argocd: %w", err)
	}
	return cluster, nil
}
