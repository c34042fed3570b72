package databases_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/previewset/previewset/internal/database"
	"github.com/previewset/previewset/internal/database/postgres"
	pgtest "github.com/previewset/previewset/test/fake/postgres"
	"github.com/previewset/previewset/test/fake/suite"
)

// impatient is the patience of drops that must leave something.
const impatient = 8 * time.Second

// dropLeaves drops v, and fails the test unless something is left for the reason.
func (s *scene) dropLeaves(t *testing.T, reasons ...string) {
	t.Helper()
	name := s.names.Replace("{v}")
	began := time.Now()
	_, err := s.admin.Drop(t.Context(), name, postgresRequest(name, "").Mark, impatient)
	if !errors.Is(err, database.ErrDropping) {
		t.Fatalf("drop %s: got %v, want %v", name, err, database.ErrDropping)
	}
	for _, reason := range reasons {
		if !strings.Contains(err.Error(), reason) {
			t.Errorf("got %q, want it to contain %q", err, reason)
		}
	}
	if took := time.Since(began); took > time.Minute {
		t.Errorf("the drop took %s, want about %s", took, impatient)
	}
	if _, err := pgx.Connect(t.Context(), s.v.URL()); err == nil {
		t.Errorf("%s can still log in", name)
	}
	objects, err := s.admin.List(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range objects {
		if o.Name == name && time.Since(o.Mark.DroppingAt) > time.Hour {
			t.Errorf("%s has DroppingAt %s, want the time of the drop", name, o.Mark.DroppingAt)
		}
	}
}

// xpath() does not react to the end of its session. Everything else is dropped.
func TestPostgresDropLeavesASessionThatDoesNotEnd(t *testing.T) {
	t.Parallel()
	pgtest.Each(t, func(t *testing.T, i pgtest.Installation) {
		t.Parallel()
		f := newPostgresFixture(t, i, "administrator", "administrator-canary")
		before := f.ready(t)
		s := newScene(t, f, "a", bySchema)
		s.run(t, s.v, "CREATE TABLE docs (x xml); INSERT INTO docs SELECT xmlparse(content '<a>' || repeat('<b>c</b>', 40000) || '</a>')")
		conn := s.hold(t, s.v, "SET statement_timeout = 0")
		s.loops.Go(func() {
			_, _ = conn.Exec(s.ended, "SELECT count(*) FROM docs, unnest(xpath('/a/b[count(preceding-sibling::b) mod 2 = 0]', x))")
		})
		pid := fmt.Sprint(conn.PgConn().PID())
		s.awaitActive(t, pid, "xpath")
		s.dropLeaves(t, "session "+pid+" of a_v does not end", "the role a_v")
		if got := s.Strings(t, "previews", "SELECT relname::text FROM pg_class WHERE relowner = 'a_v'::regrole AND relkind = 'r'"); len(got) != 1 || got[0] != "docs" {
			t.Errorf("got tables %q, want only docs", got)
		}
		other := postgresRequest("a_v", bySchema)
		other.Mark.ID = "another preview"
		if _, err := f.admin.Create(t.Context(), other); !errors.Is(err, database.ErrDropping) {
			t.Errorf("create: got %v, want %v", err, database.ErrDropping)
		}
		var messages []string
		other.Wait = 5 * time.Minute
		other.Progress = func(format string, args ...any) { messages = append(messages, fmt.Sprintf(format, args...)) }
		a, err := f.admin.Create(t.Context(), other)
		if err != nil {
			t.Fatal(err)
		}
		if len(messages) == 0 || !strings.Contains(messages[0], "a_v") {
			t.Errorf("got messages %q, want one about a_v", messages)
		}
		s.run(t, a, "CREATE TABLE docs ()")
		if _, err := f.admin.Drop(t.Context(), "a_v", other.Mark, patient); err != nil {
			t.Error(err)
		}
		s.drop(t, "{h}")
		s.drop(t, "{w}")
		f.checkCatalog(t, before)
	})
}

// awaitActive waits until the session executes a statement with the text.
func (s *scene) awaitActive(t *testing.T, pid, text string) {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); {
		if len(s.Strings(t, "postgres", "SELECT pid::text FROM pg_stat_activity WHERE pid = $1::int AND state = 'active' AND query LIKE '%'||$2||'%'", pid, text)) > 0 {
			return
		}
	}
	t.Fatalf("the session %s does not execute %s", pid, text)
}

