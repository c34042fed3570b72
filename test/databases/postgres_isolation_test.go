package databases_test

import (
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/previewset/previewset/internal/database"
)

// SQLSTATEs with which the server rejects statements (PostgreSQL manual, appendix A).
const (
	refused        = "42501" // insufficient_privilege
	noTable        = "42P01" // undefined_table
	noSchema       = "3F000" // invalid_schema_name
	divisionByZero = "22012" // division_by_zero: a query of the form 1/… found no rows
)

// objectsOfA creates the objects of the preview "a" in its schema.
const objectsOfA = `
CREATE TABLE secret (id int PRIMARY KEY, v text); INSERT INTO secret VALUES (1, 'canary-of-a');
ANALYZE secret;
CREATE SEQUENCE numbers; CREATE VIEW secret_view AS SELECT * FROM secret; CREATE MATERIALIZED VIEW secret_copy AS SELECT * FROM secret;
CREATE FUNCTION read_secret() RETURNS text LANGUAGE sql SECURITY DEFINER AS 'SELECT v FROM secret';
CREATE PROCEDURE act() LANGUAGE sql AS 'DELETE FROM secret';
CREATE TYPE status AS ENUM ('ok'); CREATE DOMAIN positive AS int CHECK (VALUE > 0);
SELECT lo_from_bytea(4711, 'canary-of-a');`

// attempt is a statement of the role "b", and the SQLSTATE with which the server must
// reject it.
type attempt struct{ name, sql, want string }

// schemaAttempts access objects of the preview "a" in the same database.
var schemaAttempts = []attempt{
	{"select", "SELECT * FROM a.secret", refused},
	{"insert", "INSERT INTO a.secret VALUES (2)", refused},
	{"update", "UPDATE a.secret SET v = ''", refused},
	{"delete", "DELETE FROM a.secret", refused},
	{"merge", "MERGE INTO a.secret USING (VALUES (1)) s (i) ON id = i WHEN MATCHED THEN DELETE", refused},
	{"truncate", "TRUNCATE a.secret", refused},
	{"lock", "LOCK TABLE a.secret", refused},
	{"copy out", "COPY a.secret TO STDOUT", refused},
	{"references", "CREATE TABLE refers (id int REFERENCES a.secret)", refused},
	{"trigger", "CREATE TRIGGER tr BEFORE INSERT ON a.secret EXECUTE FUNCTION suppress_redundant_updates_trigger()", refused},
	{"rule", "CREATE RULE ru AS ON INSERT TO a.secret DO NOTHING", refused},
	{"policy", "CREATE POLICY po ON a.secret", refused},
	{"inherit", "CREATE TABLE heir () INHERITS (a.secret)", refused},
	{"like", "CREATE TABLE alike (LIKE a.secret)", refused},
	{"alter table", "ALTER TABLE a.secret ADD COLUMN x int", refused},
	{"rename table", "ALTER TABLE a.secret RENAME TO mine", refused},
	{"table into schema", "CREATE TABLE t (); ALTER TABLE t SET SCHEMA a", refused},
	{"drop table", "DROP TABLE a.secret CASCADE", refused},
	{"index", "CREATE INDEX ON a.secret (v)", refused},
	{"statistics", "CREATE STATISTICS st ON id, v FROM a.secret", refused},
	{"comment", "COMMENT ON TABLE a.secret IS 'x'", refused},
	{"grant itself", "GRANT SELECT ON a.secret TO b", refused},
	{"grant schema", "GRANT USAGE ON SCHEMA a TO b", refused},
	{"view of it", "CREATE VIEW peek AS SELECT * FROM a.secret", refused},
	{"view", "SELECT * FROM a.secret_view", refused},
	{"materialized view", "SELECT * FROM a.secret_copy", refused},
	{"refresh", "REFRESH MATERIALIZED VIEW a.secret_copy", refused},
	{"nextval", "SELECT nextval('a.numbers')", refused},
	{"setval", "SELECT setval('a.numbers', 9)", refused},
	{"currval", "SELECT last_value FROM a.numbers", refused},
	{"sequence as default", "CREATE TABLE d (i int DEFAULT nextval('a.numbers'))", refused},
	{"function", "SELECT a.read_secret()", refused},
	{"procedure", "CALL a.act()", refused},
	{"replace function", "CREATE OR REPLACE FUNCTION a.read_secret() RETURNS text LANGUAGE sql AS 'SELECT 1'", refused},
	{"enum", "SELECT 'ok'::a.status", refused},
	{"alter type", "ALTER TYPE a.status ADD VALUE 'bad'", refused},
	{"domain", "CREATE TABLE d (p a.positive)", refused},
	{"row type", "CREATE TABLE d OF a.secret", refused},
	{"create in schema", "CREATE TABLE a.mine ()", refused},
	{"function in schema", "CREATE FUNCTION a.lower(text) RETURNS text LANGUAGE sql AS 'SELECT 1'", refused},
	{"drop schema", "DROP SCHEMA a CASCADE", refused},
	{"rename schema", "ALTER SCHEMA a RENAME TO mine", refused},
	{"search path", "SET search_path = a, b; SELECT * FROM secret", noTable},
	{"create by search path", "SET search_path = a; CREATE TABLE mine ()", noSchema},
	{"large object read", "SELECT lo_get(4711)", refused},
	{"large object open", "SELECT lo_open(4711, 131072)", refused},
	{"large object write", "SELECT lo_put(4711, 0, 'x')", refused},
	{"large object unlink", "SELECT lo_unlink(4711)", refused},
	{"large object grant", "GRANT SELECT ON LARGE OBJECT 4711 TO b", refused},
	{"large object data", "SELECT * FROM pg_largeobject", refused},
	{"default privileges", "ALTER DEFAULT PRIVILEGES FOR ROLE a GRANT ALL ON TABLES TO b", refused},
	{"drop owned", "DROP OWNED BY a", refused},
	{"reassign owned", "REASSIGN OWNED BY a TO b", refused},
	{"table to a", "CREATE TABLE t (); ALTER TABLE t OWNER TO a", refused},
	{"sample", "SELECT * FROM a.secret TABLESAMPLE SYSTEM (1)", refused},

	// The shared database itself.
	{"create in public", "CREATE TABLE public.t ()", refused},
	{"use public", "SELECT * FROM public.shared", refused},
	{"function in public", "SELECT public.common()", refused},
	{"schema", "CREATE SCHEMA more", refused},
	{"rename own schema", "ALTER SCHEMA b RENAME TO more", refused},
	{"trusted extension", "CREATE EXTENSION pgcrypto", refused},
	{"trusted extension in own schema", "CREATE EXTENSION pgcrypto SCHEMA b", refused},
	{"database settings", "ALTER DATABASE previews SET work_mem = '1GB'", refused},
	{"database comment", "COMMENT ON DATABASE previews IS 'x'", refused},
	{"database rename", "ALTER DATABASE previews RENAME TO mine", refused},
	{"grant database", "GRANT CONNECT ON DATABASE previews TO PUBLIC; SELECT 1/(has_database_privilege('public', 'previews', 'CONNECT'))::int", divisionByZero},
	{"publication", "CREATE PUBLICATION p", refused},
	{"alter public", "ALTER SCHEMA public OWNER TO b", refused},
}

