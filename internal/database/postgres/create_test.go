package postgres_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/previewset/previewset/internal/database"
	pgtest "github.com/previewset/previewset/test/fake/postgres"
)

// catalogues returns what is on the server that previews could leave.
func (b *fixture) catalogues(t *testing.T) []string {
	t.Helper()
	return b.Strings(t, "postgres", `SELECT 'role ' || rolname FROM pg_roles UNION ALL SELECT 'database ' || datname FROM pg_database
		UNION ALL SELECT 'depends ' || dbid || ' ' || classid || ' ' || refobjid || ' ' || deptype::text FROM pg_shdepend WHERE refclassid = 'pg_authid'::regclass
		UNION ALL SELECT 'member ' || roleid::regrole || ' ' || member::regrole FROM pg_auth_members
		UNION ALL SELECT 'setting ' || setrole FROM pg_db_role_setting UNION ALL SELECT 'comment ' || description FROM pg_shdescription ORDER BY 1`)
}

func TestCreateNoteAndDrop(t *testing.T) {
	eachServer(t, func(t *testing.T, b *fixture) {
		b.seed(t)
		b.create(t, request("first", database.StrategySchema)) // makes the shared database
		b.drop(t, "first")
		before := b.catalogues(t)
		for _, strategy := range strategies {
			name := "select " + string(strategy) + ` "é; DROP` + strings.Repeat("x", 10)
			r := request(name, strategy)
			a := b.create(t, r)
			if a.URL() != b.URL(name, rolePassword, a.Database) {
				t.Errorf("its URL is %s", a.URL())
			}
			b.execAs(t, a, `CREATE TABLE kept (i int); INSERT INTO kept VALUES (1); SELECT * FROM kept JOIN pg_class ON true`)

			r.Mark.OrphanedAt = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
			if err := b.postgres.Note(t.Context(), database.Object{Name: name, Mark: r.Mark}); err != nil {
				t.Fatal(err)
			}
			b.checkList(t, database.Object{Name: name, Mark: r.Mark})

			orphan := r.Mark
			r.Mark.OrphanedAt = time.Time{}
			r.Password, r.ConnectionLimit, r.StatementTimeout = rolePassword+"2", 2, 1234*time.Millisecond
			again := b.create(t, r)
			b.execAs(t, again, "INSERT INTO kept SELECT * FROM kept")
			b.checkList(t, database.Object{Name: name, Mark: r.Mark})
			if _, err := b.postgres.Drop(t.Context(), name, orphan); !errors.Is(err, database.ErrChanged) {
				t.Errorf("dropped as an orphan that it was: %v", err)
			}
			conn := b.Connect(t, again.User, again.Password, again.Database)
			var timeout, limit, path string
			if err := conn.QueryRow(t.Context(), `SELECT current_setting('statement_timeout'), rolconnlimit::text, current_setting('search_path')
				FROM pg_roles WHERE rolname = current_user`).Scan(&timeout, &limit, &path); err != nil {
				t.Fatal(err)
			}
			wantPath := `"$user", public`
			if strategy == database.StrategySchema {
				wantPath = pgx.Identifier{name}.Sanitize()
			}
			if timeout != "1234ms" || limit != "2" || path != wantPath {
				t.Errorf("%s: statement_timeout %s, limit %s, search_path %s", strategy, timeout, limit, path)
			}
			if _, err := pgx.Connect(t.Context(), a.URL()); err == nil {
				t.Error("the old password is still taken")
			}
			b.drop(t, name)
			if there, err := b.postgres.Drop(t.Context(), name, mark(name)); there || err != nil {
				t.Errorf("dropped again: %v, %v", there, err)
			}
		}
		b.checkList(t)
		if after := b.catalogues(t); !slices.Equal(after, before) {
			t.Errorf("left:\n%s\nof\n%s", strings.Join(after, "\n"), strings.Join(before, "\n"))
		}
		for _, secret := range []string{rolePassword, pgtest.Password} {
			if strings.Contains(b.Log(), secret) {
				t.Errorf("the server's log has %s", secret)
			}
		}
		if !strings.Contains(b.Log(), "SCRAM-SHA-256$") {
			t.Error("the server's log has no statements: this test can't fail")
		}
	}, "log_statement=all", "log_min_duration_statement=0")
}

