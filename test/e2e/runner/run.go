package runner

import (
	"slices"

	corev1 "k8s.io/api/core/v1"
)

// Run is a container that was run.
type Run struct {
	// Job is the name of the pod's Job, and Namespace theirs.
	Namespace, Job, Container string
	// Set and ID are the preview's that the pod is labelled with.
	Set, ID string
	// Workloads is how many Deployments of the preview there were when it
	// started.
	Workloads int
	// Failed is why it failed, with what it said; "" where it did not.
	Failed string
}

// Runs returns what was run until now for a preview, in the order in which it
// ended.
func (r *Runner) Runs(set, id string) []Run {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(r.runs), func(run Run) bool { return run.Set != set || run.ID != id })
}

// RunsOf returns what was run until now of the Job called job.
func (r *Runner) RunsOf(namespace, job string) []Run {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(r.runs), func(run Run) bool { return run.Namespace != namespace || run.Job != job })
}

func newRun(pod *corev1.Pod, container string) Run {
	return Run{
		Namespace: pod.Namespace, Job: pod.Labels["batch.kubernetes.io/job-name"], Container: container,
		Set: pod.Labels["previewset.dev/set"], ID: pod.Labels["previewset.dev/id"],
	}
}

// note keeps a run that ended with err, and returns err.
func (r *Runner) note(run Run, err error) error {
	if err != nil {
		run.Failed = err.Error()
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.runs = append(r.runs, run)
	return err
}

// refuse notes that nothing of a pod could be run.
func (r *Runner) refuse(pod *corev1.Pod, err error) error { return r.note(newRun(pod, ""), err) }
