package process

import (
	"crypto/sha256"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"syscall"
	"testing"
)

// Initialized makes the folder data, which a program initializes. Because this takes most of
// the time of a short test, Initialized keeps a copy of the folder in test/databases/.cache
// for all later tests. key has everything on which the content depends: the version of the
// program and its arguments. initialize runs the program. user owns the files (nil: the user
// of the test).
func Initialized(tb testing.TB, data, key string, user *syscall.Credential, initialize func()) {
	tb.Helper()
	cache := kept(key, user)
	if exists(cache) {
		if err := copyFolder(tb, cache, data); err != nil {
			tb.Fatal(err)
		}
		return
	}
	initialize()
	if err := keep(tb, data, cache); err != nil {
		tb.Logf("later tests initialize their own data: %v", err)
	}
}

// kept returns the folder of the copy for a key.
func kept(key string, user *syscall.Credential) string {
	owner := os.Geteuid()
	if user != nil {
		owner = int(user.Uid)
	}
	hash := sha256.Sum256(fmt.Appendf(nil, "%s\nowner %d, test %d", key, owner, os.Geteuid()))
	_, here, _, _ := runtime.Caller(0)
	return filepath.Join(filepath.Dir(here), "..", "..", "databases", ".cache", fmt.Sprintf("data-%x", hash[:12]))
}

// keep copies data to cache. Other test processes see either nothing or the complete copy.
func keep(tb testing.TB, data, cache string) error {
	tb.Helper()
	if err := os.MkdirAll(filepath.Dir(cache), 0o755); err != nil {
		return err
	}
	unfinished, err := os.MkdirTemp(filepath.Dir(cache), "unfinished-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(unfinished) }() // a leftover does no harm
	complete := filepath.Join(unfinished, "data")
	if err := copyFolder(tb, data, complete); err != nil {
		return err
	}
	if err := os.Rename(complete, cache); err != nil && !exists(cache) {
		return err
	}
	return nil
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// copyFolder copies a folder with its owners and modes, which servers check.
func copyFolder(tb testing.TB, from, to string) error {
	tb.Helper()
	if out, err := exec.CommandContext(tb.Context(), "cp", "-Rp", from, to).CombinedOutput(); err != nil {
		return fmt.Errorf("cp: %w: %s", err, out)
	}
	return nil
}