func (b *fixture) checkList(t *testing.T, want ...database.Object) {
	t.Helper()
	got, err := b.postgres.List(t.Context())
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("listed %v, %v; want %v", got, err, want)
	}
}

func TestSnapshotOwnsItsCopy(t *testing.T) {
	eachServer(t, func(t *testing.T, b *fixture) {
		b.seed(t)
		a := b.create(t, request("copy", database.StrategySnapshot))
		foreign := b.Strings(t, "copy", `SELECT pg_describe_object(classid, objid, objsubid) FROM pg_shdepend
			WHERE dbid = (SELECT oid FROM pg_database WHERE datname = 'copy') AND deptype = 'o' AND refobjid <> 'copy'::regrole
			AND NOT (classid = 'pg_type'::regclass AND objid IN (SELECT oid FROM pg_type WHERE typtype = 'm'))`) // PostgreSQL 15 gives no multiranges
		if len(foreign) > 0 {
			t.Errorf("these are not its own: %q", foreign)
		}
		b.execAs(t, a, `INSERT INTO public.t (v) SELECT v FROM public.t; ALTER TABLE "Odd ""schema"."a.b" ADD COLUMN z int; DROP SEQUENCE public.s;
			SELECT lo_unlink(4711); DROP TYPE public.r CASCADE; CREATE TABLE public.fresh (); DROP SCHEMA "Odd ""schema" CASCADE`)
		if got := b.Strings(t, "seed", "SELECT v FROM public.t"); !slices.Equal(got, []string{"seeded"}) {
			t.Errorf("the template has %q", got)
		}
		if got := b.Strings(t, "seed", "SELECT count(*)::text FROM pg_shdepend WHERE refobjid = 'copy'::regrole AND classid = 'pg_class'::regclass AND dbid = (SELECT oid FROM pg_database WHERE datname = 'seed')"); got[0] != "0" {
			t.Errorf("%s objects of the template were given away", got[0])
		}
		b.drop(t, "copy")
	})
}

func TestForeignObjectsAreRefused(t *testing.T) {
	eachServer(t, func(t *testing.T, b *fixture) {
		b.seed(t)
		b.create(t, request("theirs", database.StrategySchema))
		b.Exec(t, "postgres", "CREATE ROLE person; COMMENT ON ROLE person IS 'a person'", "CREATE DATABASE archive", "REVOKE ALL ON DATABASE archive FROM PUBLIC")
		b.Exec(t, "previews", "CREATE SCHEMA tools")
		before := b.catalogues(t)
		for _, c := range []struct {
			name       string
			strategies []database.Strategy
		}{
			{"theirs", strategies},
			{"person", strategies},
			{"archive", strategies[1:]},
			{"tools", strategies[:1]},
		} {
			for _, strategy := range c.strategies {
				r := request(c.name, strategy)
				r.Mark.ID = "pr-9"
				if _, err := b.postgres.Create(t.Context(), r); !errors.Is(err, database.ErrForeign) {
					t.Errorf("%s of %s: %v", strategy, c.name, err)
				}
			}
		}
		for _, name := range []string{"theirs", "person"} {
			if there, err := b.postgres.Drop(t.Context(), name, mark("pr-9")); there || !errors.Is(err, database.ErrForeign) {
				t.Errorf("dropped %s: %v, %v", name, there, err)
			}
			if err := b.postgres.Note(t.Context(), database.Object{Name: name, Mark: mark("pr-9")}); !errors.Is(err, database.ErrForeign) {
				t.Errorf("noted %s: %v", name, err)
			}
		}
		if there, err := b.postgres.Drop(t.Context(), "archive", mark("archive")); there || err != nil {
			t.Errorf("dropped a database without a role: %v, %v", there, err)
		}
		if after := b.catalogues(t); !slices.Equal(after, before) {
			t.Errorf("changed:\n%s\nwas\n%s", strings.Join(after, "\n"), strings.Join(before, "\n"))
		}
	})
}

