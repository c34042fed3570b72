package databases_test

import (
	"database/sql"
	"database/sql/driver"
	"fmt"
	"slices"
	"strings"
	"testing"

	mariadbtest "github.com/previewset/previewset/test/fake/mariadb"
)

// The attacker is the preview shop_pr_4. As a pattern of GRANT, where "_" is any
// character, its name matches the name of the victim.
const attacker, victim = "shop_pr_4", "shopxpr_4"

// denied returns statements that access objects outside the preview's database, and the
// error numbers with which the server may reject them: 1044 no access to the database,
// 1045 no access to the server's files or to all databases, 1095 not the owner of the
// session, 1142 no privilege on the table, 1227 no privilege for the statement, 1370 no
// privilege on the routine, 1698 no privilege on the other account, 1959 no such role.
// session is the id of a session of the victim.
func denied(session string) []struct {
	sql  string
	want []uint16
} {
	type attempts = []struct {
		sql  string
		want []uint16
	}
	database := []uint16{1044}
	table := []uint16{1142}
	privilege := []uint16{1227}
	file := []uint16{1045, 1227} // depends on the version of MariaDB
	routine := []uint16{1370}
	return attempts{
		// Tables of another preview.
		{"USE shopxpr_4", database},
		{"SELECT * FROM shopxpr_4.secret", table},
		{"SELECT * FROM shopxpr_4.secrets", table},
		{"SELECT NEXTVAL(shopxpr_4.numbers)", table},
		{"INSERT INTO shopxpr_4.secret (v) VALUES ('x')", table},
		{"UPDATE shopxpr_4.secret SET v = 'x'", table},
		{"DELETE FROM shopxpr_4.secret", table},
		{"TRUNCATE shopxpr_4.secret", table},
		{"DROP TABLE shopxpr_4.log", table},
		{"DROP VIEW shopxpr_4.secrets", table},
		{"ALTER TABLE shopxpr_4.secret ADD COLUMN x INT", table},
		{"CREATE INDEX i ON shopxpr_4.secret (id)", table},
		{"CREATE TABLE shopxpr_4.x (v INT)", table},
		{"CREATE TEMPORARY TABLE shopxpr_4.x (v INT)", database},
		{"CREATE VIEW shopxpr_4.x AS SELECT 1", table},
		{"LOCK TABLES shopxpr_4.secret WRITE", []uint16{1142, 1044}},
		{"HANDLER shopxpr_4.secret OPEN", table},
		{"CHECKSUM TABLE shopxpr_4.secret", table},
		{"SHOW CREATE TABLE shopxpr_4.secret", table},
		{"SHOW COLUMNS FROM shopxpr_4.secret", table},
		{"SHOW TABLES FROM shopxpr_4", database},
		{"SHOW CREATE DATABASE shopxpr_4", database},
		{"RENAME TABLE shopxpr_4.secret TO shop_pr_4.stolen", table},
		// Tables of another preview, through the preview's own objects.
		{"RENAME TABLE own TO shopxpr_4.own", table},
		{"ALTER TABLE own RENAME shopxpr_4.own", table},
		{"CREATE TABLE copied AS SELECT * FROM shopxpr_4.secret", table},
		{"CREATE TABLE copied LIKE shopxpr_4.secret", table},
		{"CREATE TABLE child (id INT, FOREIGN KEY (id) REFERENCES shopxpr_4.secret (id))", table},
		{"CREATE TABLE merged (v INT) ENGINE=MERGE UNION=(shopxpr_4.secret)", table},
		{"CREATE VIEW peep AS SELECT * FROM shopxpr_4.secret", table},
		{"INSERT INTO own SELECT id FROM shopxpr_4.secret", table},
		{"UPDATE own, shopxpr_4.secret SET secret.v = 'x'", table},
		// Routines, triggers and events of another preview.
		{"SELECT shopxpr_4.how_many()", routine},
		{"CALL shopxpr_4.add_one()", routine},
		{"DROP FUNCTION shopxpr_4.how_many", routine},
		{"ALTER PROCEDURE shopxpr_4.add_one COMMENT 'x'", routine},
		{"CREATE FUNCTION shopxpr_4.f() RETURNS INT RETURN 1", database},
		{"CREATE PROCEDURE shopxpr_4.p() SELECT 1", database},
		{"CREATE TRIGGER shopxpr_4.t BEFORE INSERT ON shopxpr_4.secret FOR EACH ROW SET NEW.v = 'x'", table},
		{"DROP TRIGGER shopxpr_4.secret_log", table},
		{"CREATE EVENT shopxpr_4.e ON SCHEDULE EVERY 1 DAY DO SELECT 1", database},
		{"ALTER EVENT shopxpr_4.nightly DISABLE", database},
		{"DROP EVENT shopxpr_4.nightly", database},
		// Privileges of another user.
		{"CREATE DEFINER=root@127.0.0.1 VIEW v AS SELECT * FROM mysql.user", append(privilege, 1142)},
		{"CREATE DEFINER=root@127.0.0.1 FUNCTION f() RETURNS INT RETURN 1", privilege},
		{"CREATE DEFINER=root@127.0.0.1 PROCEDURE p() SELECT * FROM shopxpr_4.secret", privilege},
		{"CREATE DEFINER=root@127.0.0.1 TRIGGER t BEFORE INSERT ON own FOR EACH ROW SET @x = 1", privilege},
		{"CREATE DEFINER=root@127.0.0.1 EVENT e ON SCHEDULE EVERY 1 DAY DO SELECT 1", privilege},
		{"CREATE DEFINER=shopxpr_4@`%` PROCEDURE p() SELECT * FROM shopxpr_4.secret", privilege},
		{"SET ROLE root", []uint16{1959}},
		// Databases: new databases, and databases that the preview's name matches as a
		// pattern.
		{"CREATE DATABASE other", database},
		{"CREATE DATABASE shopypr_4", database},
		{"CREATE DATABASE shop_pr_42", database},
		{"CREATE DATABASE `shop\\_pr\\_4`", database},
		{"DROP DATABASE shopxpr_4", database},
		{"ALTER DATABASE shopxpr_4 CHARACTER SET latin1", database},
		{"DROP DATABASE previewset", database},
		// Users and privileges.
		{"CREATE USER x", privilege},
		{"CREATE ROLE x", privilege},
		{"DROP USER shopxpr_4", privilege},
		{"RENAME USER shopxpr_4 TO x", privilege},
		{"ALTER USER shopxpr_4 IDENTIFIED BY 'x'", privilege},
		{"ALTER USER shop_pr_4 WITH MAX_USER_CONNECTIONS 0", privilege},
		{"ALTER USER CURRENT_USER() WITH MAX_USER_CONNECTIONS 0 MAX_STATEMENT_TIME 0", privilege},
		{"SET PASSWORD FOR root@127.0.0.1 = PASSWORD('x')", database},
		{"GRANT SELECT ON shop_pr_4.* TO shopxpr_4", database},
		{"GRANT ALL PRIVILEGES ON shopxpr_4.* TO shop_pr_4", database},
		{"GRANT ALL PRIVILEGES ON *.* TO shop_pr_4", []uint16{1045}},
		{"GRANT SELECT ON shopxpr_4.secret TO shop_pr_4", table},
		{"GRANT PROXY ON root TO shop_pr_4", []uint16{1698}},
		{"REVOKE ALL PRIVILEGES, GRANT OPTION FROM shopxpr_4", privilege},
		{"SHOW GRANTS FOR shopxpr_4", database},
		// Files of the server, and its plugins.
		{"LOAD DATA INFILE '/etc/passwd' INTO TABLE own", []uint16{1045}},
		{"SELECT 1 INTO OUTFILE '/tmp/previewset-isolation'", file},
		{"SELECT 1 INTO DUMPFILE '/tmp/previewset-isolation'", file},
		{"INSTALL SONAME 'ha_federatedx'", table},
		{"UNINSTALL PLUGIN unix_socket", table},
		{"CREATE FUNCTION f RETURNS STRING SONAME 'udf.so'", database},
		{"CREATE SERVER s FOREIGN DATA WRAPPER mysql OPTIONS (HOST 'x')", privilege},
		// The server.
		{"SET GLOBAL max_connections = 1", privilege},
		{"SET GLOBAL general_log = 1", privilege},
		{"SET SESSION sql_log_bin = 0", privilege},
		{"SET GLOBAL event_scheduler = OFF", privilege},
		{"KILL " + session, []uint16{1095}},
		{"FLUSH PRIVILEGES", privilege},
		{"FLUSH TABLES", privilege},
		{"SHUTDOWN", privilege},
		{"RESET MASTER", privilege},
		{"SHOW BINARY LOGS", privilege},
		{"SHOW MASTER STATUS", privilege},
		{"SHOW ENGINE INNODB STATUS", privilege},
		{"SELECT * FROM information_schema.innodb_trx", privilege},
		{"SELECT * FROM information_schema.innodb_sys_tables", privilege},
		// Tables of the server and of previewset.
		{"SELECT * FROM mysql.user", table},
		{"SELECT * FROM mysql.global_priv", table},
		{"SELECT * FROM mysql.db", table},
		{"SELECT * FROM mysql.proc", table},
		{"SELECT * FROM mysql.general_log", table},
		{"INSERT INTO mysql.db (host, db, user) VALUES ('%', '%', 'shop_pr_4')", table},
		{"SHOW TABLES FROM mysql", database},
		{"SELECT * FROM sys.session", table},
		{"SELECT * FROM performance_schema.threads", table},
		{"SELECT * FROM previewset.objects", table},
		{"INSERT INTO previewset.objects VALUES ('mysql', 'root', '')", table},
		{"UPDATE previewset.objects SET user = 'root'", table},
		{"DELETE FROM previewset.objects", table},
		{"SHOW TABLES FROM previewset", database},
		{"CREATE TABLE test.x (v INT)", table},
	}
}

