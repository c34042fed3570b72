// Package databases_test checks the databases of previews on real servers: no preview
// can access objects of another, and a dropped preview leaves no objects.
package databases_test

import (
	"errors"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/previewset/previewset/internal/database"
	"github.com/previewset/previewset/internal/database/postgres"
	pgtest "github.com/previewset/previewset/test/fake/postgres"
)

// postgresFixture is a server that is set up as previewset requires, and previewset's
// connection as its administrator.
type postgresFixture struct {
	*pgtest.Server
	admin *postgres.Server
	// user is the administrator.
	user string
}

// patient is the patience of drops that must succeed. It only bounds the time of a test
// that fails: with many tests at a time, a drop can take more than a minute.
const patient = 10 * time.Minute

// eachPostgres runs test with a new server of each version. The administrator is a
// superuser, or a role with only CREATEDB and CREATEROLE.
func eachPostgres(t *testing.T, test func(t *testing.T, f *postgresFixture), settings ...string) {
	t.Helper()
	pgtest.Each(t, func(t *testing.T, i pgtest.Installation) {
		t.Parallel()
		for name, password := range map[string]string{pgtest.Superuser: pgtest.Password, "administrator": "administrator-canary"} {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				test(t, newPostgresFixture(t, i, name, password, settings...))
			})
		}
	})
}

func newPostgresFixture(t testing.TB, i pgtest.Installation, name, password string, settings ...string) *postgresFixture {
	t.Helper()
	s := pgtest.Start(t, i, supported(i, settings)...)
	s.RevokePublic(t)
	s.Exec(t, "postgres", "CREATE ROLE administrator LOGIN CREATEDB CREATEROLE PASSWORD 'administrator-canary'; GRANT CONNECT ON DATABASE postgres TO administrator")
	s.Exec(t, "postgres", "CREATE DATABASE seed OWNER administrator", "REVOKE ALL ON DATABASE seed FROM PUBLIC")
	s.Exec(t, "seed", "SET ROLE administrator; CREATE TABLE public.seeded (i int); INSERT INTO public.seeded SELECT generate_series(1, 100)")
	admin, err := postgres.Open(t.Context(), s.URL(name, password, "postgres"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(admin.Close)
	return &postgresFixture{Server: s, admin: admin, user: name}
}

// supported returns the settings that the version knows. Those of PostgreSQL 16 have a
// question mark.
func supported(i pgtest.Installation, settings []string) (all []string) {
	for _, s := range settings {
		name, optional := strings.CutPrefix(s, "?")
		if !optional || i.Version >= 16 {
			all = append(all, name)
		}
	}
	return all
}

// version returns the major version of the server.
func (f *postgresFixture) version(t testing.TB) int {
	t.Helper()
	version, err := strconv.Atoi(f.Strings(t, "postgres", "SELECT current_setting('server_version_num')")[0])
	if err != nil {
		t.Fatal(err)
	}
	return version / 10000
}

func postgresRequest(name string, strategy database.Strategy) database.Request {
	return database.Request{
		Name: name, Strategy: strategy, Mark: database.Mark{Set: "shop", ID: name, Source: "github.com/acme/shop"},
		Database: "previews", Template: "seed", Password: "canary-of-" + name, ConnectionLimit: 50, StatementTimeout: 30 * time.Second,
		Progress: func(string, ...any) {},
	}
}

// create creates a preview. A server whose table of locks was full needs time to release them.
func (f *postgresFixture) create(t testing.TB, name string, strategy database.Strategy) database.Access {
	t.Helper()
	r := postgresRequest(name, strategy)
	r.Wait = time.Minute
	a, err := f.admin.Create(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// session opens a session of the preview until the test ends.
func (f *postgresFixture) session(t testing.TB, a database.Access) *pgx.Conn {
	t.Helper()
	return f.Connect(t, a.User, a.Password, a.Database)
}

// mustRun runs statements. The test fails if one of them fails.
func mustRun(t testing.TB, conn *pgx.Conn, sql string) {
	t.Helper()
	if _, err := conn.PgConn().Exec(t.Context(), sql).ReadAll(); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
}

// sqlState runs statements in a transaction, rolls it back, and returns the SQLSTATE of
// the error, or "" if the statements succeed.
func sqlState(t testing.TB, conn *pgx.Conn, sql string) string {
	t.Helper()
	mustRun(t, conn, "BEGIN")
	_, err := conn.PgConn().Exec(t.Context(), sql).ReadAll()
	mustRun(t, conn, "ROLLBACK")
	return stateOf(t, err)
}

func stateOf(t testing.TB, err error) string {
	t.Helper()
	if err == nil {
		return ""
	}
	pgErr, ok := errors.AsType[*pgconn.PgError](err)
	if !ok {
		t.Fatal(err)
	}
	return pgErr.Code
}

// await waits until a query of the superuser returns true.
func (f *postgresFixture) await(t testing.TB, query string) {
	t.Helper()
	for f.Strings(t, "postgres", "SELECT ("+query+")::text")[0] != "true" {
		if t.Context().Err() != nil {
			t.Fatal("the test has ended")
		}
	}
}
