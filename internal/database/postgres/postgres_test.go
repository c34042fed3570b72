package postgres_test

import (
	"testing"
	"time"

	"github.com/previewset/previewset/internal/database"
	"github.com/previewset/previewset/internal/database/postgres"
	pgtest "github.com/previewset/previewset/test/fake/postgres"
)

// admin is an administrator with CREATEDB and CREATEROLE who is not a superuser.
const (
	admin         = "admin"
	adminPassword = "admin-canary-77e0"
	rolePassword  = "role-canary-b1d9"
)

// fixture is a running server, and the Server under test with its administrator.
type fixture struct {
	*pgtest.Server
	postgres *postgres.Server
	// user and password are the administrator's.
	user, password string
}

// eachServer runs test with a new server of each version and the administrator admin,
// which versions treat differently, and for the last version also with a superuser.
func eachServer(t *testing.T, test func(t *testing.T, b *fixture), settings ...string) {
	t.Helper()
	all := pgtest.Installations()
	pgtest.Each(t, func(t *testing.T, i pgtest.Installation) {
		if i == all[len(all)-1] {
			t.Run("superuser", func(t *testing.T) {
				t.Parallel()
				test(t, start(t, i, pgtest.Superuser, pgtest.Password, settings))
			})
		}
		t.Run("administrator", func(t *testing.T) {
			t.Parallel()
			test(t, start(t, i, admin, adminPassword, settings))
		})
	})
}

func start(t *testing.T, i pgtest.Installation, user, password string, settings []string) *fixture {
	t.Helper()
	s := pgtest.Start(t, i, settings...)
	s.RevokePublic(t)
	s.Exec(t, "postgres", `CREATE ROLE admin LOGIN CREATEDB CREATEROLE PASSWORD 'admin-canary-77e0'; GRANT CONNECT ON DATABASE postgres TO admin`)
	p, err := postgres.Open(t.Context(), s.URL(user, password, "postgres"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Close)
	return &fixture{Server: s, postgres: p, user: user, password: password}
}

// request returns a request for a preview called name.
func request(name string, strategy database.Strategy) database.Request {
	return database.Request{
		Name: name, Strategy: strategy, Mark: mark(name), Database: "previews", Template: "seed", Password: rolePassword,
		ConnectionLimit: 5, StatementTimeout: time.Minute, Progress: func(string, ...any) {},
	}
}

func mark(id string) database.Mark {
	return database.Mark{Set: "shop", ID: id, Source: "github.com/acme/shop"}
}

func (b *fixture) create(t *testing.T, r database.Request) database.Access {
	t.Helper()
	a, err := b.postgres.Create(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func (b *fixture) drop(t *testing.T, name string) {
	t.Helper()
	if exists, err := b.postgres.Drop(t.Context(), name, mark(name), time.Minute); err != nil || !exists {
		t.Fatalf("drop %s: got %v, %v, want true", name, exists, err)
	}
}

// execAs runs statements with the credentials of a preview, in its database.
func (b *fixture) execAs(t *testing.T, a database.Access, sql string) {
	t.Helper()
	conn := b.Connect(t, a.User, a.Password, a.Database)
	defer conn.Close(t.Context())
	if _, err := conn.PgConn().Exec(t.Context(), sql).ReadAll(); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
}

// strategies are all strategies. The last needs the template of seed.
var strategies = []database.Strategy{database.StrategySchema, database.StrategyDatabase, database.StrategySnapshot}

// seed creates the template with all kinds of objects. Its owner is admin: a superuser
// must be able to reassign the objects of another role.
func (b *fixture) seed(t *testing.T) {
	t.Helper()
	b.Exec(t, "postgres", "CREATE DATABASE seed OWNER admin", "REVOKE ALL ON DATABASE seed FROM PUBLIC")
	b.Exec(t, "seed", "SET ROLE admin;"+allObjectKinds)
}

// allObjectKinds creates at least one object of each kind that has an owner.
const allObjectKinds = `
CREATE SCHEMA "Odd ""schema"; CREATE TABLE "Odd ""schema"."a.b" (id serial PRIMARY KEY, "x y" text);
CREATE TABLE public.t (id bigint GENERATED ALWAYS AS IDENTITY, v text); INSERT INTO public.t (v) VALUES ('seeded');
CREATE TABLE public.p (k int) PARTITION BY RANGE (k); CREATE TABLE public.p1 PARTITION OF public.p FOR VALUES FROM (0) TO (9);
CREATE INDEX ON public.t (v); CREATE SEQUENCE public.s;
CREATE VIEW public.v AS SELECT 1 AS one; CREATE MATERIALIZED VIEW public.m AS SELECT 2 AS two;
CREATE TYPE public.mood AS ENUM ('ok'); CREATE TYPE public.pair AS (a int, b int); CREATE DOMAIN public.d AS int CHECK (VALUE > 0);
CREATE TYPE public.r AS RANGE (subtype = float8);
CREATE FUNCTION public.f(a int DEFAULT 1, VARIADIC b text[] DEFAULT '{}') RETURNS int LANGUAGE sql SECURITY DEFINER AS 'SELECT 1';
CREATE FUNCTION public.o(OUT a int, OUT b int) LANGUAGE sql AS 'SELECT 1, 2';
CREATE PROCEDURE public.pr(IN a int, INOUT b int) LANGUAGE plpgsql AS 'BEGIN END';
CREATE AGGREGATE public.total(int) (SFUNC = int4pl, STYPE = int, INITCOND = '0');
CREATE OPERATOR public.<=> (LEFTARG = int, RIGHTARG = int, FUNCTION = int4eq);
CREATE OPERATOR public.!!! (RIGHTARG = int, FUNCTION = int4abs);
CREATE COLLATION public.c (provider = libc, locale = 'C'); CREATE CONVERSION public.conv FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8;
CREATE TEXT SEARCH CONFIGURATION public.tsc (COPY = pg_catalog.english); CREATE TEXT SEARCH DICTIONARY public.tsd (TEMPLATE = simple);
CREATE STATISTICS public.st ON id, v FROM public.t;
SELECT lo_create(4711); SELECT lo_from_bytea(0, 'large');
`
