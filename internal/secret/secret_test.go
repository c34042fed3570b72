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
		t.Errorf("missing file: got %v, want an error that names the file", err)
	}
	for _, content := range []string{"first\n", "second"} {
		if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		if got, err := ref.Read(); err != nil || got != strings.TrimSpace(content) {
			t.Errorf("got %q, %v, want %q", got, err, strings.TrimSpace(content))
		}
	}
	t.Setenv("CANARY", "  ")
	if _, err := (secret.Ref{Env: "CANARY"}).Read(); !errors.Is(err, secret.ErrEmpty) || !strings.Contains(err.Error(), "CANARY") {
		t.Errorf("empty variable: got %v, want %v for CANARY", err, secret.ErrEmpty)
	}
	if err := os.WriteFile(file, make([]byte, 1<<20), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := ref.Read(); err == nil {
		t.Error("Read accepts a secret of 1 MiB")
	}
}
