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

// cacheDir holds the binaries of the peers, because a build takes minutes.
const cacheDir = "../.cache"

// binaryInfo describes a binary.
type binaryInfo struct {
	megabytes float64
	modules   []string // with packages in the binary, without the main module
}

// build builds pkg in dir with the options of released images: static, stripped, and
// without local paths.
func build(tb testing.TB, dir, pkg, binary string, flags ...string) {
	tb.Helper()
	args := append([]string{"build", "-trimpath", "-ldflags", "-s -w", "-o", binary}, flags...)
	cmd := exec.CommandContext(tb.Context(), "go", append(args, pkg)...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if output, err := cmd.CombinedOutput(); err != nil {
		tb.Fatalf("go build %s: %v\n%s", pkg, err, output)
	}
}

// inspect returns the size and the modules of a binary.
func inspect(tb testing.TB, binary string) binaryInfo {
	tb.Helper()
	file, err := os.Stat(binary)
	if err != nil {
		tb.Fatal(err)
	}
	info, err := buildinfo.ReadFile(binary)
	if err != nil {
		tb.Fatal(err)
	}
	b := binaryInfo{megabytes: float64(file.Size()) / 1e6}
	for _, module := range info.Deps {
		b.modules = append(b.modules, module.Path)
	}
	return b
}

func buildOurs(tb testing.TB) binaryInfo {
	tb.Helper()
	binary := filepath.Join(tb.TempDir(), "previewset")
	build(tb, "../../..", "./cmd/previewset", binary)
	return inspect(tb, binary)
}

// build builds the peer, unless the cache has it. The build must contain the modules that
// every Kubernetes controller uses; otherwise it is not the peer.
func (p peer) build(tb testing.TB) binaryInfo {
	tb.Helper()
	cache, err := filepath.Abs(cacheDir)
	if err != nil {
		tb.Fatal(err)
	}
	sum := sha256.Sum256([]byte(p.module + p.sum + runtime.Version() + runtime.GOOS + runtime.GOARCH))
	binary := filepath.Join(cache, fmt.Sprintf("%s-%x", p.name, sum[:6]))
	if _, err := os.Stat(binary); err != nil {
		source := p.source(tb)
		build(tb, source, p.complete(tb, source), binary, "-mod=mod")
	}
	b := inspect(tb, binary)
	for _, module := range []string{"k8s.io/client-go", "sigs.k8s.io/controller-runtime"} {
		if !slices.Contains(b.modules, module) {
			tb.Fatalf("the build of %s does not contain %s", p.name, module)
		}
	}
	return b
}

// source returns a copy of the peer's source, so that the build uses the requirements and
// replacements of the peer's own go.mod.
func (p peer) source(tb testing.TB) string {
	tb.Helper()
	cmd := exec.CommandContext(tb.Context(), "go", "mod", "download", "-json", p.module)
	cmd.Dir = tb.TempDir() // outside of any module
	output, err := cmd.Output()
	var module struct{ Dir, Sum, Error string }
	if parse := json.Unmarshal(output, &module); err != nil || parse != nil {
		tb.Fatalf("download %s: %v %s", p.module, err, module.Error)
	}
	if module.Sum != p.sum {
		tb.Fatalf("checksum of %s: got %s, want %s", p.module, module.Sum, p.sum)
	}
	source := filepath.Join(tb.TempDir(), p.name)
	if err := os.CopyFS(source, os.DirFS(module.Dir)); err != nil {
		tb.Fatal(err)
	}
	return source
}
