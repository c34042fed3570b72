package mariadb

import (
	"context"
	"crypto/rand"
	"database/sql"
	"fmt"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	driver "github.com/go-sql-driver/mysql"

	"github.com/previewset/previewset/test/fake/part"
	"github.com/previewset/previewset/test/fake/process"
)

// startTimeout bounds the start of a server.
const startTimeout = time.Minute

// logSize reduces the data folder to a tenth of its default size.
const logSize = "--innodb-log-file-size=8M"

// Server is a running MariaDB server. Like after mariadb-secure-installation, it has no
// anonymous accounts and no database named test.
type Server struct {
	// Address is "127.0.0.1:port".
	Address string
	// Password is the password of root@127.0.0.1, which has all privileges.
	Password string
}

// Start runs a server until the test ends. It skips the test if MariaDB is not
// installed (see part.Missing).
func Start(t testing.TB) *Server {
	t.Helper()
	daemon, install := command(t, "mariadbd"), command(t, "mariadb-install-db")
	user := process.Unprivileged(t, "mysql", "nobody")
	dir := process.Folder(t, user)
	s := &Server{Password: rand.Text()}
	initFile := filepath.Join(dir, "init.sql")
	statements := "CREATE USER root@127.0.0.1 IDENTIFIED BY '" + s.Password + "';\n" +
		"GRANT ALL PRIVILEGES ON *.* TO root@127.0.0.1 WITH GRANT OPTION;\n"
	if err := os.WriteFile(initFile, []byte(statements), 0o644); err != nil {
		t.Fatal(err)
	}
	data := filepath.Join(dir, "data")
	// root@localhost can only log in through the socket, as the system's root.
	options := []string{"--auth-root-authentication-method=socket", "--skip-name-resolve", "--skip-test-db", logSize}
	version, err := exec.CommandContext(t.Context(), daemon, "--no-defaults", "--version").Output()
	if err != nil {
		t.Fatal(err)
	}
	process.Initialized(t, data, fmt.Sprintf("%s%q", version, options), user, func() {
		cmd := exec.CommandContext(t.Context(), install, append([]string{"--no-defaults", "--datadir=" + data, "--tmpdir=" + dir}, options...)...)
		cmd.Dir, cmd.SysProcAttr = dir, &syscall.SysProcAttr{Credential: user}
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("mariadb-install-db: %v\n%s", err, out)
		}
	})
	args := []string{
		"--no-defaults", "--datadir=" + data, "--init-file=" + initFile, "--bind-address=127.0.0.1", "--skip-name-resolve",
		// Relative to the data folder: the path of a socket has at most 107 bytes.
		"--socket=mariadb.sock", "--pid-file=mariadb.pid", "--tmpdir=" + dir,
		"--event-scheduler=on", logSize, "--innodb-buffer-pool-size=32M",
		"--innodb-flush-log-at-trx-commit=0", "--skip-innodb-doublewrite",
	}
	for range process.Attempts {
		port := strconv.Itoa(process.FreePort(t))
		s.Address = net.JoinHostPort("127.0.0.1", port)
		if s.awaitReady(t, process.Start(t, process.Command{
			Path: daemon, Args: append(args, "--port="+port), Dir: dir, User: user,
			End: syscall.SIGKILL, // the data is removed as well
		})) {
			return s
		}
	}
	t.Fatalf("MariaDB found no free port in %d attempts", process.Attempts)
	return nil
}

// URL returns the URL with which root connects. It holds the password.
func (s *Server) URL() string {
	u := url.URL{Scheme: "mysql", User: url.UserPassword("root", s.Password), Host: s.Address, Path: "/"}
	return u.String()
}

// Connect returns a connection pool of a user; database is the default database or "".
// It connects on first use. The end of the test closes the pool.
func (s *Server) Connect(t testing.TB, user, password, database string) *sql.DB {
	t.Helper()
	config := driver.NewConfig()
	config.Net, config.Addr, config.User, config.Passwd, config.DBName = "tcp", s.Address, user, password, database
	config.InterpolateParams = true
	config.Timeout = 10 * time.Second
	config.Logger = &driver.NopLogger{}
	connector, err := driver.NewConnector(config)
	if err != nil {
		t.Fatal(err)
	}
	db := sql.OpenDB(connector)
	t.Cleanup(func() { _ = db.Close() })
	return db
}

// Root returns a connection pool of root.
func (s *Server) Root(t testing.TB) *sql.DB {
	t.Helper()
	return s.Connect(t, "root", s.Password, "")
}

// awaitReady waits until root can log in. MariaDB creates the account before it opens
// the port. awaitReady returns false if the process ended because its port is taken.
func (s *Server) awaitReady(t testing.TB, p *process.Process) bool {
	t.Helper()
	root := s.Root(t)
	err := p.Await(startTimeout, 20*time.Millisecond, func() error { return root.PingContext(t.Context()) })
	if err != nil && !strings.Contains(p.Log(), "Bind on TCP/IP port") {
		t.Fatalf("MariaDB is not ready: %v\n%s", err, p.Log())
	}
	return err == nil
}

// command returns the path of a MariaDB program. Debian installs the server in
// /usr/sbin, which is only in root's PATH.
func command(t testing.TB, name string) string {
	t.Helper()
	for _, candidate := range []string{name, "/usr/sbin/" + name} {
		if path, err := exec.LookPath(candidate); err == nil {
			return path
		}
	}
	part.Missing(t, part.MariaDB, "install "+name+" (Debian: apt-get install mariadb-server)")
	return ""
}

// Query returns the rows of a query. The values of each row are joined by "|".
func Query(ctx context.Context, db interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}, query string, args ...any,
) ([]string, error) {
	rows, err := db.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		return nil, err
	}
	var list []string
	for rows.Next() {
		values, targets := make([]sql.NullString, len(columns)), make([]any, len(columns))
		for i := range values {
			targets[i] = &values[i]
		}
		if err := rows.Scan(targets...); err != nil {
			return nil, err
		}
		texts := make([]string, len(columns))
		for i, v := range values {
			texts[i] = v.String
		}
		list = append(list, strings.Join(texts, "|"))
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("read the rows: %w", err)
	}
	return list, nil
}
