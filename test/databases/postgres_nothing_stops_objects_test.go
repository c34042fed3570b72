package databases_test

import (
	"strings"
	"testing"
)

// each returns statements that run sql for each number up to 500, in transactions with
// few locks. In sql, # is the number, and ^ the next number.
func each(sql string) func(*testing.T, *scene) {
	return func(t *testing.T, s *scene) { s.run(t, s.v, repeated(sql)) }
}

// repeated is an anonymous block that runs sql for each number up to 500.
func repeated(sql string) string {
	quoted := "'" + strings.ReplaceAll(sql, "'", "''") + "'"
	return "DO $r$ BEGIN FOR n IN 1.." + many + " LOOP EXECUTE replace(replace(" + quoted + ", '#', n::text), '^', (n + 1)::text); COMMIT; END LOOP; END $r$;"
}

// on runs sql before the block of each.
func on(sql, repeat string) func(*testing.T, *scene) {
	return func(t *testing.T, s *scene) {
		conn := s.hold(t, s.v, sql)
		mustRun(t, conn, s.names.Replace(repeated(repeat)))
	}
}

// then runs sql after an attack of v, by h.
func then(first func(*testing.T, *scene), sql ...string) func(*testing.T, *scene) {
	return func(t *testing.T, s *scene) {
		first(t, s)
		for _, statement := range sql {
			s.run(t, s.h, statement)
		}
	}
}

