package databases_test

import (
	"context"
	"errors"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/previewset/previewset/internal/database"
	"github.com/previewset/previewset/internal/database/mysql"
	mariadbtest "github.com/previewset/previewset/test/fake/mariadb"
)

func TestMySQLLimits(t *testing.T) {
	b := newMySQLBed(t)
	request := mysqlRequest("shop_pr_4")
	request.ConnectionLimit, request.StatementTimeout = 2, 150*time.Millisecond
	access, err := b.server.Create(t.Context(), request)
	if err != nil {
		t.Fatal(err)
	}
	db := b.Connect(t, access.User, access.Password, access.Database)
	for range request.ConnectionLimit {
		c, err := db.Conn(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		if _, err := c.ExecContext(t.Context(), "SELECT SLEEP(20)"); mysqlNumber(err) != 1969 {
			t.Errorf("a long statement: %v, want error 1969", err)
		}
	}
	if err := db.PingContext(t.Context()); mysqlNumber(err) != 1226 {
		t.Errorf("a session too many: %v, want error 1226", err)
	}
	// The application is at work, and has all sessions.
	if _, err := b.server.Create(t.Context(), request); err != nil {
		t.Errorf("created again: %v", err)
	}
	for _, change := range []func(*database.Request){
		func(r *database.Request) { r.ConnectionLimit = 0 },
		func(r *database.Request) { r.StatementTimeout = time.Microsecond },
		func(r *database.Request) { r.Strategy = database.StrategySchema },
		func(r *database.Request) { r.Strategy = database.StrategySnapshot },
	} {
		request := mysqlRequest("shop_pr_5")
		change(&request)
		if _, err := b.server.Create(t.Context(), request); err == nil {
			t.Errorf("created %+v", request)
		}
	}
	shortest := mysqlRequest("shop_pr_6")
	shortest.StatementTimeout = time.Millisecond
	if _, err := b.server.Create(t.Context(), shortest); err != nil {
		t.Error(err)
	}
	b.drop(t, "shop_pr_4")
	b.drop(t, "shop_pr_6")
	b.nothingLeft(t)
}

func TestMySQLLogHasNoPassword(t *testing.T) {
	b := newMySQLBed(t)
	execAll(t, b.root, "SET GLOBAL log_output = 'TABLE'", "SET GLOBAL general_log = 1", "SET GLOBAL slow_query_log = 1", "SET GLOBAL long_query_time = 0")
	request := mysqlRequest("shop_pr_4")
	for range 2 {
		if _, err := b.server.Create(t.Context(), request); err != nil {
			t.Fatal(err)
		}
	}
	log := strings.Join(b.rows(t, b.root, "SELECT argument FROM mysql.general_log"), "\n") +
		strings.Join(b.rows(t, b.root, "SELECT sql_text FROM mysql.slow_log"), "\n")
	for _, want := range []string{"CREATE USER", "ALTER USER", "GRANT ALL", "shop_pr_4@"} {
		if !strings.Contains(log, want) {
			t.Errorf("the log has no %s:\n%s", want, log)
		}
	}
	if strings.Contains(log, request.Password) || strings.Contains(log, b.Password) {
		t.Errorf("the log has a password:\n%s", log)
	}
}

func TestMySQLOpenServers(t *testing.T) {
	b := newMySQLBed(t)
	for _, c := range []struct {
		name, want string
		open       []string
		closed     []string // with which it is an error even so
		setup      []string
	}{
		{
			name: "anonymous account", want: "DROP USER ''@'localhost'",
			setup: []string{"CREATE USER ''@localhost"},
		},
		{
			// As mariadb-install-db leaves it.
			name: "test database", want: "db WHERE user = '' AND db = 'test'", open: []string{"test", "test_%"}, closed: []string{"test_%"},
			setup: []string{
				"CREATE DATABASE test", "CREATE USER ''@'%'",
				"GRANT ALL PRIVILEGES ON test.* TO ''@'%'", "GRANT ALL PRIVILEGES ON `test\\_%`.* TO ''@'%'",
				"DELETE FROM mysql.global_priv WHERE user = ''", "FLUSH PRIVILEGES",
			},
		},
		{
			name: "databases like test_", want: `db = 'test\\_%'`, open: []string{"test_%"}, closed: []string{"test"},
			setup: []string{
				"CREATE USER ''@'%'", "GRANT ALL PRIVILEGES ON `test\\_%`.* TO ''@'%'",
				"DELETE FROM mysql.global_priv WHERE user = ''", "FLUSH PRIVILEGES",
			},
		},
		{
			name: "granted to all", want: "db = 'common'", open: []string{"common"},
			setup: []string{"CREATE DATABASE common", "GRANT SELECT ON common.* TO PUBLIC"},
		},
		{
			name: "a table granted to all", want: "mysql.tables_priv WHERE user = 'PUBLIC' AND db = 'common'", open: []string{"common"},
			setup: []string{"CREATE DATABASE common", "CREATE TABLE common.t (v INT)", "GRANT SELECT ON common.t TO PUBLIC"},
		},
		{
			name: "a function granted to all", want: "mysql.procs_priv WHERE user = 'PUBLIC' AND db = 'common'", open: []string{"common"},
			setup: []string{"CREATE DATABASE common", "CREATE FUNCTION common.f() RETURNS INT RETURN 1", "GRANT EXECUTE ON FUNCTION common.f TO PUBLIC"},
		},
		{
			name: "everything granted to all", want: "sees mysql, previewset, sys",
			setup: []string{"GRANT SELECT ON *.* TO PUBLIC"},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			execAll(t, b.root, c.setup...)
			request := mysqlRequest("shop_pr_4")
			_, err := b.server.Create(t.Context(), request)
			if !errors.Is(err, database.ErrOpen) || !strings.Contains(err.Error(), c.want) {
				t.Errorf("created: %v, want %v with %s", err, database.ErrOpen, c.want)
			}
			if request.Open = c.closed; c.closed != nil {
				if _, err := b.server.Create(t.Context(), request); !errors.Is(err, database.ErrOpen) {
					t.Errorf("created with %v open: %v, want %v", c.closed, err, database.ErrOpen)
				}
			}
			if request.Open = c.open; c.open != nil {
				if _, err := b.server.Create(t.Context(), request); err != nil {
					t.Errorf("created with %v open: %v", c.open, err)
				}
			}
			execAll(t, b.root, "DROP DATABASE IF EXISTS test", "DROP DATABASE IF EXISTS common")
			for _, table := range []string{"global_priv", "db", "tables_priv", "procs_priv"} {
				execAll(t, b.root, "DELETE FROM mysql."+table+" WHERE user IN ('', 'PUBLIC')")
			}
			execAll(t, b.root, "FLUSH PRIVILEGES")
			if _, err := b.server.Create(t.Context(), mysqlRequest(request.Name)); err != nil {
				t.Errorf("created when it was closed: %v", err)
			}
			b.drop(t, request.Name)
			b.nothingLeft(t)
		})
	}
}

