package postgres

import (
	"fmt"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/previewset/previewset/test/fake/process"
)

// Superuser and Password are the credentials of a server's superuser.
const (
	Superuser = "postgres"
	Password  = "superuser-canary-51c2"
)

// startTimeout bounds the start of a server.
const startTimeout = time.Minute

// ready matches the log of a server that accepts connections.
var ready = regexp.MustCompile("ready to accept connections")

// Server is a running PostgreSQL server.
type Server struct {
	// Host and Port are the address of the server.
	Host string
	Port int

	*process.Process
}

// Start runs a server until the test ends. Settings are parameters of the server, for
// example "log_statement=all".
func Start(t testing.TB, i Installation, settings ...string) *Server {
	t.Helper()
	user := process.Unprivileged(t, "postgres", "nobody")
	dir := process.Folder(t, user)
	secret := filepath.Join(dir, "password")
	if err := os.WriteFile(secret, []byte(Password), 0o644); err != nil {
		t.Fatal(err)
	}
	data := filepath.Join(dir, "data")
	options := []string{"--username", Superuser, "--auth", "scram-sha-256", "--encoding", "UTF8", "--locale", "C", "--no-sync"}
	key := fmt.Sprintf("%s\n%q\n%s", i.release(t), options, Password)
	process.Initialized(t, data, key, user, func() {
		initdb := exec.Command(filepath.Join(i.Bin, "initdb"), append(options, "--pgdata", data, "--pwfile", secret)...)
		initdb.Dir, initdb.Env, initdb.SysProcAttr = dir, process.Environment(), &syscall.SysProcAttr{Credential: user}
		if out, err := initdb.CombinedOutput(); err != nil {
			t.Fatalf("initdb: %v\n%s", err, out)
		}
	})
	args := []string{"-D", data, "-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories="}
	for _, setting := range append([]string{"fsync=off"}, settings...) {
		args = append(args, "-c", setting)
	}
	for range process.Attempts {
		s := &Server{Host: "127.0.0.1", Port: process.FreePort(t)}
		s.Process = process.Start(t, process.Command{
			Path: filepath.Join(i.Bin, "postgres"), Args: append(args, "-p", strconv.Itoa(s.Port)), Dir: dir, User: user,
			End: syscall.SIGQUIT, // immediate shutdown: the data is removed as well
		})
		_, err := s.AwaitLog(startTimeout, ready)
		if err == nil {
			return s
		}
		if !strings.Contains(s.Log(), "Address already in use") {
			t.Fatalf("PostgreSQL does not start: %v\n%s", err, s.Log())
		}
	}
	t.Fatalf("PostgreSQL found no free port in %d attempts", process.Attempts)
	return nil
}

// URL returns the URL with which a role connects to a database. It holds the password.
func (s *Server) URL(role, password, database string) string {
	u := url.URL{
		Scheme: "postgres", User: url.UserPassword(role, password),
		Host: net.JoinHostPort(s.Host, strconv.Itoa(s.Port)), Path: "/" + database, RawQuery: "sslmode=disable",
	}
	return u.String()
}
