package runner

import (
	"slices"

	corev1 "k8s.io/api/core/v1"
)

// Run is a completed run of a container.
type Run struct {
	// Namespace is the namespace of the pod and its Job. Job and Container are names.
	Namespace, Job, Container string
	// Set and ID identify the preview, from the labels of the pod.
	Set, ID string
	// Workloads is the number of Deployments of the preview at the start of the run.
	Workloads int
	// Failed is the error with the output of the container; "" if the run succeeded.
	Failed string
}

// Runs returns the completed runs for a preview, in the order of completion.
func (r *Runner) Runs(set, id string) []Run {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(r.runs), func(run Run) bool { return run.Set != set || run.ID != id })
}

// RunsOf returns the completed runs of a Job, in the order of completion.
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

// record records a run that ended with err, and returns err.
func (r *Runner) record(run Run, err error) error {
	if err != nil {
		run.Failed = err.Error()
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.runs = append(r.runs, run)
	return err
}

// reject records that the runner could not start a pod.
func (r *Runner) reject(pod *corev1.Pod, err error) error { return r.record(newRun(pod, ""), err) }