// A drop neither ends sessions nor removes objects of roles without a mark.
func TestPostgresDropLeavesOthers(t *testing.T) {
	t.Parallel()
	eachPostgres(t, func(t *testing.T, f *postgresFixture) {
		before := f.ready(t)
		s := newScene(t, f, "a", bySchema)
		s.run(t, s.v, "CREATE TABLE free (); CREATE VIEW over AS SELECT * FROM kept")
		f.Exec(t, "postgres", "CREATE ROLE person LOGIN PASSWORD 'canary-person'; GRANT CONNECT ON DATABASE previews TO person")
		f.Exec(t, "previews", "CREATE SCHEMA reports AUTHORIZATION person; GRANT USAGE ON SCHEMA a_v TO person; GRANT SELECT ON a_v.kept TO person")
		person := f.Connect(t, "person", "canary-person", "previews")

		mustRun(t, person, "BEGIN; SELECT * FROM a_v.kept")
		s.dropLeaves(t, " of person (", "run as a superuser: SELECT pg_terminate_backend(")
		mustRun(t, person, "COMMIT")
		if got := f.Strings(t, "previews", "SELECT relname::text FROM pg_class WHERE relowner = 'a_v'::regrole AND relkind IN ('r', 'v')"); len(got) != 1 || got[0] != "kept" {
			t.Errorf("got relations %q, want only kept", got)
		}

		mustRun(t, person, "CREATE VIEW reports.all_kept AS SELECT * FROM a_v.kept")
		s.dropLeaves(t, "drop view reports.all_kept, which depends on objects of the preview", "run as a superuser in the database previews: DROP VIEW reports.all_kept")
		mustRun(t, person, "CREATE VIEW reports.more AS SELECT * FROM a_v.kept")
		s.dropLeaves(t, "view reports.all_kept", " and view reports.", ", which depend on objects of the preview")
		mustRun(t, person, "SELECT * FROM reports.all_kept; DROP VIEW reports.all_kept, reports.more")

		f.Exec(t, "previews", "CREATE TEXT SEARCH DICTIONARY a_v.words (TEMPLATE = simple); CREATE OPERATOR a_v.### (RIGHTARG = int, FUNCTION = int4abs)")
		s.dropLeaves(t, "text search dictionary a_v.words", "operator a_v.###(NONE,integer)", "DROP TEXT SEARCH DICTIONARY a_v.words", "DROP OPERATOR a_v.###(NONE,integer)")
		f.Exec(t, "previews", "DROP TEXT SEARCH DICTIONARY a_v.words; DROP OPERATOR a_v.### (NONE, int)")

		f.Exec(t, "previews", "GRANT ALL ON SCHEMA reports TO a_v")
		mustRun(t, person, "CREATE TABLE reports.refers (i int); CREATE TABLE reports.own (i int); GRANT ALL ON reports.own TO a_v")
		if f.user == pgtest.Superuser {
			s.drop(t, "{v}")
		} else {
			s.dropLeaves(t, "has rights on", "table reports.own", "run as a superuser in the database previews: REVOKE ALL ON ", "REVOKE ALL ON TABLE reports.own FROM a_v")
			mustRun(t, person, "REVOKE ALL ON reports.own FROM a_v")
			f.Exec(t, "previews", "REVOKE ALL ON SCHEMA reports FROM a_v")
			s.drop(t, "{v}")
		}
		s.drop(t, "{h}")
		s.drop(t, "{w}")
		f.Exec(t, "previews", "DROP OWNED BY person", "DROP ROLE person")
		f.checkCatalog(t, before)
	})
}