// TestMySQLAdministrator is of the one that the package's documentation asks for.
func TestMySQLAdministrator(t *testing.T) {
	b := newMySQLBed(t)
	const password = "c4nary/?#:@"
	execAll(t, b.root, "CREATE USER previews@127.0.0.1 IDENTIFIED BY '"+password+"'",
		"GRANT SELECT, INSERT, UPDATE, DELETE, CREATE, DROP, REFERENCES, INDEX, ALTER, CREATE TEMPORARY TABLES, LOCK TABLES, EXECUTE, "+
			"CREATE VIEW, SHOW VIEW, CREATE ROUTINE, ALTER ROUTINE, EVENT, TRIGGER, DELETE HISTORY, CREATE USER, PROCESS, CONNECTION ADMIN "+
			"ON *.* TO previews@127.0.0.1 WITH GRANT OPTION")
	admin := url.URL{Scheme: "mysql", User: url.UserPassword("previews", password), Host: b.Address, RawQuery: "tls=preferred"}
	b.server = openMySQL(t, admin.String())
	access, err := b.server.Create(t.Context(), mysqlRequest("shop_pr_4"))
	if err != nil {
		t.Fatal(err)
	}
	if got := access.Options.Encode(); got != "tls=preferred" {
		t.Errorf("options %q", got)
	}
	db := b.Connect(t, access.User, access.Password, access.Database)
	execAll(t, db, mysqlSeed()...)
	if got, err := b.server.List(t.Context()); err != nil || len(got) != 1 {
		t.Errorf("listed %v, %v", got, err)
	}
	b.drop(t, "shop_pr_4")
	execAll(t, b.root, "DROP USER previews@127.0.0.1")
	b.nothingLeft(t)
	if err := db.PingContext(t.Context()); err == nil {
		t.Error("the session did not end")
	}

	wrong := url.URL{Scheme: "mysql", User: url.UserPassword("root", password), Host: b.Address}
	encrypted := url.URL{Scheme: "mysql", User: url.UserPassword("root", password), Host: b.Address, RawQuery: "tls=true"}
	for _, u := range []url.URL{wrong, encrypted} {
		s, err := mysql.Open(t.Context(), u.String())
		if err == nil {
			s.Close()
			t.Fatalf("opened %s", u.Redacted())
		}
		if strings.Contains(err.Error(), password) || strings.Contains(err.Error(), url.QueryEscape(password)) {
			t.Errorf("error %q holds the password", err)
		}
	}
}

