package e2e_test

import (
	"fmt"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/previewset/previewset/test/e2e/stack"
)

// testHooks checks the two ways to run a Job before a preview's workloads. The first is a
// PreSync hook: it works although the Namespace is a resource of the Sync phase, because
// Argo CD creates an Application's own namespace before everything else. The second is a
// Sync hook in a wave between the Namespace and the workloads.
func testHooks(t *testing.T, fx *fixture) {
	numbers := map[string]int64{}
	for _, name := range []string{"early", "between"} {
		number, _, err := fx.Forge.Open(t.Context(), name, name, name)
		must(t, err)
		p := fx.awaitParameters(t, name, fmt.Sprintf("%s-pr-%d", name, number))
		must(t, fx.Cluster.Apply(t.Context(), stack.ArgoCDNamespace, applicationOf(name, p)))
		numbers[name] = number
	}
	for name, number := range numbers {
		fx.awaitHealthy(t, name, "")
		fx.checkOrder(t, fmt.Sprintf("%s-pr-%d", name, number), name)
	}
	for name, number := range numbers {
		fx.allow(name)
		must(t, fx.Forge.Close(number))
		must(t, fx.Argo("applications").Delete(t.Context(), name, metav1.DeleteOptions{}))
		fx.awaitNoNamespace(t, fmt.Sprintf("%s-pr-%d", name, number))
	}
}

// checkOrder checks that a Job completed before the Deployment was created.
func (fx *fixture) checkOrder(t *testing.T, namespace, name string) {
	t.Helper()
	job, err := fx.Cluster.Kubernetes.BatchV1().Jobs(namespace).Get(t.Context(), name, metav1.GetOptions{})
	must(t, err)
	deployment, err := fx.Cluster.Kubernetes.AppsV1().Deployments(namespace).Get(t.Context(), "shop", metav1.GetOptions{})
	must(t, err)
	if done := job.Status.CompletionTime; done == nil || deployment.CreationTimestamp.Before(done) {
		t.Errorf("Job %s completed at %v, want before the creation of the Deployment at %v", name, done, deployment.CreationTimestamp)
	}
}
