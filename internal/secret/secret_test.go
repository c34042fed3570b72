package secret_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/previewset/previewset/internal/secret"
)

func TestReadReturnsTheCurrentSecret(t *testing.T) {
	file := filepath.Join(t.TempDir(), "token")
	ref := secret.Ref{File: file}
	if _, err := ref.Read(); !errors.Is(err, os.ErrNotExist) || !strings.Contains(err.Error(), file) {
		t.Errorf("a missing file: %v", err)
	}
	for _, content := range []string{"first\n", "second"} {
		if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		if got, err := ref.Read(); err != nil || got != strings.TrimSpace(content) {
			t.Errorf("got %q, %v", got, err)
		}
	}
	t.Setenv("CANARY", "  ")
	if _, err := (secret.Ref{Env: "CANARY"}).Read(); !errors.Is(err, secret.ErrEmpty) || !strings.Contains(err.Error(), "CANARY") {
		t.Errorf("an empty variable: %v", err)
	}
	if err := os.WriteFile(file, make([]byte, 1<<20), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := ref.Read(); err == nil {
		t.Error("a secret of 1 MiB was read")
	}
}
