package e2e_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"

	batchv1 "k8s.io/api/batch/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/previewset/previewset/test/e2e/world"
)

// jobs remembers which Jobs completed in the hooks' namespace, by their names
// without the hash at the end: Argo CD deletes them afterwards.
type jobs struct {
	mu   sync.Mutex
	done map[string]int
}

func (b *bed) watchJobs(t *testing.T) *jobs {
	t.Helper()
	j := &jobs{done: map[string]int{}}
	watch, err := b.Cluster.Kubernetes.BatchV1().Jobs(world.HooksNamespace).Watch(t.Context(), metav1.ListOptions{})
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

// await waits until a Job has completed once more than it was waited for.
func (j *jobs) await(t *testing.T, name string) {
	t.Helper()
	await(t, "the Job "+name+" is to complete", func(context.Context) error {
		j.mu.Lock()
		defer j.mu.Unlock()
		if j.done[name] == 0 {
			return errors.New("it did not run")
		}
		j.done[name]--
		return nil
	})
}

// ran reports whether a Job has completed that was not waited for.
func (j *jobs) ran(name string) bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.done[name] > 0
}
