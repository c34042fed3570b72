package stack

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
)

// Postgres is a PostgreSQL server, prepared for previews as the guide describes.
type Postgres struct {
	// Bin is the folder of the programs.
	Bin string
	// URL is the URL with which the administrator connects. The administrator is not a
	// superuser. The URL holds the password.
	URL string

	port      int
	superuser string // password of the superuser
}

// StartPostgres starts a server with the given passwords of the superuser and the
// administrator, which must not need quoting in SQL. Its log has every statement.
func StartPostgres(ctx context.Context, p *Processes, superuser, administrator string) (*Postgres, error) {
	bin, err := postgresBin()
	if err != nil {
		return nil, err
	}
	account, err := unprivileged()
	if err != nil {
		return nil, fmt.Errorf("PostgreSQL: %w", err)
	}
	dir, err := initialize(ctx, bin, p.Dir, superuser, account)
	if err != nil {
		return nil, err
	}
	ports, err := freePorts(1)
	if err != nil {
		return nil, err
	}
	process, err := p.Start(Command{
		Name: "postgres", Path: filepath.Join(bin, "postgres"), User: account, Env: []string{"LC_ALL=C"},
		Args: []string{
			"-D", dir, "-p", strconv.Itoa(ports[0]), "-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=",
			"-c", "fsync=off", "-c", "log_statement=all",
			"-c", "dynamic_shared_memory_type=mmap", // in its folder, so that nothing remains after a kill
		},
	})
	if err != nil {
		return nil, err
	}
	s := &Postgres{Bin: bin, port: ports[0], superuser: superuser}
	s.URL = s.login("previewset", administrator, "postgres")
	if err := process.Await(ctx, s.ready); err != nil {
		return nil, err
	}
	return s, s.prepare(ctx, administrator)
}

// postgresBin returns the folder of the programs. It searches PREVIEWSET_POSTGRES, the
// folders of common systems, and PATH.
func postgresBin() (string, error) {
	found := filepath.SplitList(os.Getenv("PREVIEWSET_POSTGRES"))
	for _, pattern := range []string{
		"/usr/lib/postgresql/*/bin", "/opt/homebrew/opt/postgresql*/bin", "/usr/local/opt/postgresql*/bin",
	} {
		matches, err := filepath.Glob(pattern)
		if err != nil {
			return "", err
		}
		found = append(found, matches...)
	}
	for _, bin := range append(found, filepath.SplitList(os.Getenv("PATH"))...) {
		if hasPrograms(bin, "initdb", "postgres", "psql") {
			return bin, nil
		}
	}
	return "", errors.New("PostgreSQL is missing: install it (Debian: apt-get install postgresql), or set PREVIEWSET_POSTGRES to the folder of initdb, postgres and psql")
}

func hasPrograms(bin string, names ...string) bool {
	for _, name := range names {
		if _, err := os.Stat(filepath.Join(bin, name)); err != nil {
			return false
		}
	}
	return true
}

// initialize creates the server's data folder below parent and returns its path.
func initialize(ctx context.Context, bin, parent, superuser string, account *User) (string, error) {
	dir := filepath.Join(parent, "postgres")
	if err := os.Mkdir(dir, 0o700); err != nil {
		return "", err
	}
	password := filepath.Join(dir, "password")
	if err := os.WriteFile(password, []byte(superuser+"\n"), 0o600); err != nil {
		return "", err
	}
	if err := errors.Join(account.own(dir), account.own(password)); err != nil {
		return "", err
	}
	if account != nil {
		// The account must be able to traverse the parent folder.
		if err := os.Chmod(parent, 0o711); err != nil {
			return "", err
		}
	}
	data := filepath.Join(dir, "data")
	cmd := exec.CommandContext(ctx, filepath.Join(bin, "initdb"), "--pgdata", data, "--username", "postgres", "--pwfile", password,
		"--auth", "scram-sha-256", "--encoding", "UTF8", "--locale", "C", "--no-sync")
	cmd.Dir, cmd.SysProcAttr = dir, attributes(account)
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("initdb: %w\n%s", err, out)
	}
	return data, os.Remove(password)
}

// login returns the URL with which a role connects to a database.
func (s *Postgres) login(role, password, database string) string {
	u := url.URL{
		Scheme: "postgres", User: url.UserPassword(role, password), Host: fmt.Sprintf("127.0.0.1:%d", s.port),
		Path: "/" + database, RawQuery: "sslmode=disable",
	}
	return u.String()
}

func (s *Postgres) ready(ctx context.Context) error {
	_, err := s.Query(ctx, "postgres", "SELECT 1")
	return err
}

// prepare creates the administrator and revokes the default privileges of PUBLIC. It keeps
// the password out of the log.
func (s *Postgres) prepare(ctx context.Context, administrator string) error {
	_, err := s.Query(ctx, "postgres",
		"SET log_statement = none",
		"CREATE ROLE previewset LOGIN CREATEROLE CREATEDB PASSWORD '"+administrator+"'",
		"REVOKE CONNECT, TEMPORARY ON DATABASE postgres, template1 FROM PUBLIC",
		"GRANT CONNECT ON DATABASE postgres TO previewset")
	return err
}

// Query runs statements in a database as the superuser. It returns the same as QueryAs.
func (s *Postgres) Query(ctx context.Context, database string, statements ...string) (string, error) {
	return s.QueryAs(ctx, s.login("postgres", s.superuser, database), statements...)
}

// QueryAs runs statements with the login of url. It returns one line per row, with the
// columns separated by "|".
func (s *Postgres) QueryAs(ctx context.Context, url string, statements ...string) (string, error) {
	args := []string{"--no-psqlrc", "--no-password", "--quiet", "--tuples-only", "--no-align", "--set", "ON_ERROR_STOP=1"}
	for _, statement := range statements {
		args = append(args, "--command", statement)
	}
	out, err := exec.CommandContext(ctx, filepath.Join(s.Bin, "psql"), append(args, url)...).CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("psql: %w: %s", err, out)
	}
	return strings.TrimSpace(string(out)), nil
}
