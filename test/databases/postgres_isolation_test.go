package databases_test

import (
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/previewset/previewset/internal/database"
)

// SQLSTATEs of refusals (PostgreSQL manual, appendix A).
const (
	refused  = "42501" // insufficient_privilege
	noTable  = "42P01" // undefined_table
	noSchema = "3F000" // invalid_schema_name
)

// pieces are what the preview "a" has, in its schema.
const pieces = `
CREATE TABLE secret (id int PRIMARY KEY, v text); INSERT INTO secret VALUES (1, 'canary-of-a');
ANALYZE secret;
CREATE SEQUENCE numbers; CREATE VIEW seen AS SELECT * FROM secret; CREATE MATERIALIZED VIEW kept AS SELECT * FROM secret;
CREATE FUNCTION tell() RETURNS text LANGUAGE sql SECURITY DEFINER AS 'SELECT v FROM secret';
CREATE PROCEDURE act() LANGUAGE sql AS 'DELETE FROM secret';
CREATE TYPE mood AS ENUM ('ok'); CREATE DOMAIN positive AS int CHECK (VALUE > 0);
SELECT lo_from_bytea(4711, 'canary-of-a');`

// try is what the role "b" tries, and with which SQLSTATE it is refused.
type try struct{ name, sql, want string }

// triesInSchema are against what the preview "a" has in the same database. Those
// with control work for a itself.
var triesInSchema = []try{
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
	{"view", "SELECT * FROM a.seen", refused},
	{"materialized view", "SELECT * FROM a.kept", refused},
	{"refresh", "REFRESH MATERIALIZED VIEW a.kept", refused},
	{"nextval", "SELECT nextval('a.numbers')", refused},
	{"setval", "SELECT setval('a.numbers', 9)", refused},
	{"currval", "SELECT last_value FROM a.numbers", refused},
	{"sequence as default", "CREATE TABLE d (i int DEFAULT nextval('a.numbers'))", refused},
	{"function", "SELECT a.tell()", refused},
	{"procedure", "CALL a.act()", refused},
	{"replace function", "CREATE OR REPLACE FUNCTION a.tell() RETURNS text LANGUAGE sql AS 'SELECT 1'", refused},
	{"enum", "SELECT 'ok'::a.mood", refused},
	{"alter type", "ALTER TYPE a.mood ADD VALUE 'bad'", refused},
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
	{"size", "SELECT * FROM a.secret TABLESAMPLE SYSTEM (1)", refused},

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
	{"grant database", "GRANT CONNECT ON DATABASE previews TO PUBLIC; SELECT 1/(has_database_privilege('public', 'previews', 'CONNECT'))::int", "22012"},
	{"publication", "CREATE PUBLICATION p", refused},
	{"alter public", "ALTER SCHEMA public OWNER TO b", refused},
}