// serverAttempts access the server and the role "a". They are the same for all
// strategies.
var serverAttempts = []attempt{
	{"create role", "CREATE ROLE more", refused},
	{"become a", "SET ROLE a", refused},
	{"become the superuser", "SET ROLE postgres", refused},
	{"become the administrator", "SET ROLE administrator", refused},
	{"session of a", "SET SESSION AUTHORIZATION a", refused},
	{"session of the superuser", "SET SESSION AUTHORIZATION postgres", refused},
	{"membership of a", "GRANT a TO b", refused},
	{"membership of the administrator", "GRANT administrator TO b", refused},
	{"predefined role", "GRANT pg_read_all_data TO b", refused},
	{"password of a", "ALTER ROLE a PASSWORD 'x'", refused},
	{"settings of a", "ALTER ROLE a SET search_path = b", refused},
	{"settings of all", "ALTER ROLE ALL SET work_mem = '1MB'", refused},
	{"own superuser", "ALTER ROLE b SUPERUSER", refused},
	{"own createrole", "ALTER ROLE b CREATEROLE", refused},
	{"own createdb", "ALTER ROLE b CREATEDB", refused},
	{"own replication", "ALTER ROLE b REPLICATION", refused},
	{"own bypassrls", "ALTER ROLE b BYPASSRLS", refused},
	{"own connection limit", "ALTER ROLE b CONNECTION LIMIT 100", refused},
	{"own validity", "ALTER ROLE b VALID UNTIL '2100-01-01'", refused},
	{"own name", "ALTER ROLE b RENAME TO c", "0A000"}, // feature_not_supported: the role of the session
	{"drop a", "DROP ROLE a", refused},
	{"forge own mark", "COMMENT ON ROLE b IS 'previewset {}'", refused},
	{"forge the mark of a", "COMMENT ON ROLE a IS NULL", refused},
	{"event trigger", "CREATE FUNCTION et() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END'; CREATE EVENT TRIGGER et ON ddl_command_start EXECUTE FUNCTION et()", refused},
	{"subscription", "CREATE SUBSCRIPTION s CONNECTION 'dbname=postgres' PUBLICATION p WITH (connect = false)", refused},
	{"publication of all", "CREATE PUBLICATION p FOR ALL TABLES", refused},
	{"replication slot", "SELECT pg_create_logical_replication_slot('s', 'pgoutput')", refused},
	{"physical slot", "SELECT pg_create_physical_replication_slot('s')", refused},
	{"foreign-data wrapper", "CREATE FOREIGN DATA WRAPPER w", refused},
	{"extension dblink", "CREATE EXTENSION dblink", refused},
	{"extension postgres_fdw", "CREATE EXTENSION postgres_fdw", refused},
	{"extension file_fdw", "CREATE EXTENSION file_fdw", refused},
	{"c function", "CREATE FUNCTION c() RETURNS int LANGUAGE c AS 'libc', 'system'", refused},
	{"internal function", "CREATE FUNCTION i() RETURNS int LANGUAGE internal AS 'now'", refused},
	{"tablespace", "CREATE TABLE t () TABLESPACE pg_global", refused},
	{"passwords", "SELECT rolpassword FROM pg_authid", refused},
	{"shadow", "SELECT passwd FROM pg_shadow", refused},
	{"user mappings", "SELECT umoptions FROM pg_user_mapping", refused},
	{"hba", "SELECT * FROM pg_hba_file_rules", refused},
	{"settings of files", "SELECT * FROM pg_file_settings", refused},
	{"data folder", "SHOW data_directory", refused},
	{"statistics data", "SELECT * FROM pg_statistic", refused},
	{"subscriptions", "SELECT subconninfo FROM pg_subscription", refused},
	{"read file", "SELECT pg_read_file('PG_VERSION')", refused},
	{"read binary file", "SELECT pg_read_binary_file('PG_VERSION')", refused},
	{"stat file", "SELECT pg_stat_file('PG_VERSION')", refused},
	{"ls folder", "SELECT pg_ls_dir('.')", refused},
	{"ls log", "SELECT pg_ls_logdir()", refused},
	{"ls wal", "SELECT pg_ls_waldir()", refused},
	{"copy program", "COPY (SELECT 1) TO PROGRAM 'cat'", refused},
	{"copy from program", "CREATE TABLE t (v text); COPY t FROM PROGRAM 'id'", refused},
	{"copy to file", "COPY (SELECT 1) TO '/tmp/previewset'", refused},
	{"copy from file", "CREATE TABLE t (v text); COPY t FROM '/etc/passwd'", refused},
	{"lo import", "SELECT lo_import('/etc/passwd')", refused},
	{"lo export", "SELECT lo_export(1, '/tmp/previewset')", refused},
	{"reload", "SELECT pg_reload_conf()", refused},
	{"rotate log", "SELECT pg_rotate_logfile()", refused},
	{"switch wal", "SELECT pg_switch_wal()", refused},
	{"reset statistics", "SELECT pg_stat_reset()", refused},
	{"superuser setting", "SET session_preload_libraries = 'x'", refused},
	{"log nothing", "SET log_statement = 'none'", refused},
	{"load library", "LOAD 'dblink'", refused},
	{"lo_compat", "SET lo_compat_privileges = on", refused},
	{"system tables", "SET allow_system_table_mods = on", refused},
	{"write the catalogue", "UPDATE pg_class SET relacl = NULL", refused},
	{"create in pg_catalog", "CREATE TABLE pg_catalog.t ()", refused},
	{"create in information_schema", "CREATE TABLE information_schema.t ()", refused},
	{"function in pg_catalog", "CREATE FUNCTION pg_catalog.lower(int) RETURNS int LANGUAGE sql AS 'SELECT 1'", refused},
	{"size of another's database", "SELECT pg_database_size('postgres')", refused},
	{"checkpoint", "CHECKPOINT", refused},
}

