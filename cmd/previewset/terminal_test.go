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
			t.Skipf("it can't be looked at: %v", err)
		}
		t.Cleanup(func() { _ = f.Close() })
		return f
	}
	if isTerminal(&strings.Builder{}) {
		t.Error("a buffer is one")
	}
	if isTerminal(open(filepath.Join(t.TempDir(), "file"), os.O_CREATE|os.O_WRONLY)) {
		t.Error("a file is one")
	}
	if isTerminal(open(os.DevNull, os.O_WRONLY)) {
		t.Error("the null device is one")
	}
	if !isTerminal(open("/dev/ptmx", os.O_RDWR)) { // one side of a new terminal
		t.Error("a terminal is none")
	}
}
