package environment

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/previewset/previewset/test/e2e/parts"
	"github.com/previewset/previewset/test/e2e/runner"
	"github.com/previewset/previewset/test/e2e/stack"
)

// Environment is a running installation with all its parts.
type Environment struct {
	Dir      string
	Cluster  *stack.Cluster
	ArgoCD   *stack.ArgoCD
	Gitea    *stack.Gitea
	Forge    *Forge
	Postgres *stack.Postgres
	Runner   *runner.Runner
	Service  *Service

	parts     *parts.Built
	processes *stack.Processes
	secrets   []string // secrets that previewset has had access to
}

// Options configures an environment.
type Options struct {
	Parts *parts.Built
	// Dir is an empty folder for all files.
	Dir string
	// ArgoCD is parts.ArgoCD2 or parts.ArgoCD3.
	ArgoCD string
	// Overlay is the name of the overlay in manifests/overlays to install.
	Overlay string
	// Poll is the time between two syncs without a webhook, at least 1 s.
	Poll time.Duration
	// Progress gets a line for each started part.
	Progress io.Writer
}

// startTimeout bounds the start of all parts. On an idle machine it takes seconds.
const startTimeout = 5 * time.Minute

// Start starts an environment. If a part does not start, Start returns the partly started
// environment and an error. The caller must stop a non-nil environment in any case.
func Start(ctx context.Context, o Options) (*Environment, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, startTimeout, errors.New("the start took too long"))
	defer cancel()
	processes, err := stack.NewProcesses(o.Dir)
	if err != nil {
		return nil, err
	}
	e := &Environment{Dir: o.Dir, parts: o.Parts, processes: processes}
	steps := []struct {
		name  string
		start func(context.Context, Options) error
	}{
		{"Gitea, with the repositories acme/shop and acme/gitops", e.startForge},
		{"Kubernetes", e.startCluster},
		{"PostgreSQL", e.startPostgres},
		{"Argo CD", e.startArgoCD},
		{"previewset", e.startService},
	}
	for _, step := range steps {
		begin := time.Now()
		if err := step.start(ctx, o); err != nil {
			return e, fmt.Errorf("start %s: %w", step.name, err)
		}
		fmt.Fprintf(o.Progress, "%s (%s)\n", step.name, time.Since(begin).Round(100*time.Millisecond))
	}
	return e, nil
}

// Stop stops all parts.
func (e *Environment) Stop() error {
	if e.Runner != nil {
		e.Runner.Stop()
	}
	err := e.processes.Stop()
	if e.Gitea != nil {
		err = errors.Join(err, e.Gitea.Proxy.Close())
	}
	return err
}

func (e *Environment) startForge(ctx context.Context, _ Options) (err error) {
	if e.Gitea, err = stack.StartGitea(ctx, e.processes, e.parts); err != nil {
		return err
	}
	e.Forge, err = newForge(ctx, e.Gitea, filepath.Join(e.Dir, "clones"), e.repository())
	return err
}

func (e *Environment) startCluster(ctx context.Context, _ Options) (err error) {
	e.Cluster, err = stack.StartCluster(ctx, e.processes, e.parts)
	return err
}

// startPostgres starts the server that previews share, and the runner of the Jobs that use
// the server.
func (e *Environment) startPostgres(ctx context.Context, _ Options) (err error) {
	superuser, administrator := canary(), canary()
	e.AddSecret(superuser)
	e.AddSecret(administrator)
	if e.Postgres, err = stack.StartPostgres(ctx, e.processes, superuser, administrator); err != nil {
		return err
	}
	e.Runner, err = runner.Start(e.Cluster, map[string]runner.Image{
		"ghcr.io/previewset/previewset": {
			Entrypoint: []string{e.parts.Binary(parts.Previewset)},
			Env:        map[string]string{"PREVIEWSET_CONFIG": "/etc/previewset/config.yaml"}, // the default of the image
		},
		"postgres": {Path: e.Postgres.Bin},
	}, e.Dir)
	return err
}

func (e *Environment) startArgoCD(ctx context.Context, o Options) (err error) {
	e.ArgoCD, err = stack.StartArgoCD(ctx, e.processes, e.parts, e.Cluster, o.ArgoCD)
	return err
}

// repository returns the root of previewset's repository.
func (e *Environment) repository() string { return filepath.Join(e.parts.Root, "..", "..") }

// Read reads a file of previewset's repository.
func (e *Environment) Read(path ...string) ([]byte, error) {
	return os.ReadFile(filepath.Join(append([]string{e.repository()}, path...)...))
}
