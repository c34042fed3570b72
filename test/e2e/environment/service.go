package environment

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

// Service is previewset, running outside of the cluster with the permissions of its
// ServiceAccount.
type Service struct {
	// URL is the base URL, without a trailing slash.
	URL string
	// Token is the bearer token of Argo CD.
	Token string
	// Config is the path of the configuration.
	Config string
	// Kubeconfig is the path of the kubeconfig.
	Kubeconfig string

	commands  []stack.Command
	processes []*stack.Process
}

const serviceNamespace = "previewset"

func (e *Environment) startService(ctx context.Context, o Options) error {
	address, err := stack.FreeAddress()
	if err != nil {
		return err
	}
	dir := filepath.Join(e.Dir, "previewset")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	e.Service = &Service{URL: "http://" + address, Token: canary(), Kubeconfig: filepath.Join(dir, "kubeconfig")}
	if err := e.install(ctx, o.Overlay); err != nil {
		return err
	}
	if err := e.credentials(ctx, dir); err != nil {
		return err
	}
	if e.Service.Config, err = e.configure(o, dir); err != nil {
		return err
	}
	if err := e.installDatabases(ctx, dir); err != nil {
		return err
	}
	e.Service.commands = e.commands(o.Overlay == "single", address)
	if err := e.StartService(); err != nil {
		return err
	}
	return e.Service.AwaitReady(ctx)
}

// canary returns a random secret. Its characters differ in URL, JSON and base64 encodings,
// so that each encoding of a leak is a different text.
func canary() string { return "canary~" + rand.Text() + "?>>/&%zz+" }

// commands returns the commands that an overlay runs: one process, or a service and a
// pruner.
func (e *Environment) commands(single bool, address string) []stack.Command {
	logs := []string{"--config", e.Service.Config, "--log-format", "json", "--log-level", "debug"}
	serve := append([]string{"serve", "--feedback", "--listen", address}, logs...)
	if single {
		return []stack.Command{e.command("previewset", append(serve, "--prune")...)}
	}
	prune := append([]string{"prune", "--interval", "1s"}, logs...)
	return []stack.Command{e.command("previewset", serve...), e.command("previewset-prune", prune...)}
}

// StartService starts previewset, also again after Kill. It does not wait until the
// service is ready.
func (e *Environment) StartService() error { return e.start(e.Service) }

func (e *Environment) start(s *Service) error {
	s.processes = nil
	for _, c := range s.commands {
		process, err := e.processes.Start(c)
		if err != nil {
			return err
		}
		s.processes = append(s.processes, process)
	}
	return nil
}

// AwaitReady waits until the service is ready.
func (s *Service) AwaitReady(ctx context.Context) error {
	return s.processes[0].Await(ctx, stack.OK(s.URL+"/readyz"))
}

// Kill kills the service, and the pruner if it is separate.
func (s *Service) Kill() error { return s.each((*stack.Process).Kill) }

// Stop stops the service before the end of the environment.
func (s *Service) Stop() error { return s.each((*stack.Process).Stop) }

func (s *Service) each(end func(*stack.Process) error) error {
	var errs []error
	for _, process := range s.processes {
		errs = append(errs, end(process))
	}
	return errors.Join(errs...)
}

func (e *Environment) command(name string, args ...string) stack.Command {
	return stack.Command{Name: name, Path: e.parts.Binary(parts.Previewset), Args: args}
}

// ServeSets starts another previewset with n sets on acme/shop, without overlays. It polls
// the forge at url every second. The caller must stop it.
func (e *Environment) ServeSets(ctx context.Context, url string, n int) (*Service, error) {
	address, err := stack.FreeAddress()
	if err != nil {
		return nil, err
	}
	dir := filepath.Join(e.Dir, "previewset")
	file := filepath.Join(dir, "polling.yaml")
	if err := e.configurePolling(file, url, n); err != nil {
		return nil, err
	}
	s := &Service{URL: "http://" + address, Config: file, commands: []stack.Command{
		e.command("previewset-polling", "serve", "--config", file, "--listen", address),
	}}
	if err := e.start(s); err != nil {
		return nil, err
	}
	return s, s.AwaitReady(ctx)
}

// credentials writes the kubeconfig and the token files of the service, and adds its
// webhooks.
func (e *Environment) credentials(ctx context.Context, dir string) error {
	account, err := e.Cluster.Token(ctx, serviceNamespace, "previewset")
	if err != nil {
		return err
	}
	if err := e.Cluster.WriteKubeconfig(e.Service.Kubeconfig, account, serviceNamespace); err != nil {
		return err
	}
	secret := canary()
	e.secrets = append(e.secrets, account, secret, e.Service.Token, e.Forge.ServiceToken, e.Forge.FeedbackToken)
	for name, content := range map[string]string{
		"token": e.Service.Token, "forge-token": e.Forge.ServiceToken, "webhook-secret": secret,
		"feedback-token": e.Forge.FeedbackToken,
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content+"\n"), 0o600); err != nil {
			return err
		}
	}
	for _, repository := range []string{Shop, GitOps} {
		if err := e.Forge.Hook(repository, e.Service.URL+"/webhooks/gitea", secret); err != nil {
			return fmt.Errorf("webhook of %s: %w", repository, err)
		}
	}
	return nil
}

// Build returns the objects that `kustomize build` prints for a directory of previewset's
// repository.
func (e *Environment) Build(ctx context.Context, dir ...string) ([]*unstructured.Unstructured, error) {
	cmd := exec.CommandContext(ctx, e.parts.Binary(parts.Kustomize), "build", filepath.Join(append([]string{e.repository()}, dir...)...))
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("kustomize build %s: %w\n%s", filepath.Join(dir...), err, stderr.String())
	}
	return stack.Objects(out)
}