// autocommitAttempts are statements that cannot run in a transaction block.
var autocommitAttempts = []attempt{
	{"create database", "CREATE DATABASE more", refused},
	{"copy a's database", "CREATE DATABASE more TEMPLATE seed", refused},
	{"alter system", "ALTER SYSTEM SET work_mem = '1MB'", refused},
	{"drop database", "DROP DATABASE seed", refused},
	{"create tablespace", "CREATE TABLESPACE s LOCATION '/tmp'", refused},
	{"drop the administrator's database", "DROP DATABASE postgres", refused},
}

func TestPostgresIsolation(t *testing.T) {
	t.Parallel()
	eachPostgres(t, func(t *testing.T, f *postgresFixture) {
		for _, strategy := range []database.Strategy{database.StrategySchema, database.StrategyDatabase, database.StrategySnapshot} {
			t.Run(string(strategy), func(t *testing.T) {
				accessA, accessB := f.create(t, "a", strategy), f.create(t, "b", strategy)
				connA, connB := f.session(t, accessA), f.session(t, accessB)
				mustRun(t, connA, objectsOfA)
				t.Run("server", func(t *testing.T) { f.testServerAttempts(t, connA, connB) })
				t.Run("connections", func(t *testing.T) { f.testConnections(t, strategy, accessA, accessB) })
				if strategy == database.StrategySchema {
					f.Exec(t, "previews", "CREATE TABLE IF NOT EXISTS public.shared (); GRANT ALL ON public.shared TO PUBLIC; CREATE OR REPLACE FUNCTION public.common() RETURNS int LANGUAGE sql AS 'SELECT 1'")
					t.Run("schema", func(t *testing.T) { testSchemaAttempts(t, connA, connB) })
					t.Run("own schema", func(t *testing.T) { testMigrationStaysInSchema(t, connB) })
					t.Run("visible metadata", func(t *testing.T) { testVisibleMetadata(t, connA, connB) })
				} else {
					t.Run("own database", func(t *testing.T) { testOwnDatabase(t, connB) })
				}
				f.dropBoth(t)
			})
		}
	}, "max_wal_senders=4", "wal_level=logical")
}