// allowed returns statements about the preview's own objects. They must succeed: a
// server that rejects every statement would pass the test otherwise.
func allowed() []string {
	return []string{
		"CREATE TABLE again (v INT)",
		"INSERT INTO shop_pr_4.again VALUES (1)",
		"UPDATE again SET v = 2",
		"RENAME TABLE again TO once_more",
		"TRUNCATE once_more",
		"DROP TABLE once_more",
		"CREATE TABLE child (id INT, FOREIGN KEY (id) REFERENCES secret (id))",
		"CREATE VIEW own_view AS SELECT * FROM secret",
		"CREATE FUNCTION own_function() RETURNS INT RETURN 1",
		"ALTER PROCEDURE add_one COMMENT 'mine'",
		"CREATE TRIGGER own_trigger BEFORE INSERT ON own FOR EACH ROW SET NEW.v = 1",
		"CREATE EVENT own_event ON SCHEDULE EVERY 1 DAY STARTS CURRENT_TIMESTAMP + INTERVAL 1 DAY DO SELECT 1",
		"LOCK TABLES secret WRITE",
		"UNLOCK TABLES",
		"CREATE DATABASE IF NOT EXISTS shop_pr_4",
		"ALTER DATABASE shop_pr_4 CHARACTER SET utf8mb4",
		"SHOW GRANTS",
		"SET SESSION max_statement_time = 0",
		"SELECT own_function() + how_many()",
		// This succeeds but ends no session; the test checks the session of the victim.
		"KILL USER shopxpr_4",
	}
}

