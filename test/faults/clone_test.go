package faults_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	gittest "github.com/previewset/previewset/test/fake/git"
)

// clone is a person's clone of the GitOps repository.
type clone struct {
	t       *testing.T
	dir     string
	person  int
	files   int
	retries *atomic.Int64
}

func newClone(f *fixture, person int, retries *atomic.Int64) *clone {
	f.t.Helper()
	c := &clone{t: f.t, dir: filepath.Join(f.t.TempDir(), "clone"), person: person, retries: retries}
	gittest.Git(f.t, ".", "clone", "--quiet", f.server.URL, c.dir)
	return c
}

// commit commits a new file. It pulls and pushes until no other writer pushes between
// the two.
func (c *clone) commit(context.Context) (string, error) {
	c.files++
	name := filepath.Join("docs", fmt.Sprintf("person-%d", c.person), fmt.Sprint(c.files))
	path := filepath.Join(c.dir, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return "", err
	}
	if err := os.WriteFile(path, []byte("x\n"), 0o600); err != nil {
		return "", err
	}
	for _, args := range [][]string{{"add", "."}, {"commit", "--quiet", "-m", name}} {
		if out, ok := c.git(args...); !ok {
			return "", errors.New(out)
		}
	}
	for ; ; c.retries.Add(1) {
		if out, ok := c.git("pull", "--quiet", "--rebase"); !ok {
			return "", errors.New(out)
		}
		out, ok := c.git("push", "--quiet")
		if ok {
			out, _ = c.git("rev-parse", "HEAD")
			return out, nil
		}
		if !strings.Contains(out, "rejected]") {
			return "", errors.New(out)
		}
	}
}

func (c *clone) git(args ...string) (string, bool) {
	c.t.Helper()
	return gittest.TryGit(c.t, c.dir, args...)
}
