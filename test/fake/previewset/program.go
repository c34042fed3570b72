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
)

// Build is how previewset is built.
type Build int

const (
	// Released is the build that the image has.
	Released Build = iota
	// Race has the race detector. A process in which it found a data race ends with
	// status 66.
	Race
)

// Program is previewset. It is built when a test first needs it.
type Program struct {
	how  Build
	dir  string // of the binary, set by Main
	file func() (string, error)
}

// New returns a program whose Main is to be called.
func New(b Build) *Program {
	p := &Program{how: b}
	p.file = sync.OnceValues(p.build)
	return p
}

// Main runs the tests of a package, and removes what they built. It returns the
// status to exit with.
func (p *Program) Main(m *testing.M) int {
	dir, err := os.MkdirTemp("", "previewset-build-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(dir)
	p.dir = dir
	return m.Run()
}

// File returns the binary.
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
	if err := watch(root); err != nil {
		return "", err
	}
	file := filepath.Join(p.dir, "previewset")
	cmd := exec.Command("go", append(p.how.args(), "-o", file, "./cmd/previewset")...)
	cmd.Dir = root // with the dependencies of previewset, not of the test's module
	cmd.Env = append(os.Environ(), p.how.env())
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build previewset: %w\n%s", err, out)
	}
	return file, nil
}

// args returns the arguments of go. The build has no version: previewset names its
// version in entries.
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

// watch looks at every file that may be a source, so that `go test` does not reuse a
// result of other sources: it does not see what a child process reads. In another
// module than previewset's it has no effect.
func watch(root string) error {
	apart := map[string]bool{"bin": true, "docs": true, "test": true}
	return filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if path != root && entry.IsDir() && (apart[entry.Name()] || strings.HasPrefix(entry.Name(), ".")) {
			return filepath.SkipDir
		}
		_, err = os.Stat(path)
		return err
	})
}