// objectAttacks create more objects than the server has locks, or objects that depend on
// each other.
var objectAttacks = []dropAttack{
	{"many functions", bySchema, each("CREATE FUNCTION f#(a int DEFAULT #, VARIADIC b int[] DEFAULT NULL) RETURNS int LANGUAGE sql AS 'SELECT 1'")},
	{"many types", bySchema, each("CREATE TYPE e# AS ENUM ('x'); CREATE TYPE c# AS (a int); CREATE DOMAIN d# AS c#; CREATE TYPE r# AS RANGE (subtype = int)")},
	{"many views and sequences", bySchema, each("CREATE VIEW v# AS SELECT # AS i; CREATE SEQUENCE s#; CREATE MATERIALIZED VIEW m# AS SELECT * FROM v#")},
	{"many objects of other kinds", bySchema, each(`CREATE TYPE o# AS ENUM (); CREATE FUNCTION q#(o#, o#) RETURNS bool LANGUAGE sql AS 'SELECT true'; CREATE OPERATOR <-> (LEFTARG = o#, RIGHTARG = o#, FUNCTION = q#); CREATE AGGREGATE g#(int) (SFUNC = int4pl, STYPE = int, INITCOND = '0');
		CREATE COLLATION c# (provider = libc, locale = 'C')`)},
	{"many text search objects and conversions", bySchema, each(`CREATE TEXT SEARCH DICTIONARY d# (TEMPLATE = simple); CREATE TEXT SEARCH CONFIGURATION c# (COPY = pg_catalog.simple);
		CREATE CONVERSION v# FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8; ALTER TEXT SEARCH CONFIGURATION c# ALTER MAPPING FOR word WITH d#`)},
	{"many casts, statistics and procedures", bySchema, each(`CREATE TYPE a# AS (i int); CREATE TYPE b# AS (i int); CREATE CAST (a# AS b#) WITH INOUT;
		CREATE STATISTICS s# ON (i + #), (i - #) FROM kept; CREATE PROCEDURE p#(INOUT a int) LANGUAGE plpgsql AS 'BEGIN END'`)},
	{"many large objects", bySchema, each("SELECT lo_create(0); COMMENT ON TABLE kept IS '#'")},
	{"many partitions", bySchema, on("CREATE TABLE p (k int PRIMARY KEY, v text DEFAULT 'x') PARTITION BY LIST (k); CREATE INDEX ON p (v)", "CREATE TABLE p# PARTITION OF p FOR VALUES IN (#)")},
	{"many children", bySchema, on("CREATE TABLE p (k int CHECK (k > 0))", "CREATE TABLE p# (v text) INHERITS (p)")},
	{"many columns with sequences", bySchema, on("CREATE TABLE t ()", "ALTER TABLE t ADD COLUMN c# serial")},
	{"many identity columns", bySchema, on("CREATE TABLE t ()", "ALTER TABLE t ADD COLUMN c# int GENERATED ALWAYS AS IDENTITY")},
	{"many constraints", bySchema, on("CREATE TABLE t (i int)", "ALTER TABLE t ADD CONSTRAINT c# CHECK (i <> #)")},
	{"many indexes", bySchema, on("CREATE TABLE t (i int)", "CREATE INDEX i# ON t ((i + #))")},
	{"many triggers, policies and rules", bySchema, on("CREATE TABLE t (i int); CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN END'; CREATE FUNCTION b() RETURNS bool LANGUAGE sql AS 'SELECT true'",
		"CREATE TRIGGER g# BEFORE INSERT ON t EXECUTE FUNCTION f(); CREATE POLICY p# ON t USING (b()); CREATE RULE r# AS ON UPDATE TO t DO NOTHING")},
	{"many users of a type", bySchema, on("CREATE DOMAIN d AS int CHECK (VALUE > 0)", "CREATE TABLE t# (d d); CREATE FUNCTION f#(d) RETURNS d LANGUAGE sql AS 'SELECT 1'; CREATE VIEW v# AS SELECT d FROM t#")},
	{"many references to a table", bySchema, on("CREATE TABLE t (i int PRIMARY KEY)", "CREATE TABLE t# (i int PRIMARY KEY REFERENCES t)")},
	{"many constraints of a domain", bySchema, on("CREATE DOMAIN d AS int", "ALTER DOMAIN d ADD CONSTRAINT c# CHECK (VALUE <> #)")},
	{"deep chain of views", bySchema, on("CREATE VIEW v1 AS SELECT 1 AS i", "CREATE VIEW v^ AS SELECT i FROM v#")},
	{"deep chain of views in reverse", bySchema, func(t *testing.T, s *scene) {
		s.run(t, s.v, repeated("CREATE VIEW v# AS SELECT 1 AS i"))
		s.run(t, s.v, "CREATE VIEW v501 AS SELECT 1 AS i")
		s.run(t, s.v, repeated("CREATE OR REPLACE VIEW v# AS SELECT i FROM v^"))
	}},
	{"circle of views", bySchema, func(t *testing.T, s *scene) {
		s.run(t, s.v, `CREATE VIEW v1 AS SELECT 1::bigint AS i, 'x'::varchar(5) COLLATE "C" AS "a ""b", '{}'::int[] AS l`)
		s.run(t, s.v, repeated("CREATE VIEW v^ AS SELECT * FROM v#"))
		s.run(t, s.v, "CREATE OR REPLACE VIEW v1 AS SELECT * FROM v501; CREATE TABLE t (v v7); CREATE VIEW over AS SELECT * FROM v9")
	}},
	{"deep chain of functions", bySchema, on("CREATE FUNCTION f1() RETURNS int BEGIN ATOMIC SELECT 1; END", "CREATE FUNCTION f^() RETURNS int BEGIN ATOMIC SELECT f#(); END")},
	{"circle of functions", bySchema, func(t *testing.T, s *scene) {
		s.run(t, s.v, `CREATE FUNCTION f1(a int DEFAULT 1, OUT b int, INOUT "C c" text DEFAULT 'x') BEGIN ATOMIC SELECT 1, 'x'; END;
			CREATE FUNCTION t1(a int) RETURNS TABLE (x int, y text) BEGIN ATOMIC SELECT 1, 'x'; END`)
		s.run(t, s.v, repeated(`CREATE FUNCTION f^(a int DEFAULT (f#()).b, OUT b int, INOUT "C c" text DEFAULT 'x') BEGIN ATOMIC SELECT b, "C c" FROM f#(); END;
			CREATE FUNCTION t^(a int) RETURNS TABLE (x int, y text) BEGIN ATOMIC SELECT x, y FROM t#(1); END`))
		s.run(t, s.v, `CREATE OR REPLACE FUNCTION f1(a int DEFAULT (f501()).b, OUT b int, INOUT "C c" text DEFAULT 'x') BEGIN ATOMIC SELECT b, "C c" FROM f501(); END;
			CREATE OR REPLACE FUNCTION t1(a int) RETURNS TABLE (x int, y text) BEGIN ATOMIC SELECT x, y FROM t501(1); END`)
	}},
	{"circle of tables", bySchema, func(t *testing.T, s *scene) {
		s.run(t, s.v, repeated("CREATE TABLE t# (i int PRIMARY KEY, j int)"))
		s.run(t, s.v, "CREATE TABLE t501 (i int PRIMARY KEY, j int REFERENCES t1)")
		s.run(t, s.v, repeated("ALTER TABLE t# ADD FOREIGN KEY (j) REFERENCES t^"))
	}},
	{"circle of generated columns and domains", bySchema, func(t *testing.T, s *scene) {
		s.run(t, s.v, repeated("CREATE TABLE t# (i int); CREATE FUNCTION f#(t#[]) RETURNS int IMMUTABLE LANGUAGE sql AS 'SELECT 1'; CREATE DOMAIN d# AS int"))
		s.run(t, s.v, "CREATE TABLE t501 (i int); CREATE FUNCTION f501(t501[]) RETURNS int IMMUTABLE LANGUAGE sql AS 'SELECT 1'; CREATE DOMAIN d501 AS int")
		s.run(t, s.v, repeated(`ALTER TABLE t# ADD COLUMN g int GENERATED ALWAYS AS (f^(NULL)) STORED; CREATE FUNCTION g#(d^) RETURNS int IMMUTABLE LANGUAGE sql AS 'SELECT 1';
			ALTER DOMAIN d# SET DEFAULT g#(1)`))
		s.run(t, s.v, "ALTER TABLE t501 ADD COLUMN g int GENERATED ALWAYS AS (f1(NULL)) STORED; ALTER DOMAIN d501 SET DEFAULT g1(1)")
	}},
	{"odd names", bySchema, func(t *testing.T, s *scene) {
		s.run(t, s.v, `CREATE TABLE "%I; x""y" ("%s 'z'" serial PRIMARY KEY); CREATE FUNCTION "f(""x""int)"("a b" "%I; x""y"[]) RETURNS int LANGUAGE sql AS 'SELECT 1';
			CREATE POLICY "p on x" ON "%I; x""y"; CREATE VIEW "%L" AS SELECT 1 AS "x;y"`)
		s.run(t, s.v, repeated(`CREATE VIEW "%L ''; # ""x" AS SELECT 1 AS i`))
	}},
	{"many grants", bySchema, func(t *testing.T, s *scene) {
		s.run(t, s.h, repeated("CREATE TABLE g# (i int); GRANT ALL ON g# TO {v} WITH GRANT OPTION; GRANT UPDATE (i) ON g# TO {v}"))
		s.run(t, s.h, "GRANT USAGE ON SCHEMA {h} TO {v}; ALTER DEFAULT PRIVILEGES GRANT ALL ON TABLES TO {v}; CREATE POLICY p ON kept TO {v}")
		s.run(t, s.v, repeated("GRANT SELECT ON {h}.g# TO {w}"))
		s.run(t, s.v, "ALTER DEFAULT PRIVILEGES GRANT ALL ON TABLES TO {h}; ALTER DEFAULT PRIVILEGES IN SCHEMA {v} GRANT ALL ON FUNCTIONS TO {w}")
	}},
	{"many grants of a grantee", bySchema, func(t *testing.T, s *scene) {
		s.run(t, s.h, "GRANT USAGE ON SCHEMA {h} TO {w} WITH GRANT OPTION; CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'; CREATE SEQUENCE q; CREATE TYPE e AS ENUM ('x')")
		s.run(t, s.h, "GRANT ALL ON FUNCTION f() TO {w} WITH GRANT OPTION; GRANT ALL ON SEQUENCE q TO {w} WITH GRANT OPTION; GRANT ALL ON TYPE e TO {w} WITH GRANT OPTION")
		s.run(t, s.h, repeated("CREATE TABLE g# (i int); GRANT ALL ON g# TO {w} WITH GRANT OPTION"))
		s.run(t, s.w, repeated("GRANT ALL ON {h}.g# TO {v}; GRANT UPDATE (i) ON {h}.g# TO {v}"))
		s.run(t, s.w, "GRANT USAGE ON SCHEMA {h} TO {v}; GRANT ALL ON FUNCTION {h}.f() TO {v}; GRANT ALL ON SEQUENCE {h}.q TO {v}; GRANT ALL ON TYPE {h}.e TO {v}")
	}},
	{"another preview depends on it", bySchema, then(
		func(t *testing.T, s *scene) {
			s.run(t, s.v, shares+"; CREATE TYPE e AS ENUM ('x'); CREATE FUNCTION f() RETURNS int IMMUTABLE LANGUAGE sql AS 'SELECT 1'; CREATE FUNCTION g() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN END'; CREATE SEQUENCE q; GRANT USAGE ON SEQUENCE q TO {h}")
		},
		`ALTER TABLE kept ADD COLUMN e {v}.e; ALTER TABLE kept ADD COLUMN j int REFERENCES {v}.kept; ALTER TABLE kept ADD COLUMN g int GENERATED ALWAYS AS ({v}.f()) STORED;
		ALTER TABLE kept ADD COLUMN q int DEFAULT nextval('{v}.q'); CREATE INDEX ON kept ((i + {v}.f())); CREATE TRIGGER t BEFORE DELETE ON kept EXECUTE FUNCTION {v}.g();
		CREATE POLICY p ON kept USING (EXISTS (SELECT FROM {v}.kept)); CREATE VIEW e AS SELECT e, g FROM kept`,
		"CREATE VIEW v1 AS SELECT * FROM {v}.kept", repeated("CREATE VIEW v^ AS SELECT * FROM v#"),
		repeated("CREATE TABLE r# (i int REFERENCES {v}.kept, e {v}.e)"))},
}
