package size_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// peer is a program of others, in the newest version of which the module proxy
// has the source and that this version of Go can build.
type peer struct {
	name   string
	module string // with its version
	sum    string // of the module, as in a go.sum
	// complete adds to a copy of the module's source what is not in the module,
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

// completeFluxOperator stands a short page in for its web interface, which is
// made with Node.js and embedded: the real one is larger. Of a module for
// registries' credentials it takes the version before the one that flux-operator
// has, since the proxy lacks that.
func completeFluxOperator(tb testing.TB, source string) string {
	tb.Helper()
	const credentials = "github.com/google/go-containerregistry/pkg/authn/kubernetes"
	cmd := exec.CommandContext(tb.Context(), "go", "mod", "edit", "-replace", credentials+"="+credentials+"@v0.0.0-20260224031529-85f2bf5f7303")
	cmd.Dir = source
	if told, err := cmd.CombinedOutput(); err != nil {
		tb.Fatalf("%v\n%s", err, told)
	}
	write(tb, filepath.Join(source, "web", "dist", "index.html"), "<!doctype html>\n")
	return "./cmd/operator"
}

const imageUpdater = "github.com/argoproj-labs/argocd-image-updater"

// completeImageUpdater makes a program that imports what argocd-image-updater
// imports, and does nothing with it: less than the real one, which the proxy
// lacks a part of, its module registry-scanner. What that part imports is left
// out, too.
func completeImageUpdater(tb testing.TB, source string) string {
	tb.Helper()
	write(tb, filepath.Join(source, "registry-scanner", "go.mod"), "module "+imageUpdater+"/registry-scanner\n")
	cmd := exec.CommandContext(tb.Context(), "go", "list", "-e", "-mod=mod", "-deps", "-f",
		`{{with .Module}}{{if .Main}}{{join $.Imports "\n"}}{{end}}{{end}}`, "./cmd")
	cmd.Dir = source
	told, err := cmd.Output()
	if err != nil {
		tb.Fatal(err)
	}
	imports := strings.Fields(string(told))
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
