package environment

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/previewset/previewset/test/e2e/parts"
	"github.com/previewset/previewset/test/e2e/stack"
)

// Shell runs scripts as an administrator with bash, kubectl, jq, argocd and previewset.
type Shell struct {
	// Dir is the working directory. It has the configuration of the service, config.yaml.
	Dir string

	env []string
}

// NewShell creates a shell with an empty working directory.
func (e *Environment) NewShell() (*Shell, error) {
	home := filepath.Join(e.Dir, "shell")
	s := &Shell{Dir: filepath.Join(home, "work")}
	bin, kubeconfig := filepath.Join(home, "bin"), filepath.Join(home, "kubeconfig")
	for _, dir := range []string{s.Dir, bin} {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return nil, err
		}
	}
	if err := os.Symlink(e.Service.Config, filepath.Join(s.Dir, "config.yaml")); err != nil {
		return nil, err
	}
	for name, part := range map[string]string{
		"kubectl": parts.Kubectl, "jq": parts.JQ, "argocd": e.ArgoCD.Version, "previewset": parts.PreviewsetPlain,
	} {
		if err := os.Symlink(e.parts.Binary(part), filepath.Join(bin, name)); err != nil {
			return nil, err
		}
	}
	if err := e.Cluster.WriteAdminKubeconfig(kubeconfig, stack.ArgoCDNamespace); err != nil {
		return nil, err
	}
	s.env = append(os.Environ(),
		"HOME="+home, "KUBECONFIG="+kubeconfig, "PATH="+bin+string(os.PathListSeparator)+os.Getenv("PATH"),
		"ARGOCD_SERVER="+strings.TrimPrefix(e.ArgoCD.URL, "http://"), "ARGOCD_OPTS=--plaintext",
	)
	return s, nil
}

// Write writes a file to the working directory.
func (s *Shell) Write(name string, content []byte) error {
	return os.WriteFile(filepath.Join(s.Dir, name), content, 0o600)
}

// Run runs a script until its first failing command. It returns the output, also with an
// error.
func (s *Shell) Run(ctx context.Context, script string) (string, error) {
	cmd := exec.CommandContext(ctx, "bash", "-euo", "pipefail", "-c", script)
	cmd.Dir, cmd.Env = s.Dir, s.env
	out, err := cmd.CombinedOutput()
	if err != nil {
		err = fmt.Errorf("%w\n%s\n%s", err, script, out)
	}
	return string(out), err
}
