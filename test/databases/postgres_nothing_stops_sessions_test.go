package databases_test

import (
	"testing"

	"github.com/previewset/previewset/internal/database"
)

// dropAttacks are all attacks on a drop.
var dropAttacks = append(append(append([]dropAttack{}, sessionAttacks...), databaseAttacks...), objectAttacks...)

// alone reports whether the attack can't run with the others: it stops them too, or waits
// for their transactions.
func (a dropAttack) alone() bool {
	return a.name == "lock table is full" || a.name == "replication slot"
}

const (
	bySchema   = database.StrategySchema
	byDatabase = database.StrategyDatabase
)

// holds returns an attack with an open session of v that has run sql.
func holds(sql string) func(*testing.T, *scene) {
	return func(t *testing.T, s *scene) { s.hold(t, s.v, sql) }
}

// helped returns an attack in which v runs sql, and a session of h runs helper and stays
// open.
func helped(sql, helper string) func(*testing.T, *scene) {
	return func(t *testing.T, s *scene) {
		s.run(t, s.v, sql)
		s.hold(t, s.h, helper)
	}
}

// shares lets h use the table kept of v.
const shares = "GRANT USAGE ON SCHEMA {v} TO {h}; GRANT ALL ON kept TO {h}"

// sessionAttacks hold locks, log in all the time, or grant and revoke rights.
var sessionAttacks = []dropAttack{
	{"open transaction with a new password", bySchema, holds("BEGIN; ALTER ROLE {v} PASSWORD 'x'")},
	{"open transaction with a new setting", bySchema, holds("BEGIN; ALTER ROLE {v} SET work_mem = '5MB'")},
	{"open transaction with a lock on a table", bySchema, holds("BEGIN; LOCK TABLE kept")},
	{"open transaction that drops what it owns", bySchema, holds("BEGIN; DROP OWNED BY {v}")},
	{"temporary table, held cursor and listener", bySchema, holds(`CREATE TEMPORARY TABLE t (i serial); LISTEN c;
		BEGIN; DECLARE cur CURSOR WITH HOLD FOR SELECT * FROM kept; COMMIT`)},
	{"storm of logins", bySchema, func(t *testing.T, s *scene) { s.loop(t, s.v, s.v.Database, 20, "SELECT 1") }},
	{"storm of logins that change the password", bySchema, func(t *testing.T, s *scene) {
		s.loop(t, s.v, s.v.Database, 10, "ALTER ROLE {v} PASSWORD '"+s.v.Password+"'")
	}},
	{"storm of logins that create tables", bySchema, func(t *testing.T, s *scene) {
		s.loop(t, s.v, s.v.Database, 10, "CREATE TEMPORARY TABLE x (i int); INSERT INTO kept SELECT max(i) + 1 FROM kept; BEGIN; LOCK TABLE kept; SELECT pg_sleep(60)")
	}},
	{"another preview reads in an open transaction", bySchema, helped(shares, "BEGIN; SELECT * FROM {v}.kept")},
	{"another preview locks a row", bySchema, helped(shares, "BEGIN; SELECT * FROM {v}.kept FOR UPDATE")},
	{"another preview locks a table", bySchema, helped(shares, "BEGIN; LOCK TABLE {v}.kept")},
	{"another preview refers to a table in an open transaction", bySchema, helped(shares, "BEGIN; CREATE TABLE refers (i int REFERENCES {v}.kept)")},
	{"another preview grants in an open transaction", bySchema, helped("SELECT 1", "BEGIN; GRANT ALL ON kept TO {v}")},
	{"another preview grants default privileges in an open transaction", bySchema, helped("SELECT 1", "BEGIN; ALTER DEFAULT PRIVILEGES GRANT ALL ON TABLES TO {v}")},
	{"another preview grants all the time", bySchema, func(t *testing.T, s *scene) {
		s.loop(t, s.h, s.h.Database, 3, "GRANT ALL ON kept TO {v}; GRANT ALL ON SCHEMA {h} TO {v}; REVOKE ALL ON kept FROM {v}; GRANT ALL ON kept TO {v}")
	}},
	{"another preview grants all the time in one session", bySchema, func(t *testing.T, s *scene) {
		s.loop(t, s.h, s.h.Database, 3, "DO $$ BEGIN LOOP GRANT ALL ON kept TO {v}; COMMIT; END LOOP; END $$")
	}},
	{"prepared transaction", bySchema, func(t *testing.T, s *scene) {
		s.run(t, s.v, "BEGIN; CREATE TABLE x (); LOCK TABLE kept; PREPARE TRANSACTION '{v}''s'")
	}},
	{"prepared transaction with a new password", bySchema, func(t *testing.T, s *scene) {
		s.run(t, s.v, "BEGIN; ALTER ROLE {v} PASSWORD 'x'; PREPARE TRANSACTION '{v}'")
	}},
	{"prepared transaction of another preview with a lock", bySchema, func(t *testing.T, s *scene) {
		s.run(t, s.v, shares)
		s.run(t, s.h, "BEGIN; LOCK TABLE {v}.kept; PREPARE TRANSACTION '{h}'")
	}},
	{"prepared transaction of another preview with a grant", bySchema, func(t *testing.T, s *scene) {
		s.run(t, s.h, "BEGIN; GRANT ALL ON kept TO {v}; PREPARE TRANSACTION '{h}'")
	}},
	{"members and no administrator", bySchema, func(t *testing.T, s *scene) {
		s.run(t, s.v, tolerant("GRANT {v} TO {h} WITH ADMIN OPTION; GRANT {v} TO {w}; REVOKE {v} FROM administrator"))
		s.hold(t, s.h, tolerant("SET ROLE {v}")+"BEGIN; "+tolerant("CREATE TABLE {v}.x ()"))
		s.hold(t, s.v, "BEGIN; LOCK TABLE kept; "+tolerant("GRANT {v} TO administrator"))
	}},
	{"members that revoke and create all the time", bySchema, func(t *testing.T, s *scene) {
		s.run(t, s.v, tolerant("GRANT {v} TO {h} WITH ADMIN OPTION"))
		s.loop(t, s.h, s.h.Database, 3, tolerant("REVOKE {v} FROM administrator")+tolerant("SET ROLE {v}; CREATE TABLE IF NOT EXISTS {v}.x (); ALTER TABLE {v}.x ADD COLUMN i int"))
	}},
	{"member of another preview", bySchema, func(t *testing.T, s *scene) {
		s.run(t, s.h, tolerant("GRANT {h} TO {v}"))
		s.hold(t, s.v, tolerant("SET ROLE {h}; CREATE TABLE {h}.of_h (); SET ROLE {v}; ALTER TABLE kept OWNER TO {h}"))
		s.hold(t, s.h, "BEGIN; "+tolerant("REVOKE {h} FROM {v}"))
	}},
	{"lock table is full", bySchema, func(t *testing.T, s *scene) {
		conn := s.hold(t, s.h, "SELECT 1")
		_, _ = conn.Exec(t.Context(), "SELECT pg_advisory_lock(g) FROM generate_series(1, 100000) g")
		mustRun(t, conn, "SELECT pg_advisory_unlock(g) FROM generate_series(1, 25) g")
	}},
}
