package databases_test

import (
	"slices"
	"strconv"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/previewset/previewset/internal/database"
	pgtest "github.com/previewset/previewset/test/fake/postgres"
)

// limitOf returns the connection limit of a role, and its initial settings.
func (f *postgresFixture) limitOf(t *testing.T, role string) (limit string, settings []string) {
	t.Helper()
	limit = f.Strings(t, "postgres", "SELECT rolconnlimit::text FROM pg_roles WHERE rolname = $1", role)[0]
	return limit, f.Strings(t, "postgres", "SELECT unnest(setconfig) FROM pg_db_role_setting WHERE setrole = $1::regrole ORDER BY 1", role)
}

// A new role gets its share of the server's connections. A running preview keeps its limit,
// unless the limit is configured.
func TestPostgresConnectionLimit(t *testing.T) {
	t.Parallel()
	pgtest.Each(t, func(t *testing.T, i pgtest.Installation) {
		t.Parallel()
		// 100 - 3 for superusers - 5 for the administrator.
		f := newPostgresFixture(t, i, "administrator", "administrator-canary")
		for _, test := range []struct {
			name            string
			limit, previews int
			want            string
		}{
			{"configured", 50, 0, "50"},
			{"twelve", 20, 12, "7"},
			{"few", 20, 2, "20"},
			{"many", 20, 1000, "1"},
			{"unknown", 20, database.UnknownPreviews, "9"},
			{"twelve", 20, 46, "7"},
			{"twelve", 3, 46, "7"},
			{"twelve", 3, 0, "3"},
			{"twelve", 20, 12, "3"},
		} {
			r := postgresRequest(test.name, database.StrategySchema)
			r.ConnectionLimit, r.Previews = test.limit, test.previews
			a, err := f.admin.Create(t.Context(), r)
			if err != nil {
				t.Fatal(err)
			}
			if got, _ := f.limitOf(t, test.name); got != test.want {
				t.Errorf("%s, at most %d for %d previews: got the limit %s, want %s", test.name, test.limit, test.previews, got, test.want)
			} else if a.ServerConnections != 100 || got != strconv.Itoa(a.ConnectionLimit) {
				t.Errorf("%s: got %d of %d connections, want %s of 100", test.name, a.ConnectionLimit, a.ServerConnections, got)
			}
		}
	})
}

// Reserved connections are not shared (PostgreSQL 16).
func TestPostgresConnectionLimitExcludesReservedConnections(t *testing.T) {
	t.Parallel()
	eachPostgres(t, func(t *testing.T, f *postgresFixture) {
		r := postgresRequest("pr_1", database.StrategySchema)
		r.ConnectionLimit, r.Previews = 20, 4
		if _, err := f.admin.Create(t.Context(), r); err != nil {
			t.Fatal(err)
		}
		// 40 - 4 - 5, and since version 16 - 11.
		want := "5"
		if f.version(t) < 16 {
			want = "7"
		}
		if got, _ := f.limitOf(t, "pr_1"); got != want {
			t.Errorf("got the limit %s, want %s", got, want)
		}
	}, "max_connections=40", "superuser_reserved_connections=4", "?reserved_connections=11")
}

// The server refuses further sessions of a preview, and its limit is not for the preview to
// change.
func TestPostgresConnectionLimitHolds(t *testing.T) {
	t.Parallel()
	eachPostgres(t, func(t *testing.T, f *postgresFixture) {
		r := postgresRequest("pr_1", database.StrategySchema)
		r.ConnectionLimit = 2
		a, err := f.admin.Create(t.Context(), r)
		if err != nil {
			t.Fatal(err)
		}
		first := f.session(t, a)
		f.session(t, a)
		if _, err := pgx.Connect(t.Context(), a.URL()); stateOf(t, err) != "53300" {
			t.Errorf("third session: got %v, want SQLSTATE 53300", err)
		}
		if got := sqlState(t, first, "ALTER ROLE CURRENT_USER CONNECTION LIMIT 50"); got != "42501" {
			t.Errorf("got SQLSTATE %q, want 42501", got)
		}
	})
}

// Previews use all their connections. The administrator still connects, as it has the right
// to use reserved connections.
func TestPostgresAdministratorConnectsToAFullServer(t *testing.T) {
	t.Parallel()
	eachPostgres(t, func(t *testing.T, f *postgresFixture) {
		if f.version(t) < 16 {
			t.Skip("the server has no reserved_connections")
		}
		f.Exec(t, "postgres", "GRANT pg_use_reserved_connections TO administrator")
		a := f.create(t, "pr_1", database.StrategySchema)
		var err error
		for n := 0; err == nil && n < 20; n++ {
			var conn *pgconn.PgConn
			if conn, err = pgconn.Connect(t.Context(), a.URL()); err == nil {
				t.Cleanup(func() { _ = conn.Conn().Close() })
			}
		}
		if got := stateOf(t, err); got != "53300" {
			t.Fatalf("preview: got SQLSTATE %q, want 53300", got)
		}
		f.create(t, "pr_2", database.StrategySchema)
		if _, err := f.admin.Drop(t.Context(), "pr_1", postgresRequest("pr_1", "").Mark, patient); err != nil {
			t.Error(err)
		}
	}, "max_connections=20", "superuser_reserved_connections=2", "?reserved_connections=5")
}

// Roles have initial limits for their sessions. They can change all but the limit of
// temporary files, which needs an administrator that may set it.
func TestPostgresSessionLimits(t *testing.T) {
	t.Parallel()
	eachPostgres(t, func(t *testing.T, f *postgresFixture) {
		check := func(name string, files bool) {
			t.Helper()
			a := f.create(t, name, database.StrategyDatabase)
			want := []string{"idle_in_transaction_session_timeout=300000ms", "idle_session_timeout=3600000ms", "statement_timeout=30000ms"}
			if files {
				want = append(want, "temp_file_limit=1GB")
			}
			if f.version(t) >= 17 {
				want = append(want, "transaction_timeout=3600000ms")
			}
			if _, got := f.limitOf(t, name); !slices.Equal(got, want) {
				t.Errorf("%s: got the settings %q, want %q", name, got, want)
			}
			conn := f.session(t, a)
			mustRun(t, conn, "SET idle_session_timeout = 0; SET statement_timeout = 0")
			if !files {
				return
			}
			for _, sql := range []string{"SET temp_file_limit = -1", "ALTER ROLE CURRENT_USER RESET temp_file_limit", "ALTER ROLE CURRENT_USER SET temp_file_limit = -1", "RESET SESSION AUTHORIZATION; SET temp_file_limit = -1"} {
				if got := sqlState(t, conn, sql); got != "42501" {
					t.Errorf("%s: got SQLSTATE %q, want 42501", sql, got)
				}
			}
			mustRun(t, conn, "ALTER ROLE CURRENT_USER RESET ALL")
			if got := f.Strings(t, "postgres", "SELECT unnest(setconfig) FROM pg_db_role_setting WHERE setrole = $1::regrole", name); !slices.Equal(got, []string{"temp_file_limit=1GB"}) {
				t.Errorf("after RESET ALL: got %q, want temp_file_limit", got)
			}
		}
		super := f.Strings(t, "postgres", "SELECT rolsuper::text FROM pg_roles WHERE rolname = $1", f.user)[0] == "true"
		check("pr_1", super)
		f.Exec(t, "postgres", "GRANT SET ON PARAMETER temp_file_limit TO administrator")
		check("pr_2", true)
	})
}
