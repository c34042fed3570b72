package databases_test

import (
	"context"
	"errors"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/previewset/previewset/internal/database"
	"github.com/previewset/previewset/internal/database/mysql"
	mariadbtest "github.com/previewset/previewset/test/fake/mariadb"
)

func TestMySQLLimits(t *testing.T) {
	t.Parallel()
	f := newMySQLFixture(t)
	request := mysqlRequest("shop_pr_4")
	request.ConnectionLimit, request.StatementTimeout = 2, 150*time.Millisecond
	access, err := f.server.Create(t.Context(), request)
	if err != nil {
		t.Fatal(err)
	}
	db := f.Connect(t, access.User, access.Password, access.Database)
	for range request.ConnectionLimit {
		c, err := db.Conn(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		if _, err := c.ExecContext(t.Context(), "SELECT SLEEP(20)"); mysqlErrorNumber(err) != 1969 {
			t.Errorf("statement beyond the timeout: got %v, want error 1969", err)
		}
	}
	if err := db.PingContext(t.Context()); mysqlErrorNumber(err) != 1226 {
		t.Errorf("session beyond the limit: got %v, want error 1226", err)
	}
	// Create succeeds while the application uses all its sessions.
	if _, err := f.server.Create(t.Context(), request); err != nil {
		t.Errorf("second Create: %v", err)
	}
	for _, change := range []func(*database.Request){
		func(r *database.Request) { r.ConnectionLimit = 0 },
		func(r *database.Request) { r.StatementTimeout = time.Microsecond },
		func(r *database.Request) { r.Strategy = database.StrategySchema },
		func(r *database.Request) { r.Strategy = database.StrategySnapshot },
	} {
		request := mysqlRequest("shop_pr_5")
		change(&request)
		if _, err := f.server.Create(t.Context(), request); err == nil {
			t.Errorf("Create of %+v succeeded, want an error", request)
		}
	}
	shortest := mysqlRequest("shop_pr_6")
	shortest.StatementTimeout = time.Millisecond
	if _, err := f.server.Create(t.Context(), shortest); err != nil {
		t.Error(err)
	}
	f.drop(t, "shop_pr_4")
	f.drop(t, "shop_pr_6")
	f.assertNoLeftovers(t)
}

func TestMySQLLogHasNoPassword(t *testing.T) {
	t.Parallel()
	f := newMySQLFixture(t)
	execAll(t, f.root, "SET GLOBAL log_output = 'TABLE'", "SET GLOBAL general_log = 1", "SET GLOBAL slow_query_log = 1", "SET GLOBAL long_query_time = 0")
	request := mysqlRequest("shop_pr_4")
	for range 2 {
		if _, err := f.server.Create(t.Context(), request); err != nil {
			t.Fatal(err)
		}
	}
	log := strings.Join(f.rows(t, f.root, "SELECT argument FROM mysql.general_log"), "\n") +
		strings.Join(f.rows(t, f.root, "SELECT sql_text FROM mysql.slow_log"), "\n")
	for _, want := range []string{"CREATE USER", "ALTER USER", "GRANT ALL", "shop_pr_4@"} {
		if !strings.Contains(log, want) {
			t.Errorf("the log has no %s:\n%s", want, log)
		}
	}
	if strings.Contains(log, request.Password) || strings.Contains(log, f.Password) {
		t.Errorf("the log has a password:\n%s", log)
	}
}

func TestMySQLCreateRejectsOpenServers(t *testing.T) {
	t.Parallel()
	f := newMySQLFixture(t)
	for _, c := range []struct {
		name, want   string
		sufficient   []string // Request.Open with which Create succeeds
		insufficient []string // Request.Open with which Create still fails
		setup        []string
	}{
		{
			name: "anonymous account", want: "DROP USER ''@'localhost'",
			setup: []string{"CREATE USER ''@localhost"},
		},
		{
			// The default of mariadb-install-db.
			name: "test database", want: "db WHERE user = '' AND db = 'test'", sufficient: []string{"test", "test_%"}, insufficient: []string{"test_%"},
			setup: []string{
				"CREATE DATABASE test", "CREATE USER ''@'%'",
				"GRANT ALL PRIVILEGES ON test.* TO ''@'%'", "GRANT ALL PRIVILEGES ON `test\\_%`.* TO ''@'%'",
				"DELETE FROM mysql.global_priv WHERE user = ''", "FLUSH PRIVILEGES",
			},
		},
		{
			name: "databases like test_", want: `db = 'test\\_%'`, sufficient: []string{"test_%"}, insufficient: []string{"test"},
			setup: []string{
				"CREATE USER ''@'%'", "GRANT ALL PRIVILEGES ON `test\\_%`.* TO ''@'%'",
				"DELETE FROM mysql.global_priv WHERE user = ''", "FLUSH PRIVILEGES",
			},
		},
		{
			name: "database granted to PUBLIC", want: "db = 'common'", sufficient: []string{"common"},
			setup: []string{"CREATE DATABASE common", "GRANT SELECT ON common.* TO PUBLIC"},
		},
		{
			name: "table granted to PUBLIC", want: "mysql.tables_priv WHERE user = 'PUBLIC' AND db = 'common'", sufficient: []string{"common"},
			setup: []string{"CREATE DATABASE common", "CREATE TABLE common.t (v INT)", "GRANT SELECT ON common.t TO PUBLIC"},
		},
		{
			name: "function granted to PUBLIC", want: "mysql.procs_priv WHERE user = 'PUBLIC' AND db = 'common'", sufficient: []string{"common"},
			setup: []string{"CREATE DATABASE common", "CREATE FUNCTION common.f() RETURNS INT RETURN 1", "GRANT EXECUTE ON FUNCTION common.f TO PUBLIC"},
		},
		{
			name: "everything granted to PUBLIC", want: "sees mysql, previewset and sys",
			setup: []string{"GRANT SELECT ON *.* TO PUBLIC"},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			execAll(t, f.root, c.setup...)
			request := mysqlRequest("shop_pr_4")
			_, err := f.server.Create(t.Context(), request)
			if !errors.Is(err, database.ErrOpen) || !strings.Contains(err.Error(), c.want) {
				t.Errorf("Create: got %v, want %v with %s", err, database.ErrOpen, c.want)
			}
			if request.Open = c.insufficient; c.insufficient != nil {
				if _, err := f.server.Create(t.Context(), request); !errors.Is(err, database.ErrOpen) {
					t.Errorf("Create with Open %v: got %v, want %v", c.insufficient, err, database.ErrOpen)
				}
			}
			if request.Open = c.sufficient; c.sufficient != nil {
				if _, err := f.server.Create(t.Context(), request); err != nil {
					t.Errorf("Create with Open %v: %v", c.sufficient, err)
				}
			}
			execAll(t, f.root, "DROP DATABASE IF EXISTS test", "DROP DATABASE IF EXISTS common")
			for _, table := range []string{"global_priv", "db", "tables_priv", "procs_priv"} {
				execAll(t, f.root, "DELETE FROM mysql."+table+" WHERE user IN ('', 'PUBLIC')")
			}
			execAll(t, f.root, "FLUSH PRIVILEGES")
			if _, err := f.server.Create(t.Context(), mysqlRequest(request.Name)); err != nil {
				t.Errorf("Create after the grants were removed: %v", err)
			}
			f.drop(t, request.Name)
			f.assertNoLeftovers(t)
		})
	}
}

