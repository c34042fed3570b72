package databases_test

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"fmt"
	"strings"
	"sync"
	"testing"

	mariadbtest "github.com/previewset/previewset/test/fake/mariadb"
)

// mysqlAttacker is a preview whose code wants to stop its drop, or the database jobs of
// other previews.
type mysqlAttacker struct {
	*mysqlFixture
	name string
	db   *sql.DB
	// background are statements that end with their sessions.
	background *sync.WaitGroup
}

func (f *mysqlFixture) attacker(t *testing.T, name string) mysqlAttacker {
	t.Helper()
	a := mysqlAttacker{mysqlFixture: f, name: name, db: f.create(t, name), background: &sync.WaitGroup{}}
	t.Cleanup(a.background.Wait)
	a.run(t, "CREATE TABLE victims (id INT PRIMARY KEY, v VARCHAR(99)) ENGINE=InnoDB", "INSERT INTO victims VALUES (1, 'a'), (2, 'b')")
	return a
}

// run executes statements in a session that ends after them.
func (a mysqlAttacker) run(t *testing.T, statements ...string) {
	t.Helper()
	c := a.session(t)
	a.execIn(t, c, statements)
	// The pool ends a session that it believes to be broken.
	_ = c.Raw(func(any) error { return driver.ErrBadConn })
}

// hold executes statements in a session that stays open.
func (a mysqlAttacker) hold(t *testing.T, statements ...string) {
	t.Helper()
	c := a.session(t)
	t.Cleanup(func() { c.Close() })
	a.execIn(t, c, statements)
}

// start executes statements like hold. The last one does not end by itself: start returns
// while it runs.
func (a mysqlAttacker) start(t *testing.T, statements ...string) {
	t.Helper()
	c := a.session(t)
	first, last := statements[:len(statements)-1], statements[len(statements)-1]
	a.execIn(t, c, first)
	var id string
	if err := c.QueryRowContext(t.Context(), "SELECT CONNECTION_ID()").Scan(&id); err != nil {
		t.Fatal(err)
	}
	a.background.Go(func() {
		defer c.Close()
		_, _ = c.ExecContext(t.Context(), last) // the drop ends the session
	})
	awaitCondition(t, last, func(ctx context.Context) bool {
		busy, err := mariadbtest.Query(ctx, a.root, "SELECT id FROM information_schema.processlist WHERE id = ? AND command = 'Query'", id)
		return err == nil && len(busy) == 1
	})
}

