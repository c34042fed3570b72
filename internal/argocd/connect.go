package argocd

import (
	"fmt"

	"k8s.io/client-go/rest"

	"github.com/previewset/previewset/internal/kube"
)

// Connect returns how to reach the cluster, as kube.Connect does. It says what
// the configuration lacks where there is no way.
func Connect(kubeconfigFile string) (*rest.Config, error) {
	cluster, err := kube.Connect(kubeconfigFile)
	switch {
	case err != nil && kubeconfigFile == "":
		return nil, fmt.Errorf("argocd: %w; set argocd.kubeconfigFile, or take argocd out of the configuration", err)
	case err != nil:
		return nil, fmt.Errorf("argocd: %w", err)
	}
	return cluster, nil
}
