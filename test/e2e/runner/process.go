package runner

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
)

// process runs a container as a local process.
type process struct {
	*Runner
	pod        *corev1.Pod
	container  corev1.Container
	folder     string // folder of the pod
	kubeconfig string // "" if the pod gets no token
	files      mounts
}

// run runs the container and records the result.
func (p *process) run(ctx context.Context) error {
	run := newRun(p.pod, p.container.Name)
	var err error
	if run.Workloads, err = p.workloads(ctx); err != nil {
		return p.record(run, err)
	}
	return p.record(run, p.execute(ctx))
}

// workloads counts the Deployments of the pod's preview.
func (p *process) workloads(ctx context.Context) (int, error) {
	selector := labels.Set{}
	for _, label := range []string{"previewset.dev/set", "previewset.dev/id"} {
		selector[label] = p.pod.Labels[label]
	}
	list, err := p.cluster.Kubernetes.AppsV1().Deployments(metav1.NamespaceAll).List(ctx, metav1.ListOptions{LabelSelector: selector.String()})
	if err != nil {
		return 0, err
	}
	return len(list.Items), nil
}

func (p *process) execute(ctx context.Context) (err error) {
	if p.files, err = p.mount(ctx); err != nil {
		return err
	}
	env, err := p.environment(ctx)
	if err != nil {
		return err
	}
	argv, err := p.command(env)
	if err != nil {
		return err
	}
	log, err := os.Create(filepath.Join(p.dir, "logs", fmt.Sprintf("%s-%s-%s.log", filepath.Base(argv[0]), p.pod.Name, p.container.Name)))
	if err != nil {
		return err
	}
	defer log.Close()
	cmd := exec.CommandContext(ctx, argv[0], argv[1:]...)
	cmd.Dir, cmd.Stdout, cmd.Stderr = p.folder, log, log
	cmd.Env = []string{"PATH=" + filepath.Dir(argv[0]), "HOME=" + p.folder}
	for name, value := range env {
		cmd.Env = append(cmd.Env, name+"="+value)
	}
	if p.kubeconfig != "" {
		cmd.Env = append(cmd.Env, "KUBECONFIG="+p.kubeconfig)
	}
	if err := cmd.Run(); err != nil {
		output, _ := os.ReadFile(log.Name())
		return fmt.Errorf("%w\n%s", err, output)
	}
	return nil
}

// command returns the program of the container and its arguments.
func (p *process) command(env map[string]string) ([]string, error) {
	image := p.images[repository(p.container.Image)]
	argv := p.container.Command
	if len(argv) == 0 {
		argv = image.Entrypoint
	}
	if len(argv) == 0 {
		return nil, errors.New("neither the container nor its image has a command")
	}
	var all []string
	for _, arg := range append(append([]string{}, argv...), p.container.Args...) {
		all = append(all, p.files.relocate(expand(arg, env)))
	}
	if !filepath.IsAbs(all[0]) {
		all[0] = filepath.Join(image.Path, all[0])
	}
	return all, nil
}

// has reports whether the runner has programs for an image.
func (r *Runner) has(image string) bool {
	_, ok := r.images[repository(image)]
	return ok
}

// repository returns the name of an image without tag and digest.
func repository(image string) string {
	image, _, _ = strings.Cut(image, "@")
	if colon := strings.LastIndex(image, ":"); colon > strings.LastIndex(image, "/") {
		image = image[:colon]
	}
	return image
}

// kubeconfig writes a kubeconfig with a token of the pod's ServiceAccount and returns its
// path, or "" if the pod gets no token.
func (r *Runner) kubeconfig(ctx context.Context, pod *corev1.Pod, dir string) (string, error) {
	name := pod.Spec.ServiceAccountName
	if name == "" {
		name = "default"
	}
	account, err := r.cluster.Kubernetes.CoreV1().ServiceAccounts(pod.Namespace).Get(ctx, name, metav1.GetOptions{})
	if apierrors.IsNotFound(err) && name == "default" {
		return "", nil // a controller creates it shortly after the namespace
	}
	if err != nil {
		return "", err
	}
	mounted := pod.Spec.AutomountServiceAccountToken
	if mounted == nil {
		mounted = account.AutomountServiceAccountToken
	}
	if mounted != nil && !*mounted {
		return "", nil
	}
	token, err := r.cluster.Token(ctx, pod.Namespace, name)
	if err != nil {
		return "", err
	}
	file := filepath.Join(dir, "kubeconfig")
	return file, r.cluster.WriteKubeconfig(file, token, pod.Namespace)
}
