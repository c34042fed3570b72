package previewset

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/previewset/previewset/test/fake/suite"
)

// Build selects the build options of previewset.
type Build int

const (
	// Released builds previewset as in the released image.
	Released Build = iota
	// Race builds with the race detector. A process with a data race exits with
	// status 66.
	Race
)

// Program is the previewset binary. The first use builds it.
type Program struct {
	options Build
	dir     string // of the binary, set by Main
	file    func() (string, error)
}

// New returns a program. TestMain must call its Main.
func New(b Build) *Program {
	p := &Program{options: b}
	p.file = sync.OnceValues(p.build)
	return p
}

// Main runs the tests of a package, unless -short is given (see suite.Long), removes the
// binary, and returns the exit status.
func (p *Program) Main(m *testing.M) int {
	dir, err := os.MkdirTemp("", "previewset-build-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(dir)
	p.dir = dir
	return suite.Long(m, "the tests build previewset and start it as a process")
}

// File returns the path of the binary.
func (p *Program) File(tb testing.TB) string {
	tb.Helper()
	file, err := p.file()
	if err != nil {
		tb.Fatal(err)
	}
	return file
}

func (p *Program) build() (string, error) {
	if p.dir == "" {
		return "", errors.New("TestMain does not call Main of the program")
	}
	out, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/previewset/previewset").Output()
	if err != nil {
		return "", fmt.Errorf("find the sources of previewset: %w", err)
	}
	root := strings.TrimSpace(string(out))
	if err := statSources(root); err != nil {
		return "", err
	}
	file := filepath.Join(p.dir, "previewset")
	cmd := exec.Command("go", append(p.options.args(), "-o", file, "./cmd/previewset")...)
	cmd.Dir = root // use the dependencies of previewset, not those of the test's module
	cmd.Env = append(os.Environ(), p.options.env())
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build previewset: %w\n%s", err, out)
	}
	return file, nil
}

// args returns the arguments of go. The build has no version, because previewset
// writes its version into entries.
func (b Build) args() []string {
	if b == Race {
		return []string{"build", "-buildvcs=false", "-race"}
	}
	return []string{"build", "-buildvcs=false", "-trimpath", "-ldflags", "-s -w"}
}

func (b Build) env() string {
	if b == Race {
		return "CGO_ENABLED=1"
	}
	return "CGO_ENABLED=0"
}

// statSources calls os.Stat on every file that may be a source of previewset. `go test`
// caches a result together with the files that the test process accessed; it does not
// see the files that its child, `go build`, reads. In modules other than previewset's
// statSources has no effect.
func statSources(root string) error {
	skipped := map[string]bool{"bin": true, "docs": true, "test": true}
	return filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if path != root && entry.IsDir() && (skipped[entry.Name()] || strings.HasPrefix(entry.Name(), ".")) {
			return filepath.SkipDir
		}
		_, err = os.Stat(path)
		return err
	})
}
