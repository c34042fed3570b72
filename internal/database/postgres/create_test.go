package postgres_test

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/previewset/previewset/internal/database"
	pgtest "github.com/previewset/previewset/test/fake/postgres"
)

// catalogues returns the rows of the server's catalogues that previews could leave behind.
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
				t.Errorf("got URL %s, want %s", a.URL(), b.URL(name, rolePassword, a.Database))
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
			if _, err := b.postgres.Drop(t.Context(), name, orphan, time.Minute); !errors.Is(err, database.ErrChanged) {
				t.Errorf("drop with an outdated mark: got %v, want %v", err, database.ErrChanged)
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
				t.Errorf("%s: got statement_timeout %s, limit %s, search_path %s, want 1234ms, 2, %s", strategy, timeout, limit, path, wantPath)
			}
			if _, err := pgx.Connect(t.Context(), a.URL()); err == nil {
				t.Error("the server still accepts the old password")
			}
			b.drop(t, name)
			if exists, err := b.postgres.Drop(t.Context(), name, mark(name), time.Minute); exists || err != nil {
				t.Errorf("second drop: got %v, %v, want false", exists, err)
			}
		}
		b.checkList(t)
		if after := b.catalogues(t); !slices.Equal(after, before) {
			t.Errorf("got catalogues\n%s\nwant\n%s", strings.Join(after, "\n"), strings.Join(before, "\n"))
		}
		for _, secret := range []string{rolePassword, pgtest.Password} {
			if strings.Contains(b.Log(), secret) {
				t.Errorf("the server's log holds %s", secret)
			}
		}
		if !strings.Contains(b.Log(), "SCRAM-SHA-256$") {
			t.Error("the server's log holds no statements, so this test proves nothing")
		}
	}, "log_statement=all", "log_min_duration_statement=0")
}

func (b *fixture) checkList(t *testing.T, want ...database.Object) {
	t.Helper()
	got, err := b.postgres.List(t.Context())
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("List: got %v, %v, want %v", got, err, want)
	}
}

func TestSnapshotOwnsItsCopy(t *testing.T) {
	eachServer(t, func(t *testing.T, b *fixture) {
		b.seed(t)
		a := b.create(t, request("copy", database.StrategySnapshot))
		foreign := b.Strings(t, "copy", `SELECT pg_describe_object(classid, objid, objsubid) FROM pg_shdepend
			WHERE dbid = (SELECT oid FROM pg_database WHERE datname = 'copy') AND deptype = 'o' AND refobjid <> 'copy'::regrole
			AND NOT (classid = 'pg_type'::regclass AND objid IN (SELECT oid FROM pg_type WHERE typtype = 'm'))`) // PostgreSQL 15 can't reassign multiranges
		if len(foreign) > 0 {
			t.Errorf("got objects of other owners: %q", foreign)
		}
		b.execAs(t, a, `INSERT INTO public.t (v) SELECT v FROM public.t; ALTER TABLE "Odd ""schema"."a.b" ADD COLUMN z int; DROP SEQUENCE public.s;
			SELECT lo_unlink(4711); DROP TYPE public.r CASCADE; CREATE TABLE public.fresh (); DROP SCHEMA "Odd ""schema" CASCADE`)
		if got := b.Strings(t, "seed", "SELECT v FROM public.t"); !slices.Equal(got, []string{"seeded"}) {
			t.Errorf("got rows %q in the template, want seeded", got)
		}
		if got := b.Strings(t, "seed", "SELECT count(*)::text FROM pg_shdepend WHERE refobjid = 'copy'::regrole AND classid = 'pg_class'::regclass AND dbid = (SELECT oid FROM pg_database WHERE datname = 'seed')"); got[0] != "0" {
			t.Errorf("%s objects of the template were reassigned", got[0])
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
					t.Errorf("create %s with strategy %s: got %v, want %v", c.name, strategy, err, database.ErrForeign)
				}
			}
		}
		for _, name := range []string{"theirs", "person"} {
			if exists, err := b.postgres.Drop(t.Context(), name, mark("pr-9"), time.Minute); exists || !errors.Is(err, database.ErrForeign) {
				t.Errorf("drop %s: got %v, %v, want %v", name, exists, err, database.ErrForeign)
			}
			if err := b.postgres.Note(t.Context(), database.Object{Name: name, Mark: mark("pr-9")}); !errors.Is(err, database.ErrForeign) {
				t.Errorf("note %s: got %v, want %v", name, err, database.ErrForeign)
			}
		}
		if exists, err := b.postgres.Drop(t.Context(), "archive", mark("archive"), time.Minute); exists || err != nil {
			t.Errorf("drop a database without a role: got %v, %v, want false", exists, err)
		}
		if after := b.catalogues(t); !slices.Equal(after, before) {
			t.Errorf("got catalogues\n%s\nwant\n%s", strings.Join(after, "\n"), strings.Join(before, "\n"))
		}
	})
}

