package size_test

import (
	"crypto/sha256"
	"debug/buildinfo"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"testing"
)

// cache keeps the peers' binaries, which take minutes.
const cache = "../.cache"

// built is what a build made.
type built struct {
	megabytes float64
	modules   []string // that packages of the build come from, without its own
}

// build builds pkg in dir as images have it: static, stripped, without paths of
// this machine.
func build(tb testing.TB, dir, pkg, binary string, flags ...string) {
	tb.Helper()
	args := append([]string{"build", "-trimpath", "-ldflags", "-s -w", "-o", binary}, flags...)
	cmd := exec.CommandContext(tb.Context(), "go", append(args, pkg)...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if told, err := cmd.CombinedOutput(); err != nil {
		tb.Fatalf("go build %s: %v\n%s", pkg, err, told)
	}
}

// look returns what the binary is, and has in it.
func look(tb testing.TB, binary string) built {
	tb.Helper()
	file, err := os.Stat(binary)
	if err != nil {
		tb.Fatal(err)
	}
	info, err := buildinfo.ReadFile(binary)
	if err != nil {
		tb.Fatal(err)
	}
	b := built{megabytes: float64(file.Size()) / 1e6}
	for _, module := range info.Deps {
		b.modules = append(b.modules, module.Path)
	}
	return b
}

func ours(tb testing.TB) built {
	tb.Helper()
	binary := filepath.Join(tb.TempDir(), "previewset")
	build(tb, "../../..", "./cmd/previewset", binary)
	return look(tb, binary)
}

// build returns the peer, from the cache if it is there. It has to hold what
// controllers in Kubernetes are made with, or something else was built.
func (p peer) build(tb testing.TB) built {
	tb.Helper()
	kept, err := filepath.Abs(cache)
	if err != nil {
		tb.Fatal(err)
	}
	sum := sha256.Sum256([]byte(p.module + p.sum + runtime.Version() + runtime.GOOS + runtime.GOARCH))
	binary := filepath.Join(kept, fmt.Sprintf("%s-%x", p.name, sum[:6]))
	if _, err := os.Stat(binary); err != nil {
		source := p.source(tb)
		build(tb, source, p.complete(tb, source), binary, "-mod=mod")
	}
	b := look(tb, binary)
	for _, module := range []string{"k8s.io/client-go", "sigs.k8s.io/controller-runtime"} {
		if !slices.Contains(b.modules, module) {
			tb.Fatalf("%s is built without %s", p.name, module)
		}
	}
	return b
}

// source returns a copy of the peer's source: it is built as its authors do,
// with the requirements and replacements of its own go.mod.
func (p peer) source(tb testing.TB) string {
	tb.Helper()
	cmd := exec.CommandContext(tb.Context(), "go", "mod", "download", "-json", p.module)
	cmd.Dir = tb.TempDir() // outside of any module
	told, err := cmd.Output()
	var module struct{ Dir, Sum, Error string }
	if parse := json.Unmarshal(told, &module); err != nil || parse != nil {
		tb.Fatalf("%s can't be had: %v %s", p.module, err, module.Error)
	}
	if module.Sum != p.sum {
		tb.Fatalf("%s is %s now, not %s", p.module, module.Sum, p.sum)
	}
	source := filepath.Join(tb.TempDir(), p.name)
	if err := os.CopyFS(source, os.DirFS(module.Dir)); err != nil {
		tb.Fatal(err)
	}
	return source
}