func (a mysqlAttacker) session(t *testing.T) *sql.Conn {
	t.Helper()
	c, err := a.db.Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func (a mysqlAttacker) execIn(t *testing.T, c *sql.Conn, statements []string) {
	t.Helper()
	for _, s := range statements {
		if _, err := c.ExecContext(t.Context(), s); err != nil {
			t.Fatalf("%.200s: %v", s, err)
		}
	}
}

// prepareXA returns the statements that prepare an XA transaction with a lock on a row.
func prepareXA(xid, statement string) []string {
	return []string{"XA START " + xid, statement, "XA END " + xid, "XA PREPARE " + xid}
}

// numbered returns format with the numbers from 1 to n.
func numbered(n int, format string) (list []string) {
	for i := range n {
		list = append(list, fmt.Sprintf(format, i+1))
	}
	return list
}

// update locks a row of the table that each attacker has.
const update = "UPDATE victims SET v = CONCAT(v, 'x') WHERE id = 1"

// unkillable returns a statement whose session the server does not end before its function
// returns. The time grows with the square of n.
func unkillable(n int) string {
	return fmt.Sprintf("SELECT LOCATE(CONCAT(REPEAT('a', %d), 'b'), REPEAT('a', %d))", n, 2*n)
}

// mysqlAttack is an attempt to stop a drop.
type mysqlAttack struct {
	name string
	do   func(t *testing.T, a mysqlAttacker)
}

// mysqlAttacks returns the attacks that one preview can make at the same time.
func mysqlAttacks() []mysqlAttack {
	run := func(statements ...string) func(*testing.T, mysqlAttacker) {
		return func(t *testing.T, a mysqlAttacker) { a.run(t, statements...) }
	}
	hold := func(statements ...string) func(*testing.T, mysqlAttacker) {
		return func(t *testing.T, a mysqlAttacker) { a.hold(t, statements...) }
	}
	start := func(statements ...string) func(*testing.T, mysqlAttacker) {
		return func(t *testing.T, a mysqlAttacker) { a.start(t, statements...) }
	}
	return []mysqlAttack{
		// Transactions that outlive their sessions. Each preview uses ids of its own.
		{"prepared transaction without a session", func(t *testing.T, a mysqlAttacker) {
			a.run(t, prepareXA("'"+a.name+"'", "UPDATE victims SET v = 'x' WHERE id = 2")...)
		}},
		{"prepared transaction of a session", func(t *testing.T, a mysqlAttacker) {
			a.run(t, "CREATE TABLE xa_open (v INT) ENGINE=InnoDB")
			a.hold(t, prepareXA("'"+a.name+"','open'", "INSERT INTO xa_open VALUES (1)")...)
		}},
		{"prepared transaction with a binary id", func(t *testing.T, a mysqlAttacker) {
			a.run(t, "CREATE TABLE xa_binary (v INT) ENGINE=InnoDB")
			a.run(t, prepareXA(fmt.Sprintf("X'ff0027%x',X'0a5c',2147483647", a.name), "INSERT INTO xa_binary VALUES (1)")...)
		}},
		{"fifty prepared transactions", func(t *testing.T, a mysqlAttacker) {
			a.run(t, "CREATE TABLE xa_many (v INT) ENGINE=InnoDB")
			for i := range 50 {
				a.run(t, prepareXA(fmt.Sprintf("'%s','%d'", a.name, i), "INSERT INTO xa_many VALUES (1)")...)
			}
		}},
		{"prepared transaction that changed nothing", func(t *testing.T, a mysqlAttacker) {
			a.run(t, prepareXA("'"+a.name+"','empty'", "SELECT * FROM victims")...)
		}},
		// Sessions with locks.
		{"transaction that began with XA START", func(t *testing.T, a mysqlAttacker) {
			a.hold(t, "XA START '"+a.name+"','active'", "SELECT * FROM victims")
		}},
		{"transaction with row locks", hold("SET innodb_lock_wait_timeout = 1000000", "CREATE TABLE tx (v INT)", "BEGIN", "INSERT INTO tx VALUES (1)")},
		{"transaction that read", hold("SET SESSION TRANSACTION ISOLATION LEVEL SERIALIZABLE", "CREATE TABLE readers (v INT)", "BEGIN", "SELECT * FROM readers")},
		{"locked tables", hold("CREATE TABLE locked (v INT)", "LOCK TABLES locked WRITE")},
		{"backup lock", hold("CREATE TABLE backed_up (v INT)", "BACKUP LOCK backed_up")},
		{"open handler", hold("CREATE TABLE handled (v INT)", "HANDLER handled OPEN")},
		{"temporary tables", hold("CREATE TEMPORARY TABLE scratch1 (v INT) ENGINE=InnoDB", "CREATE TEMPORARY TABLE scratch2 (v INT) ENGINE=MyISAM")},
		{"named locks", hold("SET lock_wait_timeout = 31536000", "DO GET_LOCK('shop_pr_4', 0), GET_LOCK('previewset', 0), GET_LOCK('previewset.objects', 0)")},
		{"session that hardly ends", start("SET max_statement_time = 0", "CREATE TABLE slow (v INT)", "BEGIN", "SELECT * FROM slow", unkillable(20_000))},
		{"function that sleeps", start("SET max_statement_time = 0", "BEGIN", "CREATE TABLE asleep (v INT)", "SELECT * FROM asleep", "SELECT SLEEP(100000)")},
		{"function that computes", start("SET max_statement_time = 0", "DO BENCHMARK(1000000000000, MD5('x'))")},
		{"table that is being created", start("SET max_statement_time = 0", "CREATE TABLE copying AS SELECT SLEEP(100000)")},
		{"rollback of many rows", start("CREATE TABLE many (v INT PRIMARY KEY, w CHAR(100)) ENGINE=InnoDB", "BEGIN", "INSERT INTO many SELECT seq, 'x' FROM seq_1_to_20000", "SELECT SLEEP(100000)")},
		{"procedure that creates tables", start(
			"CREATE PROCEDURE flood() BEGIN DECLARE i INT DEFAULT 0; DECLARE CONTINUE HANDLER FOR SQLEXCEPTION SET i = i; "+
				"WHILE i < 1000 DO SET i = i + 1; EXECUTE IMMEDIATE CONCAT('CREATE TABLE flood', i, ' (v INT)'); END WHILE; SELECT SLEEP(100000); END", "CALL flood()")},
		{"reconnect storm", reconnectStorm},
		// Events run without a client.
		{"events that sleep", events("SELECT SLEEP(100000)", "SELECT SLEEP(100001)", "SELECT SLEEP(100002)")},
		{"event that replaces its table", events("CREATE OR REPLACE TABLE from_event AS SELECT SLEEP(0.5)")},
		{"event that handles all errors", events("BEGIN DECLARE CONTINUE HANDLER FOR SQLEXCEPTION SET @e = 1; " +
			"WHILE TRUE DO INSERT INTO victims VALUES (RAND() * 100000, 'event'); DO SLEEP(0.5); END WHILE; END")},
		{"default role", run("SET DEFAULT ROLE NONE")},
		// Objects.
		{"seed", hold(mysqlSeed()...)},
		{"views without tables", run("CREATE TABLE gone (v INT)", "CREATE VIEW v1 AS SELECT * FROM gone", "CREATE VIEW v2 AS SELECT * FROM v1", "DROP TABLE gone")},
		{"package", run("SET sql_mode = ORACLE", "CREATE PACKAGE kit AS FUNCTION f RETURN INT; END", "CREATE PACKAGE BODY kit AS FUNCTION f RETURN INT AS BEGIN RETURN 1; END; END")},
		{"definer's procedures", run(numbered(100, "CREATE PROCEDURE p%d() SQL SECURITY DEFINER SELECT * FROM victims")...)},
		{"engines", run("CREATE TABLE e1 (v INT) ENGINE=MyISAM", "CREATE TABLE e2 (v INT) ENGINE=Aria TRANSACTIONAL=1", "CREATE TABLE e3 (v INT NOT NULL) ENGINE=CSV",
			"CREATE TABLE e4 (v INT) ENGINE=MEMORY", "CREATE TABLE e5 (v INT) ENGINE=MERGE UNION=(e1)", "INSERT INTO e3 VALUES (1)")},
		{"files in another folder", run("EXECUTE IMMEDIATE CONCAT('CREATE TABLE elsewhere (v INT) ENGINE=InnoDB DATA DIRECTORY=''', @@tmpdir, '''')")},
		{"discarded tablespace", run("CREATE TABLE discarded (v INT) ENGINE=InnoDB", "ALTER TABLE discarded DISCARD TABLESPACE")},
		{"partitions", run("CREATE TABLE parts (v INT) ENGINE=InnoDB PARTITION BY HASH(v) PARTITIONS 200")},
		{"many tables", run(numbered(200, "CREATE TABLE many_%d (v INT) ENGINE=InnoDB")...)},
		{"names", run("CREATE TABLE `"+strings.Repeat("n", 64)+"` (v INT)", "CREATE TABLE `"+strings.Repeat("☃", 40)+"` (v INT)", "CREATE TABLE `a/b\\\\c'd\"e``f.g?h%i_j;--` (v INT)",
			"CREATE TABLE `CASE` (v INT)", "CREATE TABLE `case` (v INT)", "CREATE TABLE `#sql-1` (v INT)", "CREATE VIEW `..` AS SELECT 1", "CREATE TABLE `db.opt` (v INT)")},
		{"circle of foreign keys", run("CREATE TABLE f1 (id INT PRIMARY KEY, o INT)", "CREATE TABLE f2 (id INT PRIMARY KEY, o INT, FOREIGN KEY (o) REFERENCES f1 (id))",
			"ALTER TABLE f1 ADD FOREIGN KEY (o) REFERENCES f2 (id)", "SET foreign_key_checks = 0", "CREATE TABLE f3 (id INT PRIMARY KEY, FOREIGN KEY (id) REFERENCES missing (id))")},
		{"full-text index", run("CREATE TABLE words (t TEXT, FULLTEXT (t)) ENGINE=InnoDB", "INSERT INTO words VALUES ('a long word')")},
		{"versioned and compressed tables", run("CREATE TABLE versions (v INT) WITH SYSTEM VERSIONING", "CREATE TABLE packed (v INT) ENGINE=InnoDB PAGE_COMPRESSED=1", "CREATE TABLE small (v INT) ENGINE=InnoDB ROW_FORMAT=COMPRESSED")},
		{"triggers", run("CREATE TRIGGER loop1 BEFORE INSERT ON victims FOR EACH ROW SET NEW.v = SLEEP(0)", "CREATE TRIGGER loop2 AFTER DELETE ON victims FOR EACH ROW DO RELEASE_LOCK('x')")},
	}
}

// reconnectStorm has four clients that connect again as soon as the server ends their
// sessions.
func reconnectStorm(t *testing.T, a mysqlAttacker) {
	const denied, noUser = 4151, 1045
	for range 4 {
		a.background.Go(func() {
			for t.Context().Err() == nil {
				_, err := a.db.ExecContext(t.Context(), "SELECT SLEEP(100000)")
				if number := mysqlErrorNumber(err); number == denied || number == noUser {
					return
				}
			}
		})
	}
}

// events creates events with these bodies that start each second. It waits for the session
// of one.
func events(bodies ...string) func(*testing.T, mysqlAttacker) {
	return func(t *testing.T, a mysqlAttacker) {
		for i, body := range bodies {
			a.run(t, fmt.Sprintf("CREATE EVENT `%d %.40s` ON SCHEDULE EVERY 1 SECOND DO %s", i, body, body))
		}
		awaitCondition(t, bodies[0], func(ctx context.Context) bool {
			busy, err := mariadbtest.Query(ctx, a.root, "SELECT id FROM information_schema.processlist WHERE user = ? AND command = 'Connect' AND info LIKE '%SLEEP%'", a.name)
			return err == nil && len(busy) > 0
		})
	}
}

// lastMySQLAttacks returns attacks after which the preview can't begin others.
func lastMySQLAttacks() []mysqlAttack {
	return []mysqlAttack{
		{"all prepared statements of the server", func(t *testing.T, a mysqlAttacker) {
			a.hold(t, numbered(100, "PREPARE s%d FROM 'SELECT 1'")...)
			if _, err := a.session(t).ExecContext(t.Context(), "PREPARE s FROM 'SELECT 1'"); mysqlErrorNumber(err) != 1461 {
				t.Errorf("got %v, want no more prepared statements", err)
			}
		}},
		{"all sessions", func(t *testing.T, a mysqlAttacker) {
			for {
				c, err := a.db.Conn(t.Context())
				if mysqlErrorNumber(err) == 1226 {
					return
				}
				if err != nil {
					t.Fatal(err)
				}
				t.Cleanup(func() { c.Close() })
			}
		}},
		{"other password", func(t *testing.T, a mysqlAttacker) { a.run(t, "SET PASSWORD = PASSWORD('changed')") }},
		{"dropped database", func(t *testing.T, a mysqlAttacker) { a.run(t, "DROP DATABASE "+a.name) }},
	}
}
