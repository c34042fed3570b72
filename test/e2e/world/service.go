package world

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/previewset/previewset/test/e2e/parts"
	"github.com/previewset/previewset/test/e2e/stack"
)

// Service is previewset, running beside the cluster with the rights of its
// ServiceAccount.
type Service struct {
	// URL of the service, without a slash at its end.
	URL string
	// Token is what Argo CD sends.
	Token string
	// Config is the file of its configuration.
	Config string
	// Kubeconfig is the file that it reaches the cluster with.
	Kubeconfig string

	commands  []stack.Command
	processes []*stack.Process
}

const serviceNamespace = "previewset"

func (w *World) startService(ctx context.Context, o Options) error {
	address, err := stack.FreeAddress()
	if err != nil {
		return err
	}
	dir := filepath.Join(w.Dir, "previewset")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	w.Service = &Service{URL: "http://" + address, Token: canary(), Kubeconfig: filepath.Join(dir, "kubeconfig")}
	if err := w.install(ctx, o.Overlay); err != nil {
		return err
	}
	if err := w.credentials(ctx, dir); err != nil {
		return err
	}
	if w.Service.Config, err = w.configure(o, dir); err != nil {
		return err
	}
	if err := w.installDatabases(ctx, dir); err != nil {
		return err
	}
	w.Service.commands = w.commands(o.Overlay == "single", address)
	if err := w.StartService(); err != nil {
		return err
	}
	return w.Service.AwaitReady(ctx)
}

// canary returns a secret with characters that base64 and URLs write in another
// way, so that a leak in one of these forms differs from one in plain.
func canary() string { return "canary~" + rand.Text() + "?>>/&%zz+" }

// commands are what an overlay runs: one process, or a service and a pruner.
func (w *World) commands(single bool, address string) []stack.Command {
	logs := []string{"--config", w.Service.Config, "--log-format", "json", "--log-level", "debug"}
	serve := append([]string{"serve", "--listen", address}, logs...)
	if single {
		return []stack.Command{w.command("previewset", append(serve, "--prune")...)}
	}
	prune := append([]string{"prune", "--interval", "1s"}, logs...)
	return []stack.Command{w.command("previewset", serve...), w.command("previewset-prune", prune...)}
}

// StartService starts previewset, after Kill once more. It does not wait.
func (w *World) StartService() error { return w.start(w.Service) }

func (w *World) start(s *Service) error {
	s.processes = nil
	for _, c := range s.commands {
		process, err := w.processes.Start(c)
		if err != nil {
			return err
		}
		s.processes = append(s.processes, process)
	}
	return nil
}

// AwaitReady waits until the service can be asked.
func (s *Service) AwaitReady(ctx context.Context) error {
	return s.processes[0].Await(ctx, stack.OK(s.URL+"/readyz"))
}

// Kill ends the service, and the pruner where there is one, at once.
func (s *Service) Kill() error { return s.each((*stack.Process).Kill) }

// Stop stops the service before its world.
func (s *Service) Stop() error { return s.each((*stack.Process).Stop) }

func (s *Service) each(end func(*stack.Process) error) error {
	var errs []error
	for _, process := range s.processes {
		errs = append(errs, end(process))
	}
	return errors.Join(errs...)
}

func (w *World) command(name string, args ...string) stack.Command {
	return stack.Command{Name: name, Path: w.parts.Binary(parts.Previewset), Args: args}
}

// ServeSets starts another previewset that polls the forge, which it reaches by
// url, each second: n sets of parameters on acme/shop. It is to be stopped.
func (w *World) ServeSets(ctx context.Context, url string, n int) (*Service, error) {
	address, err := stack.FreeAddress()
	if err != nil {
		return nil, err
	}
	dir := filepath.Join(w.Dir, "previewset")
	file := filepath.Join(dir, "polling.yaml")
	if err := w.configurePolling(file, url, n); err != nil {
		return nil, err
	}
	s := &Service{URL: "http://" + address, Config: file, commands: []stack.Command{
		w.command("previewset-polling", "serve", "--config", file, "--listen", address),
	}}
	if err := w.start(s); err != nil {
		return nil, err
	}
	return s, s.AwaitReady(ctx)
}

// credentials writes what the service reads: the account's access to the
// cluster, and the tokens.
func (w *World) credentials(ctx context.Context, dir string) error {
	account, err := w.Cluster.Token(ctx, serviceNamespace, "previewset")
	if err != nil {
		return err
	}
	if err := w.Cluster.WriteKubeconfig(w.Service.Kubeconfig, account, serviceNamespace); err != nil {
		return err
	}
	secret := canary()
	w.secrets = append(w.secrets, account, secret, w.Service.Token, w.Forge.ServiceToken)
	for name, content := range map[string]string{
		"token": w.Service.Token, "forge-token": w.Forge.ServiceToken, "webhook-secret": secret,
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content+"\n"), 0o600); err != nil {
			return err
		}
	}
	for _, repository := range []string{Shop, GitOps} {
		if err := w.Forge.Hook(repository, w.Service.URL+"/webhooks/gitea", secret); err != nil {
			return fmt.Errorf("webhook of %s: %w", repository, err)
		}
	}
	return nil
}

// Build returns what `kustomize build` makes of a directory of previewset's
// repository.
func (w *World) Build(ctx context.Context, dir ...string) ([]*unstructured.Unstructured, error) {
	cmd := exec.CommandContext(ctx, w.parts.Binary(parts.Kustomize), "build", filepath.Join(append([]string{w.repository()}, dir...)...))
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("kustomize build %s: %w\n%s", filepath.Join(dir...), err, stderr.String())
	}
	return stack.Objects(out)
}
