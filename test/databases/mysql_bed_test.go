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

// mysqlBed is a MariaDB of the test's own.
type mysqlBed struct {
	*mariadbtest.Server
	root   *sql.DB
	server *mysql.Server
}

func newMySQLBed(t *testing.T) *mysqlBed {
	t.Helper()
	b := &mysqlBed{Server: mariadbtest.Start(t)}
	b.root, b.server = b.Root(t), openMySQL(t, b.URL())
	return b
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

// mysqlRequest is one of a preview of set shop, whose id is the name.
func mysqlRequest(name string) database.Request {
	return database.Request{
		Name: name, Mark: database.Mark{Set: "shop", ID: name, Source: "github.com/acme/shop"},
		Strategy: database.StrategyDatabase, ConnectionLimit: 10, StatementTimeout: 30 * time.Second,
		Password: rand.Text(), Progress: func(string, ...any) {},
	}
}

// create makes a preview's database and returns sessions of its user there.
func (b *mysqlBed) create(t *testing.T, name string) *sql.DB {
	t.Helper()
	access, err := b.server.Create(t.Context(), mysqlRequest(name))
	if err != nil {
		t.Fatal(err)
	}
	return b.Connect(t, access.User, access.Password, access.Database)
}

// drop removes a preview's database, which must be there.
func (b *mysqlBed) drop(t *testing.T, name string) {
	t.Helper()
	if dropped, err := b.server.Drop(t.Context(), name, mysqlRequest(name).Mark); err != nil || !dropped {
		t.Errorf("drop %s: %v, %v", name, dropped, err)
	}
}

// nothingLeft fails the test if there is anything of a preview's.
func (b *mysqlBed) nothingLeft(t *testing.T) {
	t.Helper()
	for what, query := range map[string]string{
		"users":     "SELECT user, host FROM mysql.user WHERE user NOT IN ('root', 'mariadb.sys')",
		"accounts":  "SELECT user, host FROM mysql.global_priv WHERE user NOT IN ('root', 'mariadb.sys')",
		"rights":    "SELECT user, db FROM mysql.db",
		"databases": "SELECT schema_name FROM information_schema.schemata WHERE schema_name NOT IN ('information_schema', 'mysql', 'performance_schema', 'sys', 'previewset')",
		"rows":      "SELECT name FROM previewset.objects",
		"tables":    "SELECT table_name FROM information_schema.tables WHERE table_schema NOT IN ('information_schema', 'mysql', 'performance_schema', 'sys', 'previewset')",
		"routines":  "SELECT db, name FROM mysql.proc WHERE db NOT IN ('mysql', 'sys')",
		"events":    "SELECT db, name FROM mysql.event",
		"sessions":  "SELECT user, info FROM information_schema.processlist WHERE user NOT IN ('root', 'previews', 'event_scheduler', 'system user')",
	} {
		if got := b.rows(t, b.root, query); len(got) != 0 {
			t.Errorf("%s are left: %v", what, got)
		}
	}
}

func (b *mysqlBed) rows(t *testing.T, db *sql.DB, query string, args ...any) []string {
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

// mysqlNumber returns the number of the server's error; 0 if it is none.
func mysqlNumber(err error) uint16 {
	var answer *driver.MySQLError
	if errors.As(err, &answer) {
		return answer.Number
	}
	return 0
}

// mysqlSeed is what a migration of an application makes: nothing of it names its
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

// retried calls do until ok holds, for at most ten seconds: for what servers do
// in their own time.
func retried(t *testing.T, what string, ok func(ctx context.Context) bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	ticker := time.NewTicker(10 * time.Millisecond)
	defer ticker.Stop()
	for !ok(ctx) {
		select {
		case <-ctx.Done():
			t.Fatalf("%s: it never came", what)
		case <-ticker.C:
		}
	}
}

func quoted(list []string) string { return strings.Join(slices.Sorted(slices.Values(list)), ", ") }
