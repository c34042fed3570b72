package world

import (
	"context"
	"crypto/rand"
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

	process *stack.Process
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
	w.Service = &Service{URL: "http://" + address, Token: rand.Text(), Kubeconfig: filepath.Join(dir, "kubeconfig")}
	if err := w.install(ctx, o.Overlay); err != nil {
		return err
	}
	if err := w.credentials(ctx, dir); err != nil {
		return err
	}
	if w.Service.Config, err = w.configure(o, dir); err != nil {
		return err
	}
	return w.run(ctx, w.Service, o.Overlay == "single", address)
}

// run starts the processes that an overlay has: one, or a service and a pruner.
func (w *World) run(ctx context.Context, s *Service, single bool, address string) (err error) {
	serve := []string{"serve", "--config", s.Config, "--listen", address, "--log-format", "json"}
	prune := []string{"prune", "--config", s.Config, "--interval", "1s", "--log-format", "json"}
	if single {
		serve = append(serve, "--prune")
	}
	if s.process, err = w.processes.Start(w.command("previewset", serve...)); err != nil {
		return err
	}
	if err := s.process.Await(ctx, stack.OK(s.URL+"/readyz")); err != nil || single {
		return err
	}
	_, err = w.processes.Start(w.command("previewset-prune", prune...))
	return err
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
	s := &Service{URL: "http://" + address, Config: file}
	if s.process, err = w.processes.Start(w.command("previewset-polling", "serve", "--config", file, "--listen", address)); err != nil {
		return nil, err
	}
	return s, s.process.Await(ctx, stack.OK(s.URL+"/readyz"))
}

// Stop stops the service before its world.
func (s *Service) Stop() error { return s.process.Stop() }

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
	secret := rand.Text()
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
	var told strings.Builder
	cmd.Stderr = &told
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("kustomize build %s: %w\n%s", filepath.Join(dir...), err, told.String())
	}
	return stack.Objects(out)
}
