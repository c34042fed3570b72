package postgres

import (
	"bytes"
	"net"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// Superuser is the name of a server's superuser, and Password its password.
const (
	Superuser = "postgres"
	Password  = "superuser-canary-51c2"
)

// patience bounds how long a server takes to start or to stop.
const patience = time.Minute

// Server is one running PostgreSQL.
type Server struct {
	// Host and Port are where it listens.
	Host string
	Port int

	said *record
}

// Start runs a server until the test ends. The settings are options of the
// server: "log_statement=all".
func Start(t testing.TB, i Installation, settings ...string) *Server {
	t.Helper()
	uid, gid := identity(t)
	dir := folder(t, uid, gid)
	secret := filepath.Join(dir, "password")
	if err := os.WriteFile(secret, []byte(Password), 0o644); err != nil {
		t.Fatal(err)
	}
	data := filepath.Join(dir, "data")
	initdb := exec.Command(filepath.Join(i.Bin, "initdb"), "--pgdata", data, "--username", Superuser, "--pwfile", secret,
		"--auth", "scram-sha-256", "--encoding", "UTF8", "--locale", "C", "--no-sync")
	initdb.Dir, initdb.Env, initdb.SysProcAttr = dir, environment(), attributes(uid, gid)
	if out, err := initdb.CombinedOutput(); err != nil {
		t.Fatalf("initdb: %v\n%s", err, out)
	}
	options := []string{"-D", data, "-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories="}
	for _, setting := range append([]string{"fsync=off"}, settings...) {
		options = append(options, "-c", setting)
	}
	// A port that was free can be taken by the time the server asks for it.
	for range 5 {
		port := freePort(t)
		cmd := exec.Command(filepath.Join(i.Bin, "postgres"), append(options, "-p", strconv.Itoa(port))...)
		cmd.Dir, cmd.Env, cmd.SysProcAttr = dir, environment(), attributes(uid, gid)
		s := &Server{Host: "127.0.0.1", Port: port, said: &record{ready: make(chan struct{})}}
		cmd.Stdout, cmd.Stderr = s.said, s.said
		if s.run(t, cmd) {
			return s
		}
		if !strings.Contains(s.Log(), "Address already in use") {
			t.Fatalf("PostgreSQL does not start:\n%s", s.Log())
		}
	}
	t.Fatal("PostgreSQL finds no free port")
	return nil
}

// URL returns how a role gets to a database of the server.
func (s *Server) URL(role, password, database string) string {
	u := url.URL{
		Scheme: "postgres", User: url.UserPassword(role, password),
		Host: net.JoinHostPort(s.Host, strconv.Itoa(s.Port)), Path: "/" + database, RawQuery: "sslmode=disable",
	}
	return u.String()
}

// Log returns what the server said so far.
func (s *Server) Log() string { return s.said.String() }

// run starts the server, and stops it when the test ends. It reports whether
// the server takes connections; one that does not has ended.
func (s *Server) run(t testing.TB, cmd *exec.Cmd) bool {
	t.Helper()
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() {
		_ = cmd.Wait()
		close(ended)
	}()
	t.Cleanup(func() { stop(t, cmd.Process, ended) })
	select {
	case <-s.said.ready:
		return true
	case <-ended:
	case <-time.After(patience):
		t.Errorf("PostgreSQL isn't ready after %s", patience)
	}
	return false
}

// stop ends a server at once: its data is thrown away.
func stop(t testing.TB, p *os.Process, ended <-chan struct{}) {
	// It may have ended already.
	_ = p.Signal(syscall.SIGQUIT)
	select {
	case <-ended:
	case <-time.After(patience):
		t.Errorf("PostgreSQL hasn't ended after %s", patience)
		_ = p.Kill()
		<-ended
	}
}

// identity returns whom the server is run as: itself where it is not root, whom
// PostgreSQL refuses. 0 is for "as the test".
func identity(t testing.TB) (uid, gid uint32) {
	t.Helper()
	if os.Getuid() != 0 {
		return 0, 0
	}
	for _, name := range []string{"postgres", "nobody"} {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		id, _ := strconv.ParseUint(u.Uid, 10, 32)
		group, _ := strconv.ParseUint(u.Gid, 10, 32)
		return uint32(id), uint32(group)
	}
	t.Fatal("PostgreSQL can't be run as root, and there is neither a user postgres nor nobody")
	return 0, 0
}

// folder returns a new folder of the user. It isn't t.TempDir, which only the
// test's own user can get into.
func folder(t testing.TB, uid, gid uint32) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "previewset-postgres-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	})
	if uid != 0 {
		if err := os.Chown(dir, int(uid), int(gid)); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// environment is that of the programs: messages in English.
func environment() []string { return []string{"PATH=" + os.Getenv("PATH"), "LC_ALL=C", "TZ=UTC"} }

func freePort(t testing.TB) int {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	return listener.Addr().(*net.TCPAddr).Port
}

// record keeps what a server says, and tells when it says that it is ready.
type record struct {
	mu    sync.Mutex
	said  bytes.Buffer
	ready chan struct{}
	told  bool
}

// Write takes what the server says.
func (r *record) Write(p []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	n, err := r.said.Write(p)
	if !r.told && bytes.Contains(r.said.Bytes(), []byte("ready to accept connections")) {
		r.told = true
		close(r.ready)
	}
	return n, err
}

// String returns what the server said so far.
func (r *record) String() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.said.String()
}
