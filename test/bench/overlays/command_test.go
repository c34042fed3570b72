package overlays_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/kustomize"
)

// command is the kustomize command. Its version is the version of the library that
// previewset uses.
type command struct {
	binary string
	root   string // of the repository with the base and the overlays
}

// newCommand compiles the command, and writes the files of a base into a new repository.
func newCommand(t testing.TB, base map[string]string) *command {
	t.Helper()
	c := &command{filepath.Join(t.TempDir(), "kustomize"), t.TempDir()}
	build := exec.Command("go", "build", "-trimpath", "-ldflags", "-s -w", "-o", c.binary, "sigs.k8s.io/kustomize/kustomize/v5")
	build.Dir = filepath.Join("..", "..", "e2e", "parts", "kustomize")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("build kustomize: %v\n%s", err, out)
	}
	for path, content := range base {
		c.write(t, path, []byte(content))
	}
	return c
}

// add renders the overlay of p and writes it into the repository.
func (c *command) add(t testing.TB, base *kustomize.Base, p generator.Preview) kustomize.Overlay {
	t.Helper()
	o, err := base.Render(t.Context(), p, dirOf(p))
	if err != nil {
		t.Fatal(err)
	}
	for name, content := range o.Files {
		c.write(t, o.Dir+"/"+name, content)
	}
	return o
}

func (c *command) write(t testing.TB, path string, content []byte) {
	t.Helper()
	file := filepath.Join(c.root, filepath.FromSlash(path))
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, content, 0o644); err != nil {
		t.Fatal(err)
	}
}

// build returns the output of `kustomize build` for the overlay in dir.
func (c *command) build(t testing.TB, dir string) []byte {
	cmd := exec.Command(c.binary, "build", dir)
	cmd.Dir = c.root
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		t.Errorf("kustomize build %s: %v\n%s", dir, err, &stderr)
	}
	return stdout.Bytes()
}
