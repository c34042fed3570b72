package argocd

import (
	"errors"
	"fmt"
	"io/fs"

	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
)

// Connect returns how to reach the cluster: by the current context of a
// kubeconfig file, or where that is "" by the ServiceAccount of the pod that this
// process runs in. It makes no request. Where there is no way it returns
// ErrNoCluster.
func Connect(kubeconfigFile string) (*rest.Config, error) {
	if kubeconfigFile == "" {
		return inCluster()
	}
	cluster, err := clientcmd.BuildConfigFromFlags("", kubeconfigFile)
	if err != nil {
		return nil, fmt.Errorf("argocd: %w: kubeconfig %s: %w", ErrNoCluster, kubeconfigFile, err)
	}
	return cluster, nil
}

func inCluster() (*rest.Config, error) {
	cluster, err := rest.InClusterConfig()
	switch {
	case errors.Is(err, rest.ErrNotInCluster):
		return nil, fmt.Errorf("argocd: %w: this is not a pod of a cluster: set argocd.kubeconfigFile", ErrNoCluster)
	case errors.Is(err, fs.ErrNotExist):
		return nil, fmt.Errorf("argocd: %w: the pod has no ServiceAccount token: set automountServiceAccountToken: true in it, or take argocd out of the configuration: %w",
			ErrNoCluster, err)
	case err != nil:
		return nil, fmt.Errorf("argocd: %w: %w", ErrNoCluster, err)
	}
	return cluster, nil
}
