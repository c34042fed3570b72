package config_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/previewset/previewset/internal/config"
)

// Reload also reports the problems of an invalid change once. A missing file counts as
// unchanged, because it can be in the middle of a replacement.
func TestReloadReturnsEachChangeOnce(t *testing.T) {
	name := filepath.Join(t.TempDir(), "config.yaml")
	write := func(text string) {
		t.Helper()
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write(minimal)
	file, c, err := config.Open(name)
	if err != nil || c == nil {
		t.Fatal(c, err)
	}
	unchanged := func() {
		t.Helper()
		if c, err := file.Reload(); c != nil || err != nil {
			t.Errorf("got %v, %v, want no change", c, err)
		}
	}
	unchanged()
	write("kind: [")
	if _, err := file.Reload(); !errors.As(err, new(*config.Problems)) {
		t.Errorf("invalid file: got %v, want problems", err)
	}
	unchanged()
	write(strings.Replace(minimal, "shop", "web", 1))
	if c, err := file.Reload(); err != nil || c == nil || c.Sets[0].Name != "web" {
		t.Errorf("changed file: got %+v, %v, want the set web", c, err)
	}
}

// A file that can't be read is reported at the second reading, once, until it is back: also with
// the earlier content. A file that is missing at one reading was replaced.
func TestReloadReportsUnreadableFileOnce(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		replace func(name string) error
		want    string // part of the error
	}{
		"missing":     {func(string) error { return nil }, "no such file"},
		"a directory": {func(name string) error { return os.Mkdir(name, 0o700) }, "is a directory"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			name := filepath.Join(t.TempDir(), "config.yaml")
			write(t, name, minimal)
			file, _, err := config.Open(name)
			if err != nil {
				t.Fatal(err)
			}
			reload := func(step, want string) {
				t.Helper()
				c, err := file.Reload()
				if got := fmt.Sprint(c != nil, " ", err); !strings.Contains(got, want) {
					t.Errorf("%s: got %s, want %q", step, got, want)
				}
			}
			hide := func() {
				t.Helper()
				if err := errors.Join(os.Rename(name, name+".hidden"), test.replace(name)); err != nil {
					t.Fatal(err)
				}
			}
			restore := func() {
				t.Helper()
				_ = os.Remove(name) // the directory
				if err := os.Rename(name+".hidden", name); err != nil {
					t.Fatal(err)
				}
			}
			for range 2 {
				hide()
				reload("at one reading", "false <nil>")
				restore()
				reload("replaced", "false <nil>")
				hide()
				reload("at the first reading", "false <nil>")
				reload("at the second reading", test.want)
				reload("at the third reading", "false <nil>")
				restore()
				reload("back", "true <nil>")
				reload("unchanged", "false <nil>")
			}
		})
	}
}