// What is open is refused with the statements that close it, before anything is
// made; after them, all is well.
func TestCreateRefusesAnOpenServer(t *testing.T) {
	eachServer(t, func(t *testing.T, b *fixture) {
		b.seed(t)
		b.Exec(t, "postgres", `CREATE DATABASE "wide open"`, "CREATE DATABASE previews", "GRANT CREATE ON DATABASE previews TO PUBLIC", "GRANT CONNECT ON DATABASE postgres TO PUBLIC",
			"ALTER DATABASE previews OWNER TO "+b.user)
		b.Exec(t, "previews", "CREATE SCHEMA writable; GRANT USAGE, CREATE ON SCHEMA writable TO PUBLIC; CREATE SCHEMA readable; GRANT USAGE ON SCHEMA readable TO PUBLIC")
		before := b.catalogues(t)
		for _, strategy := range strategies {
			r := request("pr_1", strategy)
			_, err := b.postgres.Create(t.Context(), r)
			if !errors.Is(err, database.ErrOpen) || !strings.Contains(err.Error(), `ON DATABASE "wide open" FROM PUBLIC`) {
				t.Errorf("%s: %v", strategy, err)
			}
			if after := b.catalogues(t); !slices.Equal(after, before) {
				t.Fatalf("%s left %q", strategy, after)
			}
		}
		var places []string
		for range 2 {
			r := request("pr_1", database.StrategySchema)
			r.Open = []string{"postgres"}
			_, err := b.postgres.Create(t.Context(), r)
			if !errors.Is(err, database.ErrOpen) {
				t.Fatal(err)
			}
			places = append(places, err.Error())
			_, sql, _ := strings.Cut(err.Error(), "superuser: ")
			sql, _, _ = strings.Cut(sql, "; or say")
			b.Exec(t, "previews", sql)
		}
		if !strings.Contains(places[0], "wide open") || strings.Contains(places[1], "readable") ||
			!strings.Contains(places[1], "REVOKE ALL ON SCHEMA public") || !strings.Contains(places[1], "REVOKE ALL ON SCHEMA writable") {
			t.Errorf("%q", places)
		}
		r := request("pr_1", database.StrategySchema)
		r.Open = []string{"postgres"}
		b.execAs(t, b.create(t, r), "CREATE TABLE t ()")
		// Only the role itself: a grant that somebody gave it.
		b.Exec(t, "postgres", `GRANT CONNECT ON DATABASE "wide open" TO pr_1`)
		if _, err := b.postgres.Create(t.Context(), r); !errors.Is(err, database.ErrOpen) || !strings.Contains(err.Error(), `FROM "pr_1"`) {
			t.Error(err)
		}
	})
}

func TestCreateWaitsForABusyTemplate(t *testing.T) {
	eachServer(t, func(t *testing.T, b *fixture) {
		b.seed(t)
		conn, err := pgx.Connect(t.Context(), b.URL(pgtest.Superuser, pgtest.Password, "seed")+"&application_name=reports")
		if err != nil {
			t.Fatal(err)
		}
		r := request("pr_1", database.StrategySnapshot)
		if _, err := b.postgres.Create(t.Context(), r); !errors.Is(err, database.ErrBusy) || !strings.Contains(err.Error(), "reports of postgres") {
			t.Errorf("%v", err)
		}
		r.Wait = time.Minute
		var messages []string
		r.Progress = func(format string, args ...any) {
			messages = append(messages, fmt.Sprintf(format, args...))
			if err := conn.Close(t.Context()); err != nil {
				t.Error(err)
			}
		}
		b.execAs(t, b.create(t, r), "SELECT v FROM public.t")
		if len(messages) == 0 || !strings.Contains(messages[0], "reports of postgres (1 sessions)") {
			t.Errorf("said %q", messages)
		}
	})
}
