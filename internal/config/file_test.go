package config_test

import (
	"errors"
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
	if err := os.Remove(name); err != nil {
		t.Fatal(err)
	}
	unchanged()
}