// TestMySQLInterrupted cuts the administrator's sessions at each of its commands,
// before the server has it and before its answer is back.
func TestMySQLInterrupted(t *testing.T) {
	b := newMySQLBed(t)
	request := mysqlRequest("shop_pr_4")
	for _, when := range []cut{beforeCommand, beforeAnswer} {
		for n := 1; ; n++ {
			if n > 100 {
				t.Fatal("it is never done")
			}
			err := b.through(t, when, n, func(ctx context.Context, s *mysql.Server) error {
				_, err := s.Create(ctx, request)
				return err
			})
			if done := err == nil; done {
				if n < 10 {
					t.Errorf("created with %d commands", n)
				}
				break
			}
			access, err := b.server.Create(t.Context(), request)
			if err != nil {
				t.Fatalf("created after it was cut at command %d: %v", n, err)
			}
			execAll(t, b.Connect(t, access.User, access.Password, access.Database), "CREATE TABLE t (v INT)")
			b.drop(t, request.Name)
			b.nothingLeft(t)
		}
		for n := 1; ; n++ {
			if n > 100 {
				t.Fatal("it is never done")
			}
			if _, err := b.server.Create(t.Context(), request); err != nil {
				t.Fatal(err)
			}
			err := b.through(t, when, n, func(ctx context.Context, s *mysql.Server) error {
				_, err := s.Drop(ctx, request.Name, request.Mark)
				return err
			})
			if _, again := b.server.Drop(t.Context(), request.Name, request.Mark); again != nil {
				t.Fatalf("dropped after it was cut at command %d: %v", n, again)
			}
			b.nothingLeft(t)
			if err == nil {
				if n < 10 {
					t.Errorf("dropped with %d commands", n)
				}
				break
			}
		}
	}
}

// TestMySQLHalfMade has each state that an interruption leaves.
func TestMySQLHalfMade(t *testing.T) {
	b := newMySQLBed(t)
	request := mysqlRequest("shop_pr_4")
	b.create(t, "shop_pr_4")
	row := "INSERT INTO previewset.objects VALUES ('shop_pr_4', 'shop_pr_4', '" + request.Mark.String() + "')"
	b.drop(t, "shop_pr_4")
	for name, state := range map[string][]string{
		"row":               {row},
		"row and user":      {row, "CREATE USER shop_pr_4 ACCOUNT LOCK"},
		"row and database":  {row, "CREATE DATABASE shop_pr_4", "CREATE TABLE shop_pr_4.t (v INT)"},
		"all but the grant": {row, "CREATE USER shop_pr_4", "CREATE DATABASE shop_pr_4"},
	} {
		t.Run(name, func(t *testing.T) {
			execAll(t, b.root, state...)
			b.drop(t, "shop_pr_4")
			b.nothingLeft(t)
			execAll(t, b.root, state...)
			access, err := b.server.Create(t.Context(), request)
			if err != nil {
				t.Fatal(err)
			}
			execAll(t, b.Connect(t, access.User, access.Password, access.Database), "CREATE TABLE own (v INT)")
			b.drop(t, "shop_pr_4")
			b.nothingLeft(t)
		})
	}
}

func TestMySQLDropIsBounded(t *testing.T) {
	b := newMySQLBed(t)
	db := b.create(t, "shop_pr_4")
	// Somebody else's lock on the database, which no ending of the preview's own
	// sessions lifts.
	execAll(t, b.root, "CREATE TABLE shop_pr_4.t (v INT)")
	c, err := b.root.Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if _, err := c.ExecContext(t.Context(), "LOCK TABLES shop_pr_4.t READ"); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	if _, err := b.server.Drop(ctx, "shop_pr_4", mysqlRequest("shop_pr_4").Mark); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("dropped: %v, want %v", err, context.DeadlineExceeded)
	}
	// Until it goes, neither sessions nor events of the preview's get at it.
	if got := b.rows(t, b.root, "SELECT user FROM mysql.db"); len(got) != 0 {
		t.Errorf("rights of %v are left", got)
	}
	db.SetMaxIdleConns(0)
	if err := db.PingContext(t.Context()); mysqlNumber(err) != 4151 {
		t.Errorf("the user: %v, want error 4151, that its account is locked", err)
	}
	if _, err := c.ExecContext(t.Context(), "UNLOCK TABLES"); err != nil {
		t.Fatal(err)
	}
	if got, err := mariadbtest.Query(t.Context(), b.root, "SELECT name FROM previewset.objects"); err != nil || len(got) != 1 {
		t.Errorf("the row of what is half there: %v, %v", got, err)
	}
	b.drop(t, "shop_pr_4")
	b.nothingLeft(t)
}
