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

// process is a container that becomes one.
type process struct {
	*Runner
	pod        *corev1.Pod
	container  corev1.Container
	folder     string // the pod's
	kubeconfig string // "" where the pod has no account
	files      mounts
}

// run runs the container and notes what became of it.
func (p *process) run(ctx context.Context) error {
	run := newRun(p.pod, p.container.Name)
	var err error
	if run.Workloads, err = p.workloads(ctx); err != nil {
		return p.note(run, err)
	}
	return p.note(run, p.execute(ctx))
}

// workloads counts the Deployments of the pod's preview.
func (p *process) workloads(ctx context.Context) (int, error) {
	of := labels.Set{}
	for _, label := range []string{"previewset.dev/set", "previewset.dev/id"} {
		of[label] = p.pod.Labels[label]
	}
	list, err := p.cluster.Kubernetes.AppsV1().Deployments(metav1.NamespaceAll).List(ctx, metav1.ListOptions{LabelSelector: of.String()})
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
		said, _ := os.ReadFile(log.Name())
		return fmt.Errorf("%w\n%s", err, said)
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
		return nil, errors.New("neither the container nor its image says what to run")
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

// has reports whether there is a program for an image.
func (r *Runner) has(image string) bool {
	_, ok := r.images[repository(image)]
	return ok
}

// repository returns an image without tag and digest.
func repository(image string) string {
	image, _, _ = strings.Cut(image, "@")
	if colon := strings.LastIndex(image, ":"); colon > strings.LastIndex(image, "/") {
		image = image[:colon]
	}
	return image
}

// kubeconfig writes how a pod reaches the API as its ServiceAccount, and returns
// the file, or "" where the pod gets no token.
func (r *Runner) kubeconfig(ctx context.Context, pod *corev1.Pod, dir string) (string, error) {
	name := pod.Spec.ServiceAccountName
	if name == "" {
		name = "default"
	}
	account, err := r.cluster.Kubernetes.CoreV1().ServiceAccounts(pod.Namespace).Get(ctx, name, metav1.GetOptions{})
	if apierrors.IsNotFound(err) && name == "default" {
		return "", nil // its controller makes it a moment after the namespace
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
