package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/previewset/previewset/test/fake/part"
)

func TestIsTerminal(t *testing.T) {
	t.Parallel()
	open := func(name string, flag int) *os.File {
		t.Helper()
		f, err := os.OpenFile(name, flag, 0o600)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = f.Close() })
		return f
	}
	if isTerminal(&strings.Builder{}) {
		t.Error("a buffer counts as a terminal")
	}
	if isTerminal(open(filepath.Join(t.TempDir(), "file"), os.O_CREATE|os.O_WRONLY)) {
		t.Error("a file counts as a terminal")
	}
	if isTerminal(open(os.DevNull, os.O_WRONLY)) {
		t.Error("the null device counts as a terminal")
	}
	const ptmx = "/dev/ptmx"
	if _, err := os.Stat(ptmx); err != nil {
		part.Missing(t, part.Terminal, "run the test where "+ptmx+" exists")
	}
	if !isTerminal(open(ptmx, os.O_RDWR)) { // the controlling side of a new terminal
		t.Error("a terminal does not count as one")
	}
}