func (f *postgresFixture) dropBoth(t *testing.T) {
	t.Helper()
	for _, name := range []string{"a", "b"} {
		if dropped, err := f.admin.Drop(t.Context(), name, postgresRequest(name, "").Mark, patient); !dropped || err != nil {
			t.Fatalf("drop %s: got %v, %v; want true", name, dropped, err)
		}
	}
}

func testSchemaAttempts(t *testing.T, connA, connB *pgx.Conn) {
	for _, c := range schemaAttempts {
		if got := sqlState(t, connB, c.sql); got != c.want {
			t.Errorf("%s: got SQLSTATE %q, want %q", c.name, got, c.want)
		}
	}
	// Control: these statements succeed for a itself.
	controls := 0
	for _, c := range schemaAttempts {
		switch c.name {
		case "select", "insert", "update", "delete", "merge", "truncate", "lock", "copy out", "references", "trigger", "rule", "policy", "inherit",
			"like", "alter table", "rename table", "drop table", "index", "statistics", "comment", "grant itself", "grant schema", "view of it",
			"view", "materialized view", "refresh", "nextval", "setval", "currval", "sequence as default", "function", "procedure",
			"replace function", "enum", "domain", "create in schema", "function in schema", "drop schema", "search path",
			"create by search path", "large object read", "large object open", "large object write", "large object unlink", "large object grant",
			"default privileges", "sample":
			controls++
			if got := sqlState(t, connA, c.sql); got != "" {
				t.Errorf("%s by a itself: got SQLSTATE %s, want success", c.name, got)
			}
		}
	}
	if controls < 40 {
		t.Errorf("got %d controls, want at least 40", controls)
	}
}

