package world

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

// World is everything, running.
type World struct {
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
	secrets   []string // that previewset knows or knew
}

// Options say which world to start.
type Options struct {
	Parts *parts.Built
	// Dir is an empty folder for all that is written.
	Dir string
	// ArgoCD is parts.ArgoCD2 or parts.ArgoCD3.
	ArgoCD string
	// Overlay is the one of manifests/overlays to install.
	Overlay string
	// Poll is the time between two syncs without a webhook, at least 1 s.
	Poll time.Duration
	// Progress gets a line for each thing that starts.
	Progress io.Writer
}

// startTimeout bounds the start of everything. It takes seconds on an idle
// machine.
const startTimeout = 5 * time.Minute

// Start starts a world. Stop it also when Start fails half-way: it returns
// what is running, if anything is, with its error.
func Start(ctx context.Context, o Options) (*World, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, startTimeout, errors.New("the start took too long"))
	defer cancel()
	processes, err := stack.NewProcesses(o.Dir)
	if err != nil {
		return nil, err
	}
	w := &World{Dir: o.Dir, parts: o.Parts, processes: processes}
	steps := []struct {
		what  string
		start func(context.Context, Options) error
	}{
		{"Gitea, with the repositories acme/shop and acme/gitops", w.startForge},
		{"Kubernetes", w.startCluster},
		{"PostgreSQL", w.startPostgres},
		{"Argo CD", w.startArgoCD},
		{"previewset", w.startService},
	}
	for _, step := range steps {
		begin := time.Now()
		if err := step.start(ctx, o); err != nil {
			return w, fmt.Errorf("start %s: %w", step.what, err)
		}
		fmt.Fprintf(o.Progress, "%s (%s)\n", step.what, time.Since(begin).Round(100*time.Millisecond))
	}
	return w, nil
}

// Stop stops all that Start started.
func (w *World) Stop() error {
	if w.Runner != nil {
		w.Runner.Stop()
	}
	err := w.processes.Stop()
	if w.Gitea != nil {
		err = errors.Join(err, w.Gitea.Front.Close())
	}
	return err
}

func (w *World) startForge(ctx context.Context, _ Options) (err error) {
	if w.Gitea, err = stack.StartGitea(ctx, w.processes, w.parts); err != nil {
		return err
	}
	w.Forge, err = newForge(ctx, w.Gitea, filepath.Join(w.Dir, "clones"), w.repository())
	return err
}

func (w *World) startCluster(ctx context.Context, _ Options) (err error) {
	w.Cluster, err = stack.StartCluster(ctx, w.processes, w.parts)
	return err
}

// startPostgres starts the server that previews share, and what runs the Jobs
// that use it.
func (w *World) startPostgres(ctx context.Context, _ Options) (err error) {
	superuser, administrator := canary(), canary()
	w.AddSecret(superuser)
	w.AddSecret(administrator)
	if w.Postgres, err = stack.StartPostgres(ctx, w.processes, superuser, administrator); err != nil {
		return err
	}
	w.Runner, err = runner.Start(w.Cluster, map[string]runner.Image{
		"ghcr.io/previewset/previewset": {
			Entrypoint: []string{w.parts.Binary(parts.Previewset)},
			Env:        map[string]string{"PREVIEWSET_CONFIG": "/etc/previewset/config.yaml"}, // its default
		},
		"postgres": {Path: w.Postgres.Bin},
	}, w.Dir)
	return err
}

func (w *World) startArgoCD(ctx context.Context, o Options) (err error) {
	w.ArgoCD, err = stack.StartArgoCD(ctx, w.processes, w.parts, w.Cluster, o.ArgoCD)
	return err
}

// repository is the root of previewset's own repository.
func (w *World) repository() string { return filepath.Join(w.parts.Root, "..", "..") }

// read reads a file of previewset's own repository.
func (w *World) read(path ...string) ([]byte, error) {
	return os.ReadFile(filepath.Join(append([]string{w.repository()}, path...)...))
}