func TestMySQLConnectionShare(t *testing.T) {
	t.Parallel()
	f := newMySQLFixture(t)
	execAll(t, f.root, "SET GLOBAL max_connections = 45") // 5 are for the administrator
	for _, c := range []struct {
		name                 string
		previews, limit, own int
	}{
		{"shop_pr_1", 0, 20, 20},
		{"shop_pr_1", 0, 30, 30},
		{"shop_pr_2", 8, 20, 5},
		{"shop_pr_2", 1, 20, 5}, // a running preview keeps its limit
		{"shop_pr_2", 0, 7, 7},  // a configured limit applies at once
		{"shop_pr_3", database.UnknownPreviews, 20, 4},
		{"shop_pr_4", 1, 20, 20},
		{"shop_pr_5", 1000, 20, 1},
	} {
		request := mysqlRequest(c.name)
		request.Previews, request.ConnectionLimit = c.previews, c.limit
		access, err := f.server.Create(t.Context(), request)
		if err != nil {
			t.Fatal(err)
		}
		got := f.rows(t, f.root, "SELECT max_user_connections FROM mysql.user WHERE user = ?", c.name)
		if joinSorted(got) != strconv.Itoa(c.own) || access.ConnectionLimit != c.own || access.ServerConnections != 45 {
			t.Errorf("%+v: got %v, %d of %d connections", c, got, access.ConnectionLimit, access.ServerConnections)
		}
	}
}

