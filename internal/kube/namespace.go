package kube

import (
	"fmt"
	"strings"

	"github.com/previewset/previewset/internal/limit"
)

// namespaceFile has the namespace of the pod. (kubernetes, "Accessing the Kubernetes API from
// a Pod".)
const namespaceFile = "/var/run/secrets/kubernetes.io/serviceaccount/namespace"

// PodNamespace returns the namespace of the pod that this process runs in. The error is
// ErrNoCluster.
func PodNamespace() (string, error) {
	text, err := limit.ReadFile(namespaceFile, 1<<10)
	if err != nil {
		return "", fmt.Errorf("%w: the namespace of the pod is not known: %w", ErrNoCluster, err)
	}
	return strings.TrimSpace(string(text)), nil
}