func (f *postgresFixture) testServerAttempts(t *testing.T, connA, connB *pgx.Conn) {
	for _, c := range serverAttempts {
		if got := sqlState(t, connB, c.sql); got != c.want {
			t.Errorf("%s: got SQLSTATE %q, want %q", c.name, got, c.want)
		}
	}
	for _, c := range autocommitAttempts {
		_, err := connB.Exec(t.Context(), c.sql, pgx.QueryExecModeExec)
		if got := stateOf(t, err); got != c.want {
			t.Errorf("%s: got SQLSTATE %q, want %q", c.name, got, c.want)
		}
	}
	pid := strconv.Itoa(int(connA.PgConn().PID()))
	for _, function := range []string{"pg_terminate_backend", "pg_cancel_backend", "pg_log_backend_memory_contexts"} {
		if got := sqlState(t, connB, "SELECT "+function+"("+pid+")"); got != refused {
			t.Errorf("%s: got SQLSTATE %q, want %q", function, got, refused)
		}
	}
	mustRun(t, connA, "SELECT 'canary-of-a'")
	var query string
	if err := connB.QueryRow(t.Context(), "SELECT query FROM pg_stat_activity WHERE pid = "+pid, pgx.QueryExecModeExec).Scan(&query); err != nil || query != "<insufficient privilege>" {
		t.Errorf("b can read the query of a: got %q, %v", query, err)
	}
	for _, view := range []string{"pg_stats", "pg_stats_ext", "pg_user_mappings WHERE umoptions IS NOT NULL"} {
		query := "SELECT 1/count(*) FROM " + view
		if !strings.Contains(view, "WHERE") {
			query += " WHERE schemaname IN ('a', 'public') AND tablename = 'secret'"
		}
		if got := sqlState(t, connB, query); got != divisionByZero {
			t.Errorf("%s has rows for b: got SQLSTATE %q, want %q", view, got, divisionByZero)
		}
	}
	// A role may change its own password and settings.
	for _, sql := range []string{"ALTER ROLE b SET work_mem = '5MB'", "ALTER ROLE b PASSWORD 'x'", "SET statement_timeout = 0"} {
		if got := sqlState(t, connB, sql); got != "" {
			t.Errorf("%s: got SQLSTATE %q, want success", sql, got)
		}
	}
}

func (f *postgresFixture) testConnections(t *testing.T, strategy database.Strategy, accessA, accessB database.Access) {
	for _, name := range f.Strings(t, "postgres", "SELECT datname::text FROM pg_database WHERE datname <> $1 ORDER BY 1", accessB.Database) {
		want := refused
		if name == "template0" {
			want = "55000" // object_not_in_prerequisite_state: the database accepts no connections
		}
		conn, err := pgx.Connect(t.Context(), f.URL(accessB.User, accessB.Password, name))
		if err == nil {
			_ = conn.Close(t.Context())
			t.Errorf("b can connect to %s", name)
		} else if got := stateOf(t, err); got != want {
			t.Errorf("connect to %s: got SQLSTATE %s, want %s", name, got, want)
		}
	}
	if _, err := pgx.Connect(t.Context(), f.URL(accessA.User, accessB.Password, accessA.Database)); stateOf(t, err) != "28P01" {
		t.Errorf("login as a with the password of b: got %v, want SQLSTATE 28P01", err)
	}
	f.session(t, accessB)
	limited := postgresRequest("b", strategy)
	limited.ConnectionLimit = 1 // b has two sessions already
	if _, err := f.admin.Create(t.Context(), limited); err != nil {
		t.Fatal(err)
	}
	if _, err := pgx.Connect(t.Context(), f.URL(accessB.User, accessB.Password, accessB.Database)); stateOf(t, err) != "53300" {
		t.Errorf("session beyond the limit: got %v, want SQLSTATE 53300", err)
	}
	if got := f.Strings(t, accessA.Database, "SELECT unnest(setconfig) FROM pg_db_role_setting WHERE setrole = 'b'::regrole"); !slices.Contains(got, "statement_timeout=30000ms") {
		t.Errorf("settings of b: got %q, want statement_timeout=30000ms among them", got)
	}
}

// testMigrationStaysInSchema runs a migration that names no schema.
func testMigrationStaysInSchema(t *testing.T, conn *pgx.Conn) {
	const query = `SELECT count(*)::text || ' ' || coalesce(string_agg(DISTINCT n.nspname, ','), '') FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
		WHERE c.relowner = current_user::regrole AND n.nspname !~ '^pg_'`
	mustRun(t, conn, `CREATE TABLE users (id serial PRIMARY KEY, name text); CREATE INDEX ON users (name); CREATE VIEW names AS SELECT name FROM users;
		CREATE TYPE kind AS ENUM ('x'); CREATE FUNCTION now() RETURNS text LANGUAGE sql AS 'SELECT 1::text'; CREATE TEMPORARY TABLE scratch (i int);
		CREATE TABLE IF NOT EXISTS schema_migrations (version text); INSERT INTO users (name) VALUES ('one')`)
	var got string
	if err := conn.QueryRow(t.Context(), query).Scan(&got); err != nil || got != "6 b" {
		t.Errorf("relations and their schemas: got %q, %v; want %q", got, err, "6 b")
	}
	// The preview's function does not shadow the server's, not even for the preview.
	if err := conn.QueryRow(t.Context(), "SELECT pg_typeof(now())::text").Scan(&got); err != nil || got != "timestamp with time zone" {
		t.Errorf("now() has type %q, %v; want timestamp with time zone", got, err)
	}
	if got := sqlState(t, conn, "DROP SCHEMA b CASCADE"); got != "" {
		t.Errorf("drop of the own schema: got SQLSTATE %s, want success", got)
	}
}

