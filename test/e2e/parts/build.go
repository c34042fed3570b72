package parts

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"
)

// Built locates the programs and their data.
type Built struct {
	// Root is the directory of the suite's module.
	Root     string
	binaries map[string]string
	sources  map[string]string
}

// Binary returns the path of the program name.
func (b *Built) Binary(name string) string { return b.binaries[name] }

// Released reports whether the program name is a released binary from Options.Released.
func (b *Built) Released(name string) bool {
	return filepath.Dir(b.binaries[name]) != b.cache()
}

// Source returns the directory with the source and the data files of the program name.
func (b *Built) Source(name string) string { return b.sources[name] }

// Options selects what to build.
type Options struct {
	// ArgoCD is the version to build: ArgoCD2 or ArgoCD3.
	ArgoCD string
	// Only has the names of the programs to build. If it is empty, Build builds all of
	// them, and previewset.
	Only []string
	// Released maps names of programs to binaries that replace a build.
	Released map[string]string
	// Progress gets a line for each slow step.
	Progress io.Writer
}

// needs reports whether the options select a program.
func (o Options) needs(p part) bool {
	if len(o.Only) > 0 {
		return slices.Contains(o.Only, p.name)
	}
	return p.name == o.ArgoCD || !strings.HasPrefix(p.name, "argocd")
}

// Build builds the programs that are not in the cache. Without Options.Only, it always builds
// previewset, with and without the race detector.
func Build(ctx context.Context, o Options) (*Built, error) {
	root, err := moduleRoot(ctx)
	if err != nil {
		return nil, err
	}
	b := &Built{Root: root, binaries: map[string]string{}, sources: map[string]string{}}
	for _, p := range all() {
		if !o.needs(p) {
			continue
		}
		if b.binaries[p.name] = o.Released[p.name]; b.binaries[p.name] == "" {
			if b.binaries[p.name], err = b.cached(ctx, o.Progress, p); err != nil {
				return nil, err
			}
		}
		if p.source == "" {
			continue
		}
		if b.sources[p.name], err = b.download(ctx, p); err != nil {
			return nil, err
		}
	}
	if len(o.Only) > 0 {
		return b, nil
	}
	repository := filepath.Join(root, "..", "..")
	b.binaries[Previewset] = filepath.Join(b.cache(), Previewset)
	b.binaries[PreviewsetPlain] = filepath.Join(b.cache(), PreviewsetPlain)
	if err := b.run(ctx, repository, true, "build", "-race", "-o", b.binaries[Previewset], "./cmd/previewset"); err != nil {
		return nil, err
	}
	return b, b.run(ctx, repository, false, "build", "-o", b.binaries[PreviewsetPlain], "./cmd/previewset")
}

func (b *Built) cache() string { return filepath.Join(b.Root, ".cache") }

// cached returns the binary of p. It builds p unless the cache has a binary from the same
// module, flags and Go version.
func (b *Built) cached(ctx context.Context, out io.Writer, p part) (string, error) {
	module := filepath.Join(b.Root, "parts", p.module)
	sum, err := fingerprint(module, p)
	if err != nil {
		return "", err
	}
	binary := filepath.Join(b.cache(), p.name+"-"+sum)
	if _, err := os.Stat(binary); err == nil {
		return binary, nil
	}
	fmt.Fprintf(out, "build %s ", p.name)
	start := time.Now()
	if err := b.run(ctx, module, p.cgo, append([]string{"build", "-o", binary}, p.flags()...)...); err != nil {
		fmt.Fprintln(out)
		return "", fmt.Errorf("build %s: %w", p.name, err)
	}
	fmt.Fprintf(out, "(%s)\n", time.Since(start).Round(time.Second))
	return binary, b.removeOlder(p.name, binary)
}

func (b *Built) removeOlder(name, keep string) error {
	older, err := filepath.Glob(filepath.Join(b.cache(), name+"-"+strings.Repeat("?", sumLength)))
	if err != nil {
		return err
	}
	for _, file := range older {
		if file == keep {
			continue
		}
		if err := os.Remove(file); err != nil {
			return err
		}
	}
	return nil
}

// sumLength is the number of digits of the fingerprint in the name of a binary.
const sumLength = 12

// fingerprint returns a hash of all inputs of a build.
func fingerprint(module string, p part) (string, error) {
	hash := sha256.New()
	fmt.Fprintln(hash, runtime.Version(), runtime.GOOS, runtime.GOARCH, p.flags())
	for _, name := range []string{"go.mod", "go.sum"} {
		data, err := os.ReadFile(filepath.Join(module, name))
		if err != nil {
			return "", err
		}
		hash.Write(data)
	}
	return hex.EncodeToString(hash.Sum(nil))[:sumLength], nil
}

// download downloads the module with p's data and returns its directory.
func (b *Built) download(ctx context.Context, p part) (string, error) {
	cmd := exec.CommandContext(ctx, "go", "mod", "download", "-json", p.source)
	cmd.Dir = filepath.Join(b.Root, "parts", p.module)
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("download %s: %w", p.source, err)
	}
	var module struct{ Dir string }
	if err := json.Unmarshal(out, &module); err != nil {
		return "", fmt.Errorf("download %s: %w", p.source, err)
	}
	return module.Dir, nil
}

func (b *Built) run(ctx context.Context, dir string, cgo bool, args ...string) error {
	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOFLAGS=-mod=readonly")
	if cgo {
		cmd.Env = append(cmd.Env, "CGO_ENABLED=1")
	}
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("go %s: %w\n%s", strings.Join(args, " "), err, out)
	}
	return nil
}

// moduleRoot returns the root of the suite's module. The working directory must be in it.
func moduleRoot(ctx context.Context) (string, error) {
	file, err := exec.CommandContext(ctx, "go", "env", "GOMOD").Output()
	if err != nil {
		return "", fmt.Errorf("find the suite's module: %w", err)
	}
	return filepath.Dir(strings.TrimSpace(string(file))), nil
}