func TestMySQLIsolation(t *testing.T) {
	t.Parallel()
	f := newMySQLFixture(t)
	victimDB := f.create(t, victim)
	execAll(t, victimDB, mysqlSeed()...)
	db := f.create(t, attacker)
	execAll(t, db, mysqlSeed()...)
	execAll(t, db, "CREATE TABLE own (v INT)")
	session, err := victimDB.Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer session.Close()
	var id string
	if err := session.QueryRowContext(t.Context(), "SELECT CONNECTION_ID()").Scan(&id); err != nil {
		t.Fatal(err)
	}
	before := f.dump(t)
	for _, c := range denied(id) {
		if err := execInNewSession(t, db, c.sql); !slices.Contains(c.want, mysqlErrorNumber(err)) {
			t.Errorf("%s: got %v, want error %v", c.sql, err, c.want)
		}
	}
	if after := f.dump(t); after != before {
		t.Errorf("the statements changed the server: got\n%s\nwant\n%s", after, before)
	}
	for _, statement := range allowed() {
		if err := execInNewSession(t, db, statement); err != nil {
			t.Errorf("%s: %v", statement, err)
		}
	}
	if err := session.PingContext(t.Context()); err != nil {
		t.Errorf("the session of the victim has ended: %v", err)
	}
}

// execInNewSession runs a statement in a new session, so that statements do not affect
// each other.
func execInNewSession(t *testing.T, db *sql.DB, statement string) error {
	t.Helper()
	c, err := db.Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	defer c.Raw(func(any) error { return driver.ErrBadConn }) // removes the session from the pool
	_, err = c.ExecContext(t.Context(), statement)
	return err
}