// TestMySQLAdministrator uses an administrator with only the privileges that the
// documentation of package mysql requires.
func TestMySQLAdministrator(t *testing.T) {
	t.Parallel()
	f := newMySQLFixture(t)
	const password = "c4nary/?#:@"
	execAll(t, f.root, "CREATE USER previews@127.0.0.1 IDENTIFIED BY '"+password+"'",
		"GRANT SELECT, INSERT, UPDATE, DELETE, CREATE, DROP, REFERENCES, INDEX, ALTER, CREATE TEMPORARY TABLES, LOCK TABLES, EXECUTE, "+
			"CREATE VIEW, SHOW VIEW, CREATE ROUTINE, ALTER ROUTINE, EVENT, TRIGGER, DELETE HISTORY, CREATE USER, PROCESS, CONNECTION ADMIN "+
			"ON *.* TO previews@127.0.0.1 WITH GRANT OPTION")
	admin := url.URL{Scheme: "mysql", User: url.UserPassword("previews", password), Host: f.Address, RawQuery: "tls=preferred"}
	f.server = openMySQL(t, admin.String())
	access, err := f.server.Create(t.Context(), mysqlRequest("shop_pr_4"))
	if err != nil {
		t.Fatal(err)
	}
	if got := access.Options.Encode(); got != "tls=preferred" {
		t.Errorf("options %q, want tls=preferred", got)
	}
	db := f.Connect(t, access.User, access.Password, access.Database)
	execAll(t, db, mysqlSeed()...)
	if got, err := f.server.List(t.Context()); err != nil || len(got) != 1 {
		t.Errorf("listed %v, %v; want one object", got, err)
	}
	f.drop(t, "shop_pr_4")
	execAll(t, f.root, "DROP USER previews@127.0.0.1")
	f.assertNoLeftovers(t)
	if err := db.PingContext(t.Context()); err == nil {
		t.Error("the session did not end")
	}

	wrong := url.URL{Scheme: "mysql", User: url.UserPassword("root", password), Host: f.Address}
	encrypted := url.URL{Scheme: "mysql", User: url.UserPassword("root", password), Host: f.Address, RawQuery: "tls=true"}
	for _, u := range []url.URL{wrong, encrypted} {
		s, err := mysql.Open(t.Context(), u.String())
		if err == nil {
			s.Close()
			t.Fatalf("Open of %s succeeded, want an error", u.Redacted())
		}
		if strings.Contains(err.Error(), password) || strings.Contains(err.Error(), url.QueryEscape(password)) {
			t.Errorf("error %q holds the password", err)
		}
	}
}

