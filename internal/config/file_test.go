package config_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/previewset/previewset/internal/config"
)

// A change is taken once, and so is the refusal of a wrong one. A file that is gone
// is being replaced.
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
			t.Errorf("it changed to %v, %v", c, err)
		}
	}
	unchanged()
	write("kind: [")
	if _, err := file.Reload(); !errors.As(err, new(*config.Problems)) {
		t.Errorf("a broken one: %v", err)
	}
	unchanged()
	write(strings.Replace(minimal, "shop", "web", 1))
	if c, err := file.Reload(); err != nil || c == nil || c.Sets[0].Name != "web" {
		t.Errorf("another set: %+v, %v", c, err)
	}
	if err := os.Remove(name); err != nil {
		t.Fatal(err)
	}
	unchanged()
}
