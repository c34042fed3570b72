package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestIsTerminal(t *testing.T) {
	open := func(name string, flag int) *os.File {
		t.Helper()
		f, err := os.OpenFile(name, flag, 0o600)
		if err != nil {
			t.Skipf("%v", err)
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
	if !isTerminal(open("/dev/ptmx", os.O_RDWR)) { // one side of a new terminal
		t.Error("a terminal does not count as one")
	}
}