// TestMySQLCreateAndDropResumeAfterInterruption interrupts Create and Drop at each of
// their commands, before the server gets the command and before the response returns.
func TestMySQLCreateAndDropResumeAfterInterruption(t *testing.T) {
	t.Parallel()
	f := newMySQLFixture(t)
	request := mysqlRequest("shop_pr_4")
	for _, point := range []interruption{beforeCommand, beforeResponse} {
		for n := 1; ; n++ {
			if n > 100 {
				t.Fatal("Create still fails with an interruption at command 100")
			}
			err := f.throughProxy(t, point, n, func(ctx context.Context, s *mysql.Server) error {
				_, err := s.Create(ctx, request)
				return err
			})
			if done := err == nil; done {
				if n < 10 {
					t.Errorf("Create sent fewer than %d commands, want at least 10", n)
				}
				break
			}
			access, err := f.server.Create(t.Context(), request)
			if err != nil {
				t.Fatalf("Create after an interruption at command %d: %v", n, err)
			}
			execAll(t, f.Connect(t, access.User, access.Password, access.Database), "CREATE TABLE t (v INT)")
			f.drop(t, request.Name)
			f.assertNoLeftovers(t)
		}
		for n := 1; ; n++ {
			if n > 100 {
				t.Fatal("Drop still fails with an interruption at command 100")
			}
			if _, err := f.server.Create(t.Context(), request); err != nil {
				t.Fatal(err)
			}
			err := f.throughProxy(t, point, n, func(ctx context.Context, s *mysql.Server) error {
				_, err := s.Drop(ctx, request.Name, request.Mark, time.Minute)
				return err
			})
			if _, again := f.server.Drop(t.Context(), request.Name, request.Mark, time.Minute); again != nil {
				t.Fatalf("Drop after an interruption at command %d: %v", n, again)
			}
			f.assertNoLeftovers(t)
			if err == nil {
				if n < 10 {
					t.Errorf("Drop sent fewer than %d commands, want at least 10", n)
				}
				break
			}
		}
	}
}

// TestMySQLPartialDatabases drops and completes each state that an interrupted Create
// can leave.
func TestMySQLPartialDatabases(t *testing.T) {
	t.Parallel()
	f := newMySQLFixture(t)
	request := mysqlRequest("shop_pr_4")
	f.create(t, "shop_pr_4")
	row := "INSERT INTO previewset.objects VALUES ('shop_pr_4', 'shop_pr_4', '" + request.Mark.String() + "')"
	f.drop(t, "shop_pr_4")
	for name, state := range map[string][]string{
		"row":               {row},
		"row and user":      {row, "CREATE USER shop_pr_4 ACCOUNT LOCK"},
		"row and database":  {row, "CREATE DATABASE shop_pr_4", "CREATE TABLE shop_pr_4.t (v INT)"},
		"all but the grant": {row, "CREATE USER shop_pr_4", "CREATE DATABASE shop_pr_4"},
	} {
		t.Run(name, func(t *testing.T) {
			execAll(t, f.root, state...)
			f.drop(t, "shop_pr_4")
			f.assertNoLeftovers(t)
			execAll(t, f.root, state...)
			access, err := f.server.Create(t.Context(), request)
			if err != nil {
				t.Fatal(err)
			}
			execAll(t, f.Connect(t, access.User, access.Password, access.Database), "CREATE TABLE own (v INT)")
			f.drop(t, "shop_pr_4")
			f.assertNoLeftovers(t)
		})
	}
}

func TestMySQLDropIsBounded(t *testing.T) {
	t.Parallel()
	f := newMySQLFixture(t)
	db := f.create(t, "shop_pr_4")
	// Another client holds a lock on a table. Ending the preview's sessions does not
	// release it.
	execAll(t, f.root, "CREATE TABLE shop_pr_4.t (v INT)")
	c, err := f.root.Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if _, err := c.ExecContext(t.Context(), "LOCK TABLES shop_pr_4.t READ"); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), hurried)
	defer cancel()
	if _, err := f.server.Drop(ctx, "shop_pr_4", mysqlRequest("shop_pr_4").Mark, time.Minute); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("Drop: got %v, want %v", err, context.DeadlineExceeded)
	}
	// Until the database is dropped, sessions and events of the preview cannot use it.
	if got := f.rows(t, f.root, "SELECT user FROM mysql.db"); len(got) != 0 {
		t.Errorf("users %v still have grants", got)
	}
	db.SetMaxIdleConns(0)
	if err := db.PingContext(t.Context()); mysqlErrorNumber(err) != 4151 {
		t.Errorf("login: got %v, want error 4151 (account is locked)", err)
	}
	if _, err := c.ExecContext(t.Context(), "UNLOCK TABLES"); err != nil {
		t.Fatal(err)
	}
	if got, err := mariadbtest.Query(t.Context(), f.root, "SELECT name FROM previewset.objects"); err != nil || len(got) != 1 {
		t.Errorf("previewset.objects: got %v, %v; want one row", got, err)
	}
	f.drop(t, "shop_pr_4")
	f.assertNoLeftovers(t)
}