// If the server is open, Create fails before it creates anything, and the error has the
// statements that close the server. After these statements, Create succeeds.
func TestCreateRefusesAnOpenServer(t *testing.T) {
	eachServer(t, func(t *testing.T, b *fixture) {
		b.seed(t)
		b.Exec(t, "postgres", `CREATE DATABASE "wide open"`, "CREATE DATABASE previews", "GRANT CREATE ON DATABASE previews TO PUBLIC", "CREATE DATABASE lobby",
			"ALTER DATABASE previews OWNER TO "+b.user)
		b.Exec(t, "previews", "CREATE SCHEMA writable; GRANT USAGE, CREATE ON SCHEMA writable TO PUBLIC; CREATE SCHEMA readable; GRANT USAGE ON SCHEMA readable TO PUBLIC")
		before := b.catalogues(t)
		for _, strategy := range strategies {
			r := request("pr_1", strategy)
			_, err := b.postgres.Create(t.Context(), r)
			if !errors.Is(err, database.ErrOpen) || !strings.Contains(err.Error(), `ON DATABASE "wide open" FROM PUBLIC`) {
				t.Errorf("%s: got %v, want %v for wide open", strategy, err, database.ErrOpen)
			}
			if after := b.catalogues(t); !slices.Equal(after, before) {
				t.Fatalf("%s: got catalogues %q, want %q", strategy, after, before)
			}
		}
		var messages []string
		for range 2 {
			r := request("pr_1", database.StrategySchema)
			r.Open = []string{"lobby"}
			_, err := b.postgres.Create(t.Context(), r)
			if !errors.Is(err, database.ErrOpen) {
				t.Fatal(err)
			}
			messages = append(messages, err.Error())
			_, sql, _ := strings.Cut(err.Error(), "superuser: ")
			sql, _, _ = strings.Cut(sql, "; or list")
			b.Exec(t, "previews", sql)
		}
		if !strings.Contains(messages[0], "wide open") || strings.Contains(messages[1], "readable") ||
			!strings.Contains(messages[1], "REVOKE ALL ON SCHEMA public") || !strings.Contains(messages[1], "REVOKE ALL ON SCHEMA writable") {
			t.Errorf("got %q, want the statements for wide open, public and writable", messages)
		}
		r := request("pr_1", database.StrategySchema)
		r.Open = []string{"lobby"}
		b.execAs(t, b.create(t, r), "CREATE TABLE t ()")
		// Someone grants a right to the role itself.
		b.Exec(t, "postgres", `GRANT CONNECT ON DATABASE "wide open" TO pr_1`)
		if _, err := b.postgres.Create(t.Context(), r); !errors.Is(err, database.ErrOpen) || !strings.Contains(err.Error(), `FROM "pr_1"`) {
			t.Errorf("got %v, want %v for the role pr_1", err, database.ErrOpen)
		}
	})
}

// busyFor matches the duration and the client of a template in use.
var busyFor = regexp.MustCompile(`: seed, for \d+s, by reports of postgres`)

func TestCreateWaitsForABusyTemplate(t *testing.T) {
	eachServer(t, func(t *testing.T, b *fixture) {
		b.seed(t)
		conn, err := pgx.Connect(t.Context(), b.URL(pgtest.Superuser, pgtest.Password, "seed")+"&application_name=reports")
		if err != nil {
			t.Fatal(err)
		}
		r := request("pr_1", database.StrategySnapshot)
		r.Wait = 123456789 * time.Nanosecond
		if _, err := b.postgres.Create(t.Context(), r); !errors.Is(err, database.ErrBusy) || !busyFor.MatchString(err.Error()) {
			t.Errorf("got %v, want %v with %s", err, database.ErrBusy, busyFor)
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
		if len(messages) == 0 || !strings.Contains(messages[0], "reports of postgres (1 session)") {
			t.Errorf("got messages %q, want one about reports", messages)
		}
	})
}
