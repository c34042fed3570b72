package kube

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"

	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
)

// Connect returns how to reach the cluster: by the current context of a
// kubeconfig, or where that is "" by the ServiceAccount of the pod that this
// process runs in. A kubeconfig is a file, or several as $KUBECONFIG lists them,
// of which those that are missing count as empty. It makes no request. Where
// there is no way it returns ErrNoCluster.
func Connect(kubeconfig string) (*rest.Config, error) {
	if kubeconfig == "" {
		return inCluster()
	}
	rules := &clientcmd.ClientConfigLoadingRules{ExplicitPath: kubeconfig}
	if files := filepath.SplitList(kubeconfig); len(files) > 1 {
		rules = &clientcmd.ClientConfigLoadingRules{Precedence: files}
	}
	cluster, err := clientcmd.NewNonInteractiveDeferredLoadingClientConfig(rules, nil).ClientConfig()
	if err != nil {
		return nil, fmt.Errorf("%w: kubeconfig %s: %w", ErrNoCluster, kubeconfig, err)
	}
	return cluster, nil
}

func inCluster() (*rest.Config, error) {
	cluster, err := rest.InClusterConfig()
	switch {
	case errors.Is(err, rest.ErrNotInCluster):
		return nil, fmt.Errorf("%w: this is not a pod of a cluster, and no kubeconfig is given", ErrNoCluster)
	case errors.Is(err, fs.ErrNotExist):
		return nil, fmt.Errorf("%w: the pod has no ServiceAccount token: set automountServiceAccountToken: true in it: %w", ErrNoCluster, err)
	case err != nil:
		return nil, fmt.Errorf("%w: %w", ErrNoCluster, err)
	}
	return cluster, nil
}