// dump returns everything on the server that a denied statement could change.
func (f *mysqlFixture) dump(t *testing.T) string {
	t.Helper()
	var text strings.Builder
	for _, query := range []string{
		"SELECT * FROM mysql.global_priv ORDER BY user, host",
		"SELECT * FROM mysql.db ORDER BY db, user",
		"SELECT * FROM mysql.tables_priv",
		"SELECT * FROM mysql.proxies_priv",
		"SELECT * FROM mysql.plugin",
		"SELECT * FROM mysql.func",
		"SELECT * FROM mysql.servers",
		"SELECT db, name, definer, body, comment FROM mysql.proc WHERE db NOT IN ('mysql', 'sys') ORDER BY db, name",
		"SELECT db, name, definer, body, status FROM mysql.event ORDER BY db, name",
		"SELECT * FROM information_schema.schemata ORDER BY schema_name",
		"SELECT table_schema, table_name, column_name, column_type FROM information_schema.columns WHERE table_schema NOT IN ('information_schema', 'performance_schema') ORDER BY 1, 2, 3",
		"SELECT trigger_schema, trigger_name, definer, action_statement FROM information_schema.triggers WHERE trigger_schema <> 'sys' ORDER BY 1, 2",
		"SELECT variable_name, variable_value FROM information_schema.global_variables WHERE variable_name NOT LIKE 'gtid%' ORDER BY 1",
		"SELECT * FROM shopxpr_4.secret", "SELECT * FROM shopxpr_4.log",
		"SELECT * FROM shop_pr_4.own",
		"SELECT * FROM previewset.objects ORDER BY name",
	} {
		fmt.Fprintf(&text, "%s\n%s\n", query, strings.Join(f.rows(t, f.root, query), "\n"))
	}
	return text.String()
}