// testVisibleMetadata checks the list in docs/databases.md of the metadata that a shared
// database does not hide: names and definitions, but no rows.
func testVisibleMetadata(t *testing.T, connA, connB *pgx.Conn) {
	for name, query := range map[string]string{
		"names of schemas":           "SELECT nspname FROM pg_namespace WHERE nspname = 'a'",
		"names of tables":            "SELECT relname FROM pg_class WHERE relname = 'secret' AND relowner = 'a'::regrole",
		"names of columns":           "SELECT attname FROM pg_attribute JOIN pg_class c ON c.oid = attrelid WHERE relname = 'secret' AND attname = 'v'",
		"estimated numbers of rows":  "SELECT reltuples FROM pg_class WHERE relname = 'secret'",
		"the source of functions":    "SELECT prosrc FROM pg_proc WHERE proname = 'read_secret' AND prosrc LIKE '%secret%'",
		"the definition of views":    "SELECT pg_get_viewdef(oid) FROM pg_class WHERE relname = 'secret_view' AND relowner = 'a'::regrole",
		"values of enums":            "SELECT enumlabel FROM pg_enum WHERE enumlabel = 'ok'",
		"sizes of tables":            "SELECT pg_total_relation_size(oid) FROM pg_class WHERE relname = 'secret'",
		"ids of large objects":       "SELECT oid FROM pg_largeobject_metadata WHERE oid = 4711",
		"counters of tables":         "SELECT n_live_tup FROM pg_stat_all_tables WHERE relname = 'secret'",
		"names of roles":             "SELECT rolname FROM pg_roles WHERE rolname = 'a'",
		"marks":                      "SELECT description FROM pg_shdescription WHERE description LIKE 'previewset%\"a\"%'",
		"names of databases":         "SELECT datname FROM pg_database WHERE datname = 'seed'",
		"sessions of others":         "SELECT application_name FROM pg_stat_activity WHERE usename = 'a'",
		"advisory locks (who holds)": "SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND objid = 77",
	} {
		mustRun(t, connA, "SELECT pg_advisory_lock(77)")
		if got := sqlState(t, connB, "SELECT 1/(SELECT count(*) FROM ("+query+") q)"); got != "" {
			t.Errorf("%s are hidden (SQLSTATE %s): correct docs/databases.md", name, got)
		}
		mustRun(t, connA, "SELECT pg_advisory_unlock(77)")
	}
	mustRun(t, connA, "LISTEN channel")
	mustRun(t, connB, "NOTIFY channel, 'from b'")
	notification, err := connA.WaitForNotification(t.Context())
	if err != nil || notification.Payload != "from b" {
		t.Errorf("notification of a: got %v, %v; want payload %q", notification, err, "from b")
	}
	mustRun(t, connA, "SELECT pg_advisory_lock(78)")
	if got := sqlState(t, connB, "SELECT 1/pg_try_advisory_lock(78)::int"); got != divisionByZero {
		t.Errorf("b can take an advisory lock that a holds: got SQLSTATE %q, want %q", got, divisionByZero)
	}
	mustRun(t, connA, "SELECT pg_advisory_unlock(78)")
}

// testOwnDatabase checks statements that the owner of a database may run.
func testOwnDatabase(t *testing.T, conn *pgx.Conn) {
	for _, sql := range []string{
		"CREATE TABLE public.t ()", "CREATE SCHEMA more", "CREATE EXTENSION pgcrypto", "CREATE EXTENSION hstore SCHEMA public",
		"CREATE TEMPORARY TABLE t ()", "CREATE PUBLICATION p", "ALTER DATABASE b SET work_mem = '5MB'", "DROP SCHEMA public CASCADE",
	} {
		if got := sqlState(t, conn, sql); got != "" {
			t.Errorf("%s: got SQLSTATE %s, want success", sql, got)
		}
	}
}
