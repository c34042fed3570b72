package lease

import "github.com/previewset/previewset/internal/kube"

// Feedback is the name of the Lease that the process which writes feedback holds. The manifests
// grant the rights to it.
const Feedback = "previewset-feedback"

// InPod returns the API of the cluster and the namespace of the pod that this process runs in.
// It makes no request. The error is kube.ErrNoCluster, and also fs.ErrNotExist if the pod has
// no token of its ServiceAccount.
func InPod() (API, string, error) {
	cluster, err := kube.Connect("")
	if err != nil {
		return nil, "", err
	}
	namespace, err := kube.PodNamespace()
	if err != nil {
		return nil, "", err
	}
	client, err := kube.New(cluster, 0)
	return client, namespace, err
}
