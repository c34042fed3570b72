package databases_test

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	driver "github.com/go-sql-driver/mysql"

	"github.com/previewset/previewset/internal/database"
	"github.com/previewset/previewset/internal/database/mysql"
	mariadbtest "github.com/previewset/previewset/test/fake/mariadb"
)

// mysqlFixture is a MariaDB server and its administrators: root and previewset.
type mysqlFixture struct {
	*mariadbtest.Server
	root   *sql.DB
	server *mysql.Server
}

func newMySQLFixture(t *testing.T) *mysqlFixture {
	t.Helper()
	f := &mysqlFixture{Server: mariadbtest.Start(t)}
	f.root, f.server = f.Root(t), openMySQL(t, f.URL())
	return f
}

func openMySQL(t *testing.T, url string) *mysql.Server {
	t.Helper()
	s, err := mysql.Open(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

// mysqlRequest returns the request for a database of set shop. The name is also the id
// of the preview.
func mysqlRequest(name string) database.Request {
	return database.Request{
		Name: name, Mark: database.Mark{Set: "shop", ID: name, Source: "github.com/acme/shop"},
		Strategy: database.StrategyDatabase, ConnectionLimit: 10, StatementTimeout: 30 * time.Second,
		Password: rand.Text(), Progress: func(string, ...any) {},
	}
}

// create creates the database of a preview and returns a connection pool of its user.
func (f *mysqlFixture) create(t *testing.T, name string) *sql.DB {
	t.Helper()
	access, err := f.server.Create(t.Context(), mysqlRequest(name))
	if err != nil {
		t.Fatal(err)
	}
	return f.Connect(t, access.User, access.Password, access.Database)
}

// drop drops the database of a preview. The test fails if there is none.
func (f *mysqlFixture) drop(t *testing.T, name string) {
	t.Helper()
	if dropped, err := f.server.Drop(t.Context(), name, mysqlRequest(name).Mark, time.Minute); err != nil || !dropped {
		t.Errorf("drop %s: got %v, %v; want true", name, dropped, err)
	}
}

// assertNoLeftovers fails the test if the server has any object of a preview.
func (f *mysqlFixture) assertNoLeftovers(t *testing.T) {
	t.Helper()
	for kind, query := range map[string]string{
		"users":     "SELECT user, host FROM mysql.user WHERE user NOT IN ('root', 'mariadb.sys')",
		"accounts":  "SELECT user, host FROM mysql.global_priv WHERE user NOT IN ('root', 'mariadb.sys')",
		"grants":    "SELECT user, db FROM mysql.db",
		"databases": "SELECT schema_name FROM information_schema.schemata WHERE schema_name NOT IN ('information_schema', 'mysql', 'performance_schema', 'sys', 'previewset')",
		"rows":      "SELECT name FROM previewset.objects",
		"tables":    "SELECT table_name FROM information_schema.tables WHERE table_schema NOT IN ('information_schema', 'mysql', 'performance_schema', 'sys', 'previewset')",
		"routines":  "SELECT db, name FROM mysql.proc WHERE db NOT IN ('mysql', 'sys')",
		"events":    "SELECT db, name FROM mysql.event",
		"sessions":  "SELECT user, info FROM information_schema.processlist WHERE user NOT IN ('root', 'previews', 'event_scheduler', 'system user')",
	} {
		if got := f.rows(t, f.root, query); len(got) != 0 {
			t.Errorf("leftover %s: %v", kind, got)
		}
	}
}

func (f *mysqlFixture) rows(t *testing.T, db *sql.DB, query string, args ...any) []string {
	t.Helper()
	got, err := mariadbtest.Query(t.Context(), db, query, args...)
	if err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	return got
}

func execAll(t *testing.T, db *sql.DB, statements ...string) {
	t.Helper()
	for _, s := range statements {
		if _, err := db.ExecContext(t.Context(), s); err != nil {
			t.Fatalf("%s: %v", s, err)
		}
	}
}

// mysqlErrorNumber returns the error number of the server, or 0 if err is not an error
// of the server.
func mysqlErrorNumber(err error) uint16 {
	var serverError *driver.MySQLError
	if errors.As(err, &serverError) {
		return serverError.Number
	}
	return 0
}

// mysqlSeed returns the statements of a typical migration. None of them names the
// database.
func mysqlSeed() []string {
	return []string{
		"CREATE TABLE secret (id INT AUTO_INCREMENT PRIMARY KEY, v VARCHAR(99) UNIQUE) ENGINE=InnoDB",
		"CREATE TABLE log (v VARCHAR(99), id INT, FOREIGN KEY (id) REFERENCES secret (id))",
		"CREATE TRIGGER secret_log AFTER INSERT ON secret FOR EACH ROW INSERT INTO log VALUES (NEW.v, NEW.id)",
		"INSERT INTO secret (v) VALUES ('first'), ('second ☃')",
		"CREATE VIEW secrets AS SELECT v FROM secret",
		"CREATE FUNCTION how_many() RETURNS INT READS SQL DATA RETURN (SELECT COUNT(*) FROM secret)",
		"CREATE PROCEDURE add_one() INSERT INTO secret (v) VALUES ('called')",
		"CREATE EVENT nightly ON SCHEDULE EVERY 1 DAY STARTS CURRENT_TIMESTAMP + INTERVAL 1 DAY DO CALL add_one()",
		"CREATE SEQUENCE numbers",
		"CREATE TEMPORARY TABLE scratch (v INT)",
		"ALTER TABLE secret ADD COLUMN more INT, ADD INDEX (more)",
		"CALL add_one()",
	}
}

// awaitCondition polls the server until condition returns true, for at most a minute.
func awaitCondition(t *testing.T, name string, condition func(ctx context.Context) bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	ticker := time.NewTicker(10 * time.Millisecond)
	defer ticker.Stop()
	for !condition(ctx) {
		select {
		case <-ctx.Done():
			t.Fatalf("timeout waiting for %s", name)
		case <-ticker.C:
		}
	}
}

func joinSorted(list []string) string { return strings.Join(slices.Sorted(slices.Values(list)), ", ") }
