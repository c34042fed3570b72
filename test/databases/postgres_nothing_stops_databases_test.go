package databases_test

import (
	"testing"

	pgtest "github.com/previewset/previewset/test/fake/postgres"
)

// visits lets v create objects in the database of h, and does so.
func visits(t *testing.T, s *scene) {
	t.Helper()
	s.run(t, s.h, "GRANT CONNECT, CREATE, TEMPORARY ON DATABASE {h} TO {v} WITH GRANT OPTION; GRANT ALL ON SCHEMA public TO {v}")
	s.runIn(t, s.v, s.h.Database, `CREATE SCHEMA {v}; CREATE TABLE {v}."Umläut" (i serial PRIMARY KEY); CREATE TABLE public.of_v (); GRANT CONNECT ON DATABASE {h} TO {w}`)
}

// invites lets h use the database of v.
const invites = "GRANT CONNECT, CREATE, TEMPORARY ON DATABASE {v} TO {h}; GRANT ALL ON SCHEMA public TO {h}; GRANT ALL ON kept TO {h}"

// visitsAnd returns an attack in which v has objects in the database of h, and h runs
// sql.
func visitsAnd(sql string) func(*testing.T, *scene) {
	return func(t *testing.T, s *scene) {
		visits(t, s)
		s.run(t, s.h, sql)
	}
}

