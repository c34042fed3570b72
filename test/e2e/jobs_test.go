package e2e_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"

	batchv1 "k8s.io/api/batch/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/previewset/previewset/test/e2e/environment"
)

// jobs counts the completed Jobs in the hooks' namespace. It watches them because Argo CD
// deletes completed Jobs.
type jobs struct {
	mu   sync.Mutex
	done map[string]int // by name without the hash at its end
}

func (fx *fixture) watchJobs(t *testing.T) *jobs {
	t.Helper()
	j := &jobs{done: map[string]int{}}
	watch, err := fx.Cluster.Kubernetes.BatchV1().Jobs(environment.HooksNamespace).Watch(t.Context(), metav1.ListOptions{})
	must(t, err)
	t.Cleanup(watch.Stop)
	go func() {
		counted := map[string]bool{}
		for event := range watch.ResultChan() {
			job, ok := event.Object.(*batchv1.Job)
			if !ok || job.Status.Succeeded == 0 || counted[string(job.UID)] {
				continue
			}
			counted[string(job.UID)] = true
			j.mu.Lock()
			j.done[job.Name[:strings.LastIndex(job.Name, "-")]]++
			j.mu.Unlock()
		}
	}()
	return j
}

// await waits for one more completion of a Job than earlier calls have waited for.
func (j *jobs) await(t *testing.T, name string) {
	t.Helper()
	await(t, "the Job "+name+" has completed", func(context.Context) error {
		j.mu.Lock()
		defer j.mu.Unlock()
		if j.done[name] == 0 {
			return errors.New("no completion")
		}
		j.done[name]--
		return nil
	})
}

// ran reports whether a Job has completed more often than await has waited for.
func (j *jobs) ran(name string) bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.done[name] > 0
}