// If previews can enter the database of the administrator's URL, they can take the locks
// that a drop uses.
func TestPostgresDropTakesItsLocks(t *testing.T) {
	t.Parallel()
	pgtest.Each(t, func(t *testing.T, i pgtest.Installation) {
		t.Parallel()
		f := newPostgresFixture(t, i, "administrator", "administrator-canary")
		before := f.ready(t)
		s := newScene(t, f, "a", bySchema)
		inside, err := postgres.Open(t.Context(), f.URL("administrator", "administrator-canary", "previews"))
		if err != nil {
			t.Fatal(err)
		}
		s.hold(t, s.h, "SELECT pg_advisory_lock(hashtextextended('previewset name a_v', 0))")
		s.hold(t, s.h, "SELECT pg_advisory_lock(hashtextextended('previewset databases', 0))")
		s.loop(t, s.h, "previews", 5, "SELECT pg_advisory_lock(hashtextextended('previewset name a_v', 0)), pg_sleep(1)")
		s.admin = inside
		s.drop(t, "{v}")
		s.stop()
		s.drop(t, "{h}")
		s.drop(t, "{w}")
		f.checkCatalog(t, before)
	})
}

// More objects than a server has locks with default settings, and chains that are deeper
// than its stack.
func TestPostgresDropsTwentyThousandObjects(t *testing.T) {
	t.Parallel()
	chosen := suite.OneOf(t, pgtest.Installations())
	pgtest.Each(t, func(t *testing.T, i pgtest.Installation) {
		t.Parallel()
		if !slices.Contains(chosen, i) {
			t.Skip("it takes a minute: this commit tries another version, and -part all tries each")
		}
		f := newPostgresFixture(t, i, "administrator", "administrator-canary", "log_min_messages=log")
		before := f.ready(t)
		s := newScene(t, f, "a", bySchema)
		const twentyThousand = "20000"
		conn := s.hold(t, s.v, "SET statement_timeout = 0; CREATE VIEW v1 AS SELECT 1 AS i")
		mustRun(t, conn, strings.ReplaceAll(repeated("CREATE FUNCTION f#() RETURNS int LANGUAGE sql AS 'SELECT 1'; CREATE VIEW v^ AS SELECT * FROM v#"), many, twentyThousand))
		mustRun(t, conn, "CREATE OR REPLACE VIEW v1 AS SELECT * FROM v20001")
		began := time.Now()
		if _, err := f.admin.Drop(t.Context(), "a_v", postgresRequest("a_v", "").Mark, 10*time.Minute); err != nil {
			t.Error(err)
		}
		t.Logf("20,000 functions and a circle of 20,000 views: %s", time.Since(began).Round(time.Millisecond))
		s.drop(t, "{h}")
		s.drop(t, "{w}")
		f.checkCatalog(t, before)
	})
}

// prunedEntries are the entries of previews that the pruner removed.
type prunedEntries struct{}

func (prunedEntries) Status(context.Context, database.Mark) (database.EntryStatus, error) {
	return database.EntryStatus{State: database.EntryPruned, Detail: "pruned"}, nil
}

// A sweep removes all previews that attack drops, after the grace.
func TestPostgresNothingStopsASweep(t *testing.T) {
	t.Parallel()
	pgtest.Each(t, func(t *testing.T, i pgtest.Installation) {
		t.Parallel()
		f := newPostgresFixture(t, i, "administrator", "administrator-canary", "max_connections=200", "max_prepared_transactions=20", "wal_level=logical", "log_min_messages=log")
		before := f.ready(t)
		var attacks []func()
		for n, attack := range slices.Concat(sessionAttacks, databaseAttacks) {
			if n%5 == 0 && !attack.alone() {
				s := newScene(t, f, fmt.Sprintf("a%d", n), attack.strategy)
				s.pace = slow
				attacks = append(attacks, func() { attack.do(t, s) })
			}
		}
		for _, attack := range attacks {
			attack()
		}
		now := time.Now()
		sweep := database.Sweep{
			Server: f.admin, Grace: time.Hour, Now: func() time.Time { return now }, Progress: func(string, ...any) {},
			Sets: map[string]database.SweepSet{"shop": {Read: func(context.Context) (database.Entries, error) { return prunedEntries{}, nil }}},
		}
		for range 2 {
			if _, err := sweep.Run(t.Context()); err != nil {
				t.Error(err)
			}
			now = now.Add(2 * time.Hour)
		}
		f.checkCatalog(t, before)
	})
}
