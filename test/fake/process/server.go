package process

import (
	"net"
	"os"
	"os/user"
	"strconv"
	"syscall"
	"testing"
)

// Unprivileged returns the user for a server that refuses to run as root: the first
// of names that exists, or nil if root does not run the test.
func Unprivileged(tb testing.TB, names ...string) *syscall.Credential {
	tb.Helper()
	if os.Geteuid() != 0 {
		return nil
	}
	for _, name := range names {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, err := strconv.ParseUint(u.Uid, 10, 32)
		if err != nil {
			tb.Fatal(err)
		}
		gid, err := strconv.ParseUint(u.Gid, 10, 32)
		if err != nil {
			tb.Fatal(err)
		}
		return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
	}
	tb.Fatalf("the server does not run as root, and none of the users %q exists", names)
	return nil
}

// Folder makes a folder that user owns (nil: the user of the test), and removes it
// when the test ends. Other users cannot enter tb.TempDir.
func Folder(tb testing.TB, user *syscall.Credential) string {
	tb.Helper()
	dir, err := os.MkdirTemp("", "previewset-server-")
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := os.RemoveAll(dir); err != nil {
			tb.Error(err)
		}
	})
	if user != nil {
		if err := os.Chown(dir, int(user.Uid), int(user.Gid)); err != nil {
			tb.Fatal(err)
		}
	}
	return dir
}

// Attempts bounds the starts of a server. Another process may take a port between
// FreePort and the start.
const Attempts = 5

// FreePort returns a port of 127.0.0.1 that is free now.
func FreePort(tb testing.TB) int {
	tb.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		tb.Fatal(err)
	}
	defer listener.Close()
	return listener.Addr().(*net.TCPAddr).Port
}
