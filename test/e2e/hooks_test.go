package e2e_test

import (
	"fmt"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/previewset/previewset/test/e2e/stack"
)

// testHooks settles how a Job runs before a preview's workloads: as a PreSync
// hook, though the Namespace is a resource of the Sync phase (Argo CD creates an
// Application's own namespace before all else), and as a Sync hook in a wave
// between the Namespace's and theirs.
func testHooks(t *testing.T, b *bed) {
	numbers := map[string]int64{}
	for _, name := range []string{"early", "between"} {
		number, _, err := b.Forge.Open(t.Context(), name, name, name)
		must(t, err)
		p := b.awaitParameters(t, name, fmt.Sprintf("%s-pr-%d", name, number))
		must(t, b.Cluster.Apply(t.Context(), stack.ArgoCDNamespace, applicationOf(name, p)))
		numbers[name] = number
	}
	for name, number := range numbers {
		b.awaitHealthy(t, name, "")
		b.checkOrder(t, fmt.Sprintf("%s-pr-%d", name, number), name)
	}
	for name, number := range numbers {
		b.allow(name)
		must(t, b.Forge.Close(number))
		must(t, b.Argo("applications").Delete(t.Context(), name, metav1.DeleteOptions{}))
		b.awaitNoNamespace(t, fmt.Sprintf("%s-pr-%d", name, number))
	}
}

// checkOrder expects a Job to have completed before the Deployment was made.
func (b *bed) checkOrder(t *testing.T, namespace, name string) {
	t.Helper()
	job, err := b.Cluster.Kubernetes.BatchV1().Jobs(namespace).Get(t.Context(), name, metav1.GetOptions{})
	must(t, err)
	deployment, err := b.Cluster.Kubernetes.AppsV1().Deployments(namespace).Get(t.Context(), "shop", metav1.GetOptions{})
	must(t, err)
	if done := job.Status.CompletionTime; done == nil || deployment.CreationTimestamp.Before(done) {
		t.Errorf("the Job %s completed at %v, the Deployment was made at %v", name, done, deployment.CreationTimestamp)
	}
}