// triesOnServer are against the server and the other's role, from any strategy.
var triesOnServer = []try{
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
	{"own name", "ALTER ROLE b RENAME TO c", "0A000"}, // feature_not_supported: of the session's own
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

// Outside of a transaction: what the server does not do in one.
var triesAlone = []try{
	{"create database", "CREATE DATABASE more", refused},
	{"copy a's database", "CREATE DATABASE more TEMPLATE seed", refused},
	{"alter system", "ALTER SYSTEM SET work_mem = '1MB'", refused},
	{"drop database", "DROP DATABASE seed", refused},
	{"create tablespace", "CREATE TABLESPACE s LOCATION '/tmp'", refused},
	{"drop the administrator's database", "DROP DATABASE postgres", refused},
}

func TestPostgresIsolation(t *testing.T) {
	eachPostgres(t, func(t *testing.T, b *postgresBed) {
		for _, strategy := range []database.Strategy{database.StrategySchema, database.StrategyDatabase, database.StrategySnapshot} {
			t.Run(string(strategy), func(t *testing.T) {
				ofA, ofB := b.create(t, "a", strategy), b.create(t, "b", strategy)
				first, second := b.session(t, ofA), b.session(t, ofB)
				mustRun(t, first, pieces)
				t.Run("server", func(t *testing.T) { b.refusesOnServer(t, first, second) })
				t.Run("connections", func(t *testing.T) { b.refusesConnections(t, strategy, ofA, ofB) })
				if strategy == database.StrategySchema {
					b.Exec(t, "previews", "CREATE TABLE IF NOT EXISTS public.shared (); GRANT ALL ON public.shared TO PUBLIC; CREATE OR REPLACE FUNCTION public.common() RETURNS int LANGUAGE sql AS 'SELECT 1'")
					t.Run("schema", func(t *testing.T) { refusesInSchema(t, first, second) })
					t.Run("own schema", func(t *testing.T) { staysInSchema(t, second) })
					t.Run("what is seen", func(t *testing.T) { isSeen(t, first, second) })
				} else {
					t.Run("own database", func(t *testing.T) { isItsOwn(t, second) })
				}
				b.dropBoth(t)
			})
		}
	}, "max_wal_senders=4", "wal_level=logical")
}

func (b *postgresBed) dropBoth(t *testing.T) {
	t.Helper()
	for _, name := range []string{"a", "b"} {
		if there, err := b.admin.Drop(t.Context(), name, postgresRequest(name, "").Mark); !there || err != nil {
			t.Fatal(there, err)
		}
	}
}

func refusesInSchema(t *testing.T, first, second *pgx.Conn) {
	for _, c := range triesInSchema {
		if got := sqlState(t, second, c.sql); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
	// The controls: for a itself the same does work.
	controls := 0
	for _, c := range triesInSchema {
		switch c.name {
		case "select", "insert", "update", "delete", "merge", "truncate", "lock", "copy out", "references", "trigger", "rule", "policy", "inherit",
			"like", "alter table", "rename table", "drop table", "index", "statistics", "comment", "grant itself", "grant schema", "view of it",
			"view", "materialized view", "refresh", "nextval", "setval", "currval", "sequence as default", "function", "procedure",
			"replace function", "enum", "domain", "create in schema", "function in schema", "drop schema", "search path",
			"create by search path", "large object read", "large object open", "large object write", "large object unlink", "large object grant",
			"default privileges", "size":
			controls++
			if got := sqlState(t, first, c.sql); got != "" {
				t.Errorf("%s is refused to a itself: %s", c.name, got)
			}
		}
	}
	if controls < 40 {
		t.Errorf("only %d controls", controls)
	}
}

func (b *postgresBed) refusesOnServer(t *testing.T, first, second *pgx.Conn) {
	for _, c := range triesOnServer {
		if got := sqlState(t, second, c.sql); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
	for _, c := range triesAlone {
		_, err := second.Exec(t.Context(), c.sql, pgx.QueryExecModeExec)
		if got := stateOf(t, err); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
	pid := strconv.Itoa(int(first.PgConn().PID()))
	for _, function := range []string{"pg_terminate_backend", "pg_cancel_backend", "pg_log_backend_memory_contexts"} {
		if got := sqlState(t, second, "SELECT "+function+"("+pid+")"); got != refused {
			t.Errorf("%s: %q", function, got)
		}
	}
	mustRun(t, first, "SELECT 'canary-of-a'")
	var seen string
	if err := second.QueryRow(t.Context(), "SELECT query FROM pg_stat_activity WHERE pid = "+pid, pgx.QueryExecModeExec).Scan(&seen); err != nil || seen != "<insufficient privilege>" {
		t.Errorf("b sees what a does: %q, %v", seen, err)
	}
	for _, view := range []string{"pg_stats", "pg_stats_ext", "pg_user_mappings WHERE umoptions IS NOT NULL"} {
		query := "SELECT 1/count(*) FROM " + view
		if !strings.Contains(view, "WHERE") {
			query += " WHERE schemaname IN ('a', 'public') AND tablename = 'secret'"
		}
		if got := sqlState(t, second, query); got != "22012" {
			t.Errorf("%s has rows for b: %q", view, got)
		}
	}
	// What a role may change of its own is its password and its settings.
	for _, sql := range []string{"ALTER ROLE b SET work_mem = '5MB'", "ALTER ROLE b PASSWORD 'x'", "SET statement_timeout = 0"} {
		if got := sqlState(t, second, sql); got != "" {
			t.Errorf("%s: %q", sql, got)
		}
	}
}

func (b *postgresBed) refusesConnections(t *testing.T, strategy database.Strategy, ofA, ofB database.Access) {
	for _, name := range b.Strings(t, "postgres", "SELECT datname::text FROM pg_database WHERE datname <> $1 ORDER BY 1", ofB.Database) {
		want := refused
		if name == "template0" {
			want = "55000" // object_not_in_prerequisite_state: it takes no connections
		}
		conn, err := pgx.Connect(t.Context(), b.URL(ofB.User, ofB.Password, name))
		if err == nil {
			_ = conn.Close(t.Context())
			t.Errorf("b may connect to %s", name)
		} else if got := stateOf(t, err); got != want {
			t.Errorf("%s: %s", name, got)
		}
	}
	if _, err := pgx.Connect(t.Context(), b.URL(ofA.User, ofB.Password, ofA.Database)); stateOf(t, err) != "28P01" {
		t.Errorf("b's password lets in as a: %v", err)
	}
	b.session(t, ofB)
	narrow := postgresRequest("b", strategy)
	narrow.ConnectionLimit = 1 // there are two already
	if _, err := b.admin.Create(t.Context(), narrow); err != nil {
		t.Fatal(err)
	}
	if _, err := pgx.Connect(t.Context(), b.URL(ofB.User, ofB.Password, ofB.Database)); stateOf(t, err) != "53300" {
		t.Errorf("beyond the limit: %v", err)
	}
	if got := b.Strings(t, ofA.Database, "SELECT unnest(setconfig) FROM pg_db_role_setting WHERE setrole = 'b'::regrole"); !slices.Contains(got, "statement_timeout=30000ms") {
		t.Errorf("the settings of b: %q", got)
	}
}

// staysInSchema runs a migration that knows nothing of schemas.
func staysInSchema(t *testing.T, conn *pgx.Conn) {
	const where = `SELECT count(*)::text || ' ' || coalesce(string_agg(DISTINCT n.nspname, ','), '') FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
		WHERE c.relowner = current_user::regrole AND n.nspname !~ '^pg_'`
	mustRun(t, conn, `CREATE TABLE users (id serial PRIMARY KEY, name text); CREATE INDEX ON users (name); CREATE VIEW names AS SELECT name FROM users;
		CREATE TYPE kind AS ENUM ('x'); CREATE FUNCTION now() RETURNS text LANGUAGE sql AS 'SELECT 1::text'; CREATE TEMPORARY TABLE passing (i int);
		CREATE TABLE IF NOT EXISTS schema_migrations (version text); INSERT INTO users (name) VALUES ('one')`)
	var got string
	if err := conn.QueryRow(t.Context(), where).Scan(&got); err != nil || got != "6 b" {
		t.Errorf("%q, %v", got, err)
	}
	// Its own function doesn't shadow the server's for anybody, itself included.
	if err := conn.QueryRow(t.Context(), "SELECT pg_typeof(now())::text").Scan(&got); err != nil || got != "timestamp with time zone" {
		t.Errorf("now() is %q, %v", got, err)
	}
	if got := sqlState(t, conn, "DROP SCHEMA b CASCADE"); got != "" {
		t.Errorf("it can't drop its own: %s", got)
	}
}

// isSeen states what a shared database can't hide: names and definitions, never
// rows. docs/databases.md says so.
func isSeen(t *testing.T, first, second *pgx.Conn) {
	for name, query := range map[string]string{
		"names of schemas":           "SELECT nspname FROM pg_namespace WHERE nspname = 'a'",
		"names of tables":            "SELECT relname FROM pg_class WHERE relname = 'secret' AND relowner = 'a'::regrole",
		"names of columns":           "SELECT attname FROM pg_attribute JOIN pg_class c ON c.oid = attrelid WHERE relname = 'secret' AND attname = 'v'",
		"estimated numbers of rows":  "SELECT reltuples FROM pg_class WHERE relname = 'secret'",
		"the source of functions":    "SELECT prosrc FROM pg_proc WHERE proname = 'tell' AND prosrc LIKE '%secret%'",
		"the definition of views":    "SELECT pg_get_viewdef(oid) FROM pg_class WHERE relname = 'seen' AND relowner = 'a'::regrole",
		"values of enums":            "SELECT enumlabel FROM pg_enum WHERE enumlabel = 'ok'",
		"sizes of tables":            "SELECT pg_total_relation_size(oid) FROM pg_class WHERE relname = 'secret'",
		"ids of large objects":       "SELECT oid FROM pg_largeobject_metadata WHERE oid = 4711",
		"counters of tables":         "SELECT n_live_tup FROM pg_stat_all_tables WHERE relname = 'secret'",
		"names of roles":             "SELECT rolname FROM pg_roles WHERE rolname = 'a'",
		"marks":                      "SELECT description FROM pg_shdescription WHERE description LIKE 'previewset%\"a\"%'",
		"names of databases":         "SELECT datname FROM pg_database WHERE datname = 'seed'",
		"that others have sessions":  "SELECT application_name FROM pg_stat_activity WHERE usename = 'a'",
		"advisory locks (who holds)": "SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND objid = 77",
	} {
		mustRun(t, first, "SELECT pg_advisory_lock(77)")
		if got := sqlState(t, second, "SELECT 1/(SELECT count(*) FROM ("+query+") q)"); got != "" {
			t.Errorf("%s are hidden (%s): say so in docs/databases.md", name, got)
		}
		mustRun(t, first, "SELECT pg_advisory_unlock(77)")
	}
	mustRun(t, first, "LISTEN channel")
	mustRun(t, second, "NOTIFY channel, 'from b'")
	notification, err := first.WaitForNotification(t.Context())
	if err != nil || notification.Payload != "from b" {
		t.Errorf("a hears %v, %v", notification, err)
	}
	mustRun(t, first, "SELECT pg_advisory_lock(78)")
	if got := sqlState(t, second, "SELECT 1/pg_try_advisory_lock(78)::int"); got != "22012" {
		t.Errorf("advisory locks are apart: %q", got)
	}
	mustRun(t, first, "SELECT pg_advisory_unlock(78)")
}

// isItsOwn is what the owner of a database can do in it.
func isItsOwn(t *testing.T, conn *pgx.Conn) {
	for _, sql := range []string{
		"CREATE TABLE public.t ()", "CREATE SCHEMA more", "CREATE EXTENSION pgcrypto", "CREATE EXTENSION hstore SCHEMA public",
		"CREATE TEMPORARY TABLE t ()", "CREATE PUBLICATION p", "ALTER DATABASE b SET work_mem = '5MB'", "DROP SCHEMA public CASCADE",
	} {
		if got := sqlState(t, conn, sql); got != "" {
			t.Errorf("%s: %s", sql, got)
		}
	}
}