// databaseAttacks close databases, or keep them in use.
var databaseAttacks = []dropAttack{
	{"objects in another database", byDatabase, visits},
	{"objects in a database without connections", byDatabase, visitsAnd("ALTER DATABASE {h} CONNECTION LIMIT 0")},
	{"objects in a database that is closed", byDatabase, func(t *testing.T, s *scene) {
		visits(t, s)
		s.run(t, s.v, invites)
		s.runIn(t, s.h, s.v.Database, "ALTER DATABASE {h} ALLOW_CONNECTIONS false")
	}},
	{"objects in a template", byDatabase, visitsAnd("ALTER DATABASE {h} IS_TEMPLATE true")},
	{"objects in a database without rights", byDatabase, visitsAnd("REVOKE ALL ON DATABASE {h} FROM {h}; REVOKE ALL ON SCHEMA public FROM {h}")},
	{"objects in a database with a missing library", byDatabase, visitsAnd("ALTER DATABASE {h} SET local_preload_libraries = 'none'")},
	{"objects in a database with short timeouts", byDatabase, visitsAnd(`ALTER DATABASE {h} SET statement_timeout = 1; ALTER DATABASE {h} SET lock_timeout = 1;
		ALTER DATABASE {h} SET idle_session_timeout = 1; ALTER DATABASE {h} SET idle_in_transaction_session_timeout = 1;` +
		"DO $$ BEGIN ALTER DATABASE {h} SET transaction_timeout = 1; EXCEPTION WHEN undefined_object THEN NULL; END $$")},
	{"objects in a database that is read only", byDatabase, visitsAnd("ALTER DATABASE {h} SET default_transaction_read_only = on; ALTER DATABASE {h} SET transaction_read_only = on")},
	{"objects in a database with another role and encoding", byDatabase, visitsAnd(`ALTER DATABASE {h} SET role = '{h}'; ALTER DATABASE {h} SET session_authorization = '{h}';
		ALTER DATABASE {h} SET search_path = public; ALTER DATABASE {h} SET client_encoding = 'LATIN1'; ALTER DATABASE {h} SET exit_on_error = on;
		ALTER DATABASE {h} SET standard_conforming_strings = off; ALTER DATABASE {h} SET quote_all_identifiers = on; ALTER DATABASE {h} SET row_security = off`)},
	{"objects in a database with bad plans", byDatabase, visitsAnd(`ALTER DATABASE {h} SET enable_indexscan = off; ALTER DATABASE {h} SET enable_nestloop = off;
		ALTER DATABASE {h} SET work_mem = 64;`)},
	{"objects in a database that its owner changes", byDatabase, func(t *testing.T, s *scene) {
		visits(t, s)
		s.run(t, s.v, invites)
		s.run(t, s.h, "ALTER DATABASE {h} CONNECTION LIMIT 0")
		s.holdIn(t, s.h, s.v.Database, "BEGIN; ALTER DATABASE {h} CONNECTION LIMIT 0; GRANT ALL ON DATABASE {h} TO {v}; COMMENT ON DATABASE {h} IS 'x'")
	}},
	{"objects in a database that locks its catalogs", byDatabase, func(t *testing.T, s *scene) {
		visits(t, s)
		s.hold(t, s.h, "BEGIN; LOCK TABLE kept; ALTER SCHEMA public RENAME TO other; REVOKE ALL ON SCHEMA other FROM {v}")
	}},
	{"another preview in the database", byDatabase, func(t *testing.T, s *scene) {
		s.run(t, s.v, invites)
		s.holdIn(t, s.h, s.v.Database, "BEGIN; LOCK TABLE kept; CREATE TABLE public.of_h ()")
		s.loop(t, s.h, s.v.Database, 10, "SELECT pg_sleep(60)")
	}},
	{"prepared transaction of another preview in the database", byDatabase, func(t *testing.T, s *scene) {
		s.run(t, s.v, invites)
		s.runIn(t, s.h, s.v.Database, "BEGIN; CREATE TABLE public.of_h (); PREPARE TRANSACTION '{h}'")
	}},
	{"own database in an open transaction", byDatabase, func(t *testing.T, s *scene) {
		visits(t, s)
		s.holdIn(t, s.v, s.h.Database, "BEGIN; ALTER DATABASE {v} CONNECTION LIMIT 7; COMMENT ON DATABASE {v} IS 'x'")
	}},
	{"own database is a template and closed", byDatabase, func(t *testing.T, s *scene) {
		visits(t, s)
		s.runIn(t, s.v, s.h.Database, "ALTER DATABASE {v} IS_TEMPLATE true; ALTER DATABASE {v} ALLOW_CONNECTIONS false; ALTER DATABASE {v} CONNECTION LIMIT 0")
	}},
	{"own database with settings, extension and publication", byDatabase, func(t *testing.T, s *scene) {
		s.run(t, s.v, `CREATE EXTENSION hstore; CREATE PUBLICATION p; ALTER DATABASE {v} SET local_preload_libraries = 'none'; ALTER DATABASE {v} SET statement_timeout = 1;
			ALTER ROLE {v} IN DATABASE {v} SET work_mem = '5MB'; SELECT lo_create(0) FROM generate_series(1, 500)`)
	}},
	{"subscription", byDatabase, func(t *testing.T, s *scene) {
		s.Exec(t, "postgres", s.names.Replace(tolerantOf("GRANT pg_create_subscription TO {v}", "undefined_object")))
		s.run(t, s.v, tolerant("CREATE SUBSCRIPTION {v} CONNECTION 'host=127.0.0.1 password=x dbname=x' PUBLICATION p WITH (connect = false, slot_name = NONE)"))
	}},
	{"replication slot", byDatabase, func(t *testing.T, s *scene) {
		if s.user != pgtest.Superuser {
			return // only a superuser can change a role with REPLICATION
		}
		s.Exec(t, "postgres", s.names.Replace("ALTER ROLE {v} REPLICATION"))
		s.run(t, s.v, "SELECT pg_create_logical_replication_slot('{v}', 'pgoutput')")
	}},
	{"prepared transaction of the database owner", byDatabase, func(t *testing.T, s *scene) {
		s.run(t, s.v, "SET ROLE pg_database_owner; BEGIN; CREATE TABLE public.x (); PREPARE TRANSACTION '{v}'")
	}},
	{"prepared transaction of the owner of another database", byDatabase, func(t *testing.T, s *scene) {
		visits(t, s)
		s.run(t, s.v, "GRANT CONNECT ON DATABASE {v} TO {h}")
		s.run(t, s.h, "SET ROLE pg_database_owner; BEGIN; CREATE TABLE public.x (); GRANT ALL ON public.x TO {v}; PREPARE TRANSACTION '{h}'")
	}},
	{"view of the owner of another database", byDatabase, func(t *testing.T, s *scene) {
		visits(t, s)
		s.runIn(t, s.v, s.h.Database, "GRANT SELECT ON of_v TO {h}, pg_database_owner")
		s.run(t, s.h, "CREATE TABLE own (i int); CREATE VIEW over AS SELECT own.*, of_v FROM own, of_v; GRANT ALL ON own TO {v} WITH GRANT OPTION; ALTER VIEW over OWNER TO pg_database_owner; ALTER TABLE own OWNER TO pg_database_owner")
	}},
	{"extension in another database", byDatabase, func(t *testing.T, s *scene) {
		visits(t, s)
		s.runIn(t, s.v, s.h.Database, "CREATE EXTENSION hstore SCHEMA public; CREATE TABLE member (); ALTER EXTENSION hstore ADD TABLE member")
		s.run(t, s.h, "CREATE TABLE uses (h hstore); CREATE INDEX ON uses USING gin (h)")
	}},
	{"grants of a grantee", byDatabase, func(t *testing.T, s *scene) {
		s.run(t, s.h, "GRANT CONNECT, CREATE ON DATABASE {h} TO {w} WITH GRANT OPTION; GRANT ALL ON SCHEMA public TO {w} WITH GRANT OPTION; GRANT ALL ON kept TO {w} WITH GRANT OPTION")
		s.runIn(t, s.w, s.h.Database, "GRANT CONNECT, CREATE ON DATABASE {h} TO {v}; GRANT ALL ON SCHEMA public TO {v}; GRANT SELECT ON kept TO {v}; GRANT UPDATE (i) ON kept TO {v}")
		s.run(t, s.h, "ALTER DATABASE {h} CONNECTION LIMIT 0")
	}},
}

// tolerantOf is tolerant of a condition.
func tolerantOf(sql, condition string) string {
	return "DO $t$ BEGIN " + sql + "; EXCEPTION WHEN " + condition + " THEN NULL; END $t$"
}