func TestMySQLPreviewsSeeOnlyTheirOwnObjects(t *testing.T) {
	t.Parallel()
	f := newMySQLFixture(t)
	execAll(t, f.create(t, victim), mysqlSeed()...)
	db := f.create(t, attacker)
	execAll(t, db, mysqlSeed()...)
	for query, want := range map[string]string{
		"SHOW DATABASES": "information_schema, shop_pr_4",
		"SELECT schema_name FROM information_schema.schemata":                                                                                 "information_schema, shop_pr_4",
		"SELECT DISTINCT table_schema FROM information_schema.tables WHERE table_schema NOT IN ('information_schema', 'performance_schema')":  "shop_pr_4",
		"SELECT DISTINCT table_schema FROM information_schema.columns WHERE table_schema NOT IN ('information_schema', 'performance_schema')": "shop_pr_4",
		"SELECT DISTINCT table_schema FROM information_schema.statistics":                                                                     "shop_pr_4",
		"SELECT DISTINCT table_schema FROM information_schema.views":                                                                          "shop_pr_4",
		"SELECT DISTINCT routine_schema FROM information_schema.routines":                                                                     "shop_pr_4",
		"SELECT DISTINCT specific_schema FROM information_schema.parameters":                                                                  "shop_pr_4",
		"SELECT DISTINCT trigger_schema FROM information_schema.triggers":                                                                     "shop_pr_4",
		"SELECT DISTINCT event_schema FROM information_schema.events":                                                                         "shop_pr_4",
		"SELECT DISTINCT constraint_schema FROM information_schema.table_constraints":                                                         "shop_pr_4",
		"SELECT DISTINCT constraint_schema FROM information_schema.referential_constraints":                                                   "shop_pr_4",
		"SELECT DISTINCT table_schema FROM information_schema.key_column_usage":                                                               "shop_pr_4",
		"SELECT DISTINCT grantee FROM information_schema.user_privileges":                                                                     "'shop_pr_4'@'%'",
		"SELECT DISTINCT grantee FROM information_schema.schema_privileges":                                                                   "'shop_pr_4'@'%'",
		"SELECT DISTINCT is_grantable FROM information_schema.schema_privileges":                                                              "NO",
		"SELECT DISTINCT table_schema FROM information_schema.schema_privileges":                                                              `shop\_pr\_4`,
		"SELECT DISTINCT user FROM information_schema.processlist":                                                                            "shop_pr_4",
		"SELECT COALESCE(LOAD_FILE('/etc/passwd'), 'nothing')":                                                                                "nothing",
		"SELECT COUNT(*) FROM information_schema.files":                                                                                       "0",
		"SELECT CURRENT_USER()": "shop_pr_4@%",
		"SELECT default_character_set_name FROM information_schema.schemata WHERE schema_name = DATABASE()": "utf8mb4",
		"SELECT v FROM secret WHERE v LIKE 'second%'":                                                       "second ☃",
	} {
		got, err := mariadbtest.Query(t.Context(), db, query)
		if err != nil || joinSorted(got) != want {
			t.Errorf("%s: got %s, %v; want %s", query, joinSorted(got), err, want)
		}
	}
	if len(f.rows(t, f.root, "SELECT 1 FROM information_schema.processlist WHERE user = ?", victim)) == 0 {
		t.Error("the victim has no session, so the query of processlist proves nothing")
	}
	// The seed created tables only in the previews' own databases.
	schemas := f.rows(t, f.root, "SELECT DISTINCT table_schema FROM information_schema.tables "+
		"WHERE table_schema NOT IN ('information_schema', 'mysql', 'performance_schema', 'sys', 'previewset')")
	if got := joinSorted(schemas); got != "shop_pr_4, shopxpr_4" {
		t.Errorf("databases with tables: got %s, want shop_pr_4, shopxpr_4", got)
	}
}

// TestMySQLUnescapedGrantMatchesOtherDatabases shows why previewset escapes the names in
// its grants: without that, the grant covers the database of the victim.
func TestMySQLUnescapedGrantMatchesOtherDatabases(t *testing.T) {
	t.Parallel()
	f := newMySQLFixture(t)
	execAll(t, f.create(t, victim), mysqlSeed()...)
	execAll(t, f.root, "CREATE USER naive IDENTIFIED BY 'naive'", "GRANT ALL PRIVILEGES ON `shop_pr_4`.* TO naive")
	if got := f.rows(t, f.Connect(t, "naive", "naive", ""), "SELECT v FROM shopxpr_4.secret"); len(got) == 0 {
		t.Error("the unescaped grant reads no rows of the victim")
	}
}
