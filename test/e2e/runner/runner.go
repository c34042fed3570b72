package runner

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"slices"
	"sync"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/tools/cache"

	"github.com/previewset/previewset/test/e2e/stack"
)

// Image is the local replacement for a container image.
type Image struct {
	// Entrypoint is the command of a container without a command.
	Entrypoint []string
	// Path is the folder of the programs of commands with a relative path.
	Path string
	// Env is the default environment of containers.
	Env map[string]string
}

// Runner runs the pods of Jobs. Its methods are safe for concurrent use.
type Runner struct {
	cluster *stack.Cluster
	images  map[string]Image // by name without tag
	dir     string
	stop    context.CancelFunc
	working sync.WaitGroup

	mu      sync.Mutex
	started map[types.UID]context.CancelFunc
	runs    []Run
}

// Start starts a runner, which runs the pods of all Jobs until Stop. The output of
// containers is in dir/logs, in files named after the program, the pod and the container.
func Start(cluster *stack.Cluster, images map[string]Image, dir string) (*Runner, error) {
	ctx, stop := context.WithCancel(context.Background())
	r := &Runner{cluster: cluster, images: images, dir: dir, stop: stop, started: map[types.UID]context.CancelFunc{}}
	pods := cache.NewListWatchFromClient(cluster.Kubernetes.CoreV1().RESTClient(), "pods", metav1.NamespaceAll, fields.Everything())
	informer := cache.NewSharedInformer(pods, &corev1.Pod{}, 0)
	if _, err := informer.AddEventHandler(cache.ResourceEventHandlerFuncs{
		AddFunc:    func(o any) { r.handle(ctx, o.(*corev1.Pod)) },
		UpdateFunc: func(_, o any) { r.handle(ctx, o.(*corev1.Pod)) },
	}); err != nil {
		stop()
		return nil, err
	}
	r.working.Go(func() { informer.RunWithContext(ctx) })
	if !cache.WaitForCacheSync(ctx.Done(), informer.HasSynced) {
		return nil, errors.New("the watch of pods did not sync")
	}
	return r, nil
}

// Stop stops all running containers and waits for their end.
func (r *Runner) Stop() {
	r.stop()
	r.working.Wait()
}

// handle handles a change of a pod. If a Job owns the pod, handle runs it once when it is
// on its node, and stops it when it is deleted.
func (r *Runner) handle(ctx context.Context, pod *corev1.Pod) {
	if !slices.ContainsFunc(pod.OwnerReferences, func(o metav1.OwnerReference) bool { return o.Kind == "Job" }) {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	cancel, started := r.started[pod.UID]
	switch {
	case started && pod.DeletionTimestamp != nil:
		cancel()
	case !started && pod.Status.Phase == corev1.PodRunning && pod.DeletionTimestamp == nil:
		ctx, cancel := context.WithCancel(ctx)
		r.started[pod.UID] = cancel
		r.working.Go(func() {
			defer cancel()
			r.finish(ctx, pod, r.runPod(ctx, pod))
		})
	}
}

// finish sets the status of a pod that has ended, as a kubelet does. The pod has failed if
// err is not nil.
func (r *Runner) finish(ctx context.Context, pod *corev1.Pod, err error) {
	phase, code := corev1.PodSucceeded, int32(0)
	if err != nil {
		phase, code = corev1.PodFailed, 1
	}
	now := metav1.Now()
	var containers []corev1.ContainerStatus
	for _, c := range pod.Spec.Containers {
		containers = append(containers, corev1.ContainerStatus{
			Name: c.Name, Image: c.Image,
			State: corev1.ContainerState{Terminated: &corev1.ContainerStateTerminated{ExitCode: code, StartedAt: now, FinishedAt: now}},
		})
	}
	// Marshal cannot fail for these types.
	patch, _ := json.Marshal(map[string]any{"status": map[string]any{"phase": phase, "containerStatuses": containers}})
	// Ignore errors: a deleted pod needs no status, and a pod without a status makes its
	// Job never complete, which the test detects.
	_, _ = r.cluster.Kubernetes.CoreV1().Pods(pod.Namespace).Patch(ctx, pod.Name, types.MergePatchType, patch, metav1.PatchOptions{}, "status")
}

// runPod runs the containers of a pod one after the other, init containers first.
func (r *Runner) runPod(ctx context.Context, pod *corev1.Pod) error {
	containers := slices.Concat(pod.Spec.InitContainers, pod.Spec.Containers)
	if slices.ContainsFunc(containers, func(c corev1.Container) bool { return !r.has(c.Image) }) {
		return nil
	}
	dir, err := os.MkdirTemp(r.dir, "pod-")
	if err != nil {
		return r.reject(pod, err)
	}
	defer os.RemoveAll(dir)
	kubeconfig, err := r.kubeconfig(ctx, pod, dir)
	if err != nil {
		return r.reject(pod, err)
	}
	for _, c := range containers {
		process := &process{Runner: r, pod: pod, container: c, folder: dir, kubeconfig: kubeconfig}
		if err := process.run(ctx); err != nil {
			return err
		}
	}
	return nil
}
