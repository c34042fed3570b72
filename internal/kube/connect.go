package kube

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"

	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
)

// Connect returns the cluster's connection settings: from the current context of a
// kubeconfig, or if kubeconfig is "", from the ServiceAccount of the pod that this
// process runs in. kubeconfig is a file or, as $KUBECONFIG, a list of files, of which
// missing ones count as empty. Connect makes no request. Without access to a cluster
// it returns ErrNoCluster.
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
		return nil, fmt.Errorf("%w: the process does not run in a pod, and no kubeconfig is set", ErrNoCluster)
	case errors.Is(err, fs.ErrNotExist):
		return nil, fmt.Errorf("%w: the pod has no ServiceAccount token: set automountServiceAccountToken: true in its spec: %w", ErrNoCluster, err)
	case err != nil:
		return nil, fmt.Errorf("%w: %w", ErrNoCluster, err)
	}
	return cluster, nil
}
