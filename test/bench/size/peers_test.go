package size_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// peer is another project's program, in the newest version whose source is on the module
// proxy and that this version of Go can build.
type peer struct {
	name   string
	module string // path@version
	sum    string // checksum of the module, as in a go.sum
	// complete adds the parts that the published module lacks to a copy of its source,
	// and returns the package to build.
	complete func(tb testing.TB, source string) (pkg string)
}

func peers() []peer {
	return []peer{
		{
			name: "argocd-image-updater", module: imageUpdater + "@v1.0.0",
			sum: "h1:43+lBl3RGiwLAastRXZlDvPT5WOKoA3TOb6SIZstGGI=", complete: completeImageUpdater,
		},
		{
			name: "flux-operator", module: "github.com/controlplaneio-fluxcd/flux-operator@v0.58.0",
			sum: "h1:7fbGeGRzp7sEwfg7jjc3a3bJvMYTAgPv+hl5qf9SBxo=", complete: completeFluxOperator,
		},
	}
}

// completeFluxOperator adds a short page in place of the embedded web interface, which
// is built with Node.js and is larger. It also replaces the version of a module for
// registry credentials, which the proxy lacks, with the previous version.
func completeFluxOperator(tb testing.TB, source string) string {
	tb.Helper()
	const credentials = "github.com/google/go-containerregistry/pkg/authn/kubernetes"
	cmd := exec.CommandContext(tb.Context(), "go", "mod", "edit", "-replace", credentials+"="+credentials+"@v0.0.0-20260224031529-85f2bf5f7303")
	cmd.Dir = source
	if output, err := cmd.CombinedOutput(); err != nil {
		tb.Fatalf("go mod edit: %v\n%s", err, output)
	}
	write(tb, filepath.Join(source, "web", "dist", "index.html"), "<!doctype html>\n")
	return "./cmd/operator"
}

const imageUpdater = "github.com/argoproj-labs/argocd-image-updater"

// completeImageUpdater creates a program that imports the same external packages as
// argocd-image-updater and does nothing else. It is smaller than the real program. The
// proxy lacks a part of the real program, the module registry-scanner, whose imports are
// omitted as well.
func completeImageUpdater(tb testing.TB, source string) string {
	tb.Helper()
	write(tb, filepath.Join(source, "registry-scanner", "go.mod"), "module "+imageUpdater+"/registry-scanner\n")
	cmd := exec.CommandContext(tb.Context(), "go", "list", "-e", "-mod=mod", "-deps", "-f",
		`{{with .Module}}{{if .Main}}{{join $.Imports "\n"}}{{end}}{{end}}`, "./cmd")
	cmd.Dir = source
	output, err := cmd.Output()
	if err != nil {
		tb.Fatal(err)
	}
	imports := strings.Fields(string(output))
	slices.Sort(imports)
	program := "package main\n\n"
	for _, path := range slices.Compact(imports) {
		if !strings.HasPrefix(path, imageUpdater) {
			program += "import _ \"" + path + "\"\n"
		}
	}
	write(tb, filepath.Join(source, "bound", "main.go"), program+"\nfunc main() {}\n")
	return "./bound"
}

func write(tb testing.TB, file, content string) {
	tb.Helper()
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		tb.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
		tb.Fatal(err)
	}
}
