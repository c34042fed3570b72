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
	"github.com/jackc/pgx/v5/pgconn"
	"golang.org/x/sync/errgroup"

	"github.com/previewset/previewset/internal/database"
	"github.com/previewset/previewset/internal/database/postgres"
	pgtest "github.com/previewset/previewset/test/fake/postgres"
)

// fewLocks are the settings of a server whose table of locks is small.
var fewLocks = []string{"max_locks_per_transaction=10", "max_connections=30", "max_worker_processes=0", "max_wal_senders=0", "autovacuum_max_workers=1"}

// fillLocks takes locks until the table of locks of the server is full. Advisory locks stay
// after the error.
func fillLocks(t *testing.T, conn *pgx.Conn) {
	t.Helper()
	_, err := conn.Exec(t.Context(), "SELECT pg_advisory_lock(i) FROM generate_series(1, 100000) i")
	if got := stateOf(t, err); got != "53200" {
		t.Fatalf("fill the table of locks: got SQLSTATE %q, want 53200", got)
	}
}

// ended reports whether the server ended the session of conn.
func ended(t *testing.T, conn *pgx.Conn) bool {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	_, err := conn.Exec(ctx, "SELECT 1")
	return err != nil
}

// endedPIDs calls Relieve, and returns the processes of the ended sessions.
func (f *postgresFixture) endedPIDs(t *testing.T, maxTransaction time.Duration) (pids []uint32) {
	t.Helper()
	list, err := f.admin.Relieve(t.Context(), maxTransaction)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range list {
		pids = append(pids, uint32(e.PID))
		if e.Mark.ID != e.Role || e.Reason == "" {
			t.Errorf("got %+v, want the mark of its role and a reason", e)
		}
	}
	return pids
}

func pidOf(conn *pgx.Conn) uint32 { return conn.PgConn().PID() }

// app returns a session in the shared database of a role that previewset does not own.
func (f *postgresFixture) app(t *testing.T) *pgx.Conn {
	t.Helper()
	f.Exec(t, "postgres", "CREATE ROLE app LOGIN PASSWORD 'app-canary'; GRANT CONNECT ON DATABASE previews TO app")
	return f.Connect(t, "app", "app-canary", "previews")
}

// A preview fills the table of locks. Then the server accepts no new session, but Relieve
// still ends the session of the preview, and only this one.
func TestPostgresRelieveFreesTheTableOfLocks(t *testing.T) {
	t.Parallel()
	eachPostgres(t, func(t *testing.T, f *postgresFixture) {
		hog := f.session(t, f.create(t, "hog", database.StrategySchema))
		quiet := f.session(t, f.create(t, "quiet", database.StrategySchema))
		app := f.app(t)
		mustRun(t, quiet, "SELECT pg_advisory_lock(-1)")
		mustRun(t, app, "SELECT pg_advisory_lock(-i) FROM generate_series(2, 60) i")
		if got := f.endedPIDs(t, time.Hour); len(got) != 0 {
			t.Fatalf("Relieve ended %v without a reason", got)
		}
		fillLocks(t, hog)
		_, err := pgconn.Connect(t.Context(), f.URL(pgtest.Superuser, pgtest.Password, "postgres"))
		if got := stateOf(t, err); got != "53200" {
			t.Fatalf("connect while the table is full: got SQLSTATE %q, want 53200", got)
		}
		if got, want := f.endedPIDs(t, time.Hour), pidOf(hog); !slices.Equal(got, []uint32{want}) {
			t.Errorf("Relieve ended %v, want %d", got, want)
		}
		for name, conn := range map[string]*pgx.Conn{"hog": hog, "quiet": quiet, "app": app} {
			if got := ended(t, conn); got != (name == "hog") {
				t.Errorf("%s: session ended: %v", name, got)
			}
		}
		f.create(t, "other", database.StrategySchema)
	}, fewLocks...)
}

// Sessions of other roles use most of the table of locks. Relieve ends no session of a
// preview that holds few.
func TestPostgresRelieveEndsNoInnocentPreview(t *testing.T) {
	t.Parallel()
	eachPostgres(t, func(t *testing.T, f *postgresFixture) {
		quiet := f.session(t, f.create(t, "quiet", database.StrategySchema))
		app := f.app(t)
		mustRun(t, app, "SELECT pg_advisory_lock(i) FROM generate_series(1, 200) i")
		mustRun(t, quiet, "SELECT pg_advisory_lock(-i) FROM generate_series(1, 8) i")
		if got := f.endedPIDs(t, time.Hour); len(got) != 0 {
			t.Errorf("Relieve ended %v, want none", got)
		}
	}, fewLocks...)
}

func TestPostgresRelieveEndsOldTransactions(t *testing.T) {
	t.Parallel()
	eachPostgres(t, func(t *testing.T, f *postgresFixture) {
		a := f.create(t, "old", database.StrategySchema)
		old, idle := f.session(t, a), f.session(t, a)
		app := f.app(t)
		mustRun(t, old, "BEGIN; SELECT 1")
		mustRun(t, app, "BEGIN; SELECT 1")
		if got := f.endedPIDs(t, time.Hour); len(got) != 0 {
			t.Errorf("Relieve ended %v, want none: no transaction is old", got)
		}
		if got, want := f.endedPIDs(t, time.Microsecond), pidOf(old); !slices.Equal(got, []uint32{want}) {
			t.Errorf("Relieve ended %v, want %d", got, want)
		}
		if ended(t, idle) || ended(t, app) {
			t.Error("Relieve ended a session without a transaction, or one of another role")
		}
	})
}

// Relieve opens another session after the server has ended its own.
func TestPostgresRelieveReconnects(t *testing.T) {
	t.Parallel()
	eachPostgres(t, func(t *testing.T, f *postgresFixture) {
		f.endedPIDs(t, time.Hour)
		f.Exec(t, "postgres", "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE application_name = 'previewset'")
		if _, err := f.admin.Relieve(t.Context(), time.Hour); err == nil {
			t.Error("got no error with a broken session")
		}
		f.endedPIDs(t, time.Hour)
	})
}

// rowLock locks the row of the shared database in pg_database: GRANT updates the row even
// if it changes nothing.
const rowLock = "BEGIN; GRANT CONNECT ON DATABASE previews TO CURRENT_USER"

// Create ends the sessions of previews that block it, also through sessions of others.
func TestPostgresCreateEndsBlockers(t *testing.T) {
	t.Parallel()
	eachPostgres(t, func(t *testing.T, f *postgresFixture) {
		for n, lock := range []string{rowLock, "BEGIN; DROP OWNED BY CURRENT_USER"} {
			hog := f.session(t, f.create(t, "hog", database.StrategySchema))
			mustRun(t, hog, lock)
			var messages []string
			r := postgresRequest(fmt.Sprintf("blocked_%d", n), database.StrategySchema)
			r.Progress = record(&messages)
			if _, err := f.admin.Create(t.Context(), r); err != nil {
				t.Fatal(err)
			}
			if !ended(t, hog) || len(messages) == 0 || !strings.Contains(messages[0], "of hog: it blocks previewset") {
				t.Errorf("%s: got the messages %q, want that the session of hog was ended", lock, messages)
			}
		}

		hog := f.session(t, f.create(t, "hog", database.StrategySchema))
		mustRun(t, hog, "CREATE TABLE hog.t (); GRANT USAGE ON SCHEMA hog TO PUBLIC; GRANT SELECT ON hog.t TO PUBLIC")
		mustRun(t, hog, "BEGIN; LOCK TABLE hog.t")
		app := f.app(t)
		done := make(chan error, 1)
		go func() {
			_, err := app.PgConn().Exec(t.Context(), rowLock+"; SELECT FROM hog.t; COMMIT").ReadAll()
			done <- err
		}()
		f.await(t, "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE usename = 'app' AND wait_event_type = 'Lock')")
		f.create(t, "behind", database.StrategySchema)
		if err := <-done; err != nil || !ended(t, hog) {
			t.Errorf("got %v of the session between the two, want none", err)
		}
	})
}

// A prepared transaction of a preview holds a lock that no session has.
func TestPostgresCreateRollsBackPreparedTransactions(t *testing.T) {
	t.Parallel()
	eachPostgres(t, func(t *testing.T, f *postgresFixture) {
		hog := f.session(t, f.create(t, "hog", database.StrategySchema))
		mustRun(t, hog, rowLock+"; PREPARE TRANSACTION 'hog'")
		f.create(t, "blocked", database.StrategySchema)
		if left := f.Strings(t, "postgres", "SELECT gid FROM pg_prepared_xacts"); len(left) > 0 {
			t.Errorf("got the prepared transactions %q, want none", left)
		}
	}, "max_prepared_transactions=5")
}

// Previews change the row of the shared database all the time.
func TestPostgresCreateSucceedsDuringChanges(t *testing.T) {
	t.Parallel()
	eachPostgres(t, func(t *testing.T, f *postgresFixture) {
		ctx, stop := context.WithCancel(t.Context())
		var group errgroup.Group
		for _, name := range []string{"first", "second"} {
			conn := f.session(t, f.create(t, name, database.StrategySchema))
			group.Go(func() error {
				for ctx.Err() == nil {
					// The other session changes the row at the same time.
					_, _ = conn.PgConn().Exec(t.Context(), "GRANT CONNECT ON DATABASE previews TO CURRENT_USER").ReadAll()
				}
				return nil
			})
		}
		for n := range 10 {
			f.create(t, fmt.Sprintf("other_%d", n), database.StrategySchema)
		}
		stop()
		_ = group.Wait()
	})
}

// record returns a function that appends messages to a list.
func record(messages *[]string) func(string, ...any) {
	return func(format string, args ...any) { *messages = append(*messages, fmt.Sprintf(format, args...)) }
}

// A session of another role blocks Create. The error names it, and it goes on.
func TestPostgresCreateNamesBlockersOfOthers(t *testing.T) {
	t.Parallel()
	eachPostgres(t, func(t *testing.T, f *postgresFixture) {
		f.create(t, "first", database.StrategySchema)
		app := f.app(t)
		mustRun(t, app, "SET application_name = 'reports'; "+rowLock)
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		r := postgresRequest("blocked", database.StrategySchema)
		r.Progress = func(format string, _ ...any) {
			if strings.HasPrefix(format, "waiting for") {
				cancel()
			}
		}
		_, err := f.admin.Create(ctx, r)
		if err == nil || !strings.Contains(err.Error(), fmt.Sprintf("blocked by session %d of app (reports): run as a superuser: SELECT pg_terminate_backend(%[1]d)", pidOf(app))) {
			t.Errorf("got %v, want an error that names the session", err)
		}
		if ended(t, app) {
			t.Error("Create ended the session of another role")
		}
		mustRun(t, app, "ROLLBACK")
		f.create(t, "blocked", database.StrategySchema)
	})
}

// After Create has completed an earlier drop, which waits for each lock only for a second,
// it waits for locks as long as otherwise.
func TestPostgresCreateWaitsAsLongAfterADrop(t *testing.T) {
	t.Parallel()
	eachPostgres(t, func(t *testing.T, f *postgresFixture) {
		f.create(t, "again", database.StrategyDatabase)
		r := postgresRequest("again", database.StrategyDatabase)
		mark := r.Mark
		mark.DroppingAt = time.Now().UTC()
		f.Exec(t, "postgres", "COMMENT ON ROLE again IS '"+mark.String()+"'")
		before := len(f.Log())
		f.create(t, "again", database.StrategyDatabase)
		_, log, dropped := strings.Cut(f.Log()[before:], "DROP ROLE again")
		log, _, created := strings.Cut(log, "CREATE ROLE again")
		if !dropped || !created || !strings.Contains(log, "SET lock_timeout = '1min'") {
			t.Errorf("dropped %v, created %v, and between the two the log has no longer lock timeout:\n%s", dropped, created, log)
		}
	}, "log_statement=all")
}

// While the table of locks is full, Create waits until somebody frees it.
func TestPostgresCreateWaitsForLocks(t *testing.T) {
	t.Parallel()
	eachPostgres(t, func(t *testing.T, f *postgresFixture) {
		hog := f.session(t, f.create(t, "hog", database.StrategySchema))
		app := f.app(t)
		fillLocks(t, app)
		r := postgresRequest("waits", database.StrategySchema)
		if _, err := f.admin.Create(t.Context(), r); err == nil || !strings.Contains(err.Error(), "db watch") {
			t.Errorf("got %v, want an error with the remedy", err)
		}
		waits := make(chan struct{}, 100)
		r.Wait, r.Progress = time.Minute, func(string, ...any) { waits <- struct{}{} }
		done := make(chan error, 1)
		go func() {
			_, err := f.admin.Create(t.Context(), r)
			done <- err
		}()
		<-waits
		mustRun(t, app, "SELECT pg_advisory_unlock_all()")
		if err := <-done; err != nil {
			t.Error(err)
		}
		if ended(t, hog) {
			t.Error("Create ended the session of a preview that has no locks")
		}
	}, fewLocks...)
}

// A sweep does not note an object whose drop has begun.
func TestPostgresNoteKeepsADrop(t *testing.T) {
	t.Parallel()
	eachPostgres(t, func(t *testing.T, f *postgresFixture) {
		f.create(t, "pr_1", database.StrategySchema)
		mark := postgresRequest("pr_1", "").Mark
		mark.DroppingAt = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
		f.Exec(t, "postgres", "COMMENT ON ROLE pr_1 IS '"+mark.String()+"'")
		noted := mark
		noted.DroppingAt, noted.OrphanedAt = time.Time{}, mark.DroppingAt
		if err := f.admin.Note(t.Context(), database.Object{Name: "pr_1", Mark: noted}); err != nil {
			t.Fatal(err)
		}
		list, err := f.admin.List(t.Context())
		if want := []database.Object{{Name: "pr_1", Mark: mark}}; err != nil || !slices.Equal(list, want) {
			t.Errorf("got %v, %v, want %v", list, err, want)
		}
	})
}

// An administrator whose database previews may enter would share the locks of previewset
// with them.
func TestPostgresAdministratorsDatabaseIsClosed(t *testing.T) {
	t.Parallel()
	pgtest.Each(t, func(t *testing.T, i pgtest.Installation) {
		t.Parallel()
		f := newPostgresFixture(t, i, pgtest.Superuser, pgtest.Password)
		f.create(t, "pr_1", database.StrategySchema)
		f.Exec(t, "postgres", "CREATE DATABASE lobby", "CREATE DATABASE granted", "REVOKE ALL ON DATABASE granted FROM PUBLIC", "GRANT CONNECT ON DATABASE granted TO pr_1")
		for _, test := range []struct {
			database string
			strategy database.Strategy
			want     string
		}{
			{"previews", database.StrategySchema, "which has the schemas of previews"},
			{"previews", database.StrategyDatabase, `REVOKE CONNECT, TEMPORARY ON DATABASE "previews" FROM pr_1`},
			{"lobby", database.StrategySchema, `REVOKE CONNECT, TEMPORARY ON DATABASE "lobby" FROM PUBLIC`},
			{"granted", database.StrategySnapshot, `REVOKE CONNECT, TEMPORARY ON DATABASE "granted" FROM pr_1`},
		} {
			admin, err := postgres.Open(t.Context(), f.URL(pgtest.Superuser, pgtest.Password, test.database))
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(admin.Close)
			r := postgresRequest("pr_2", test.strategy)
			r.Open = []string{"lobby"}
			if _, err := admin.Create(t.Context(), r); !errors.Is(err, database.ErrOpen) || !strings.Contains(err.Error(), test.want) {
				t.Errorf("%s in %s: got %v, want %v with %s", test.strategy, test.database, err, database.ErrOpen, test.want)
			}
			// A drop is never refused.
			if _, err := admin.Drop(t.Context(), "pr_2", r.Mark, patient); err != nil {
				t.Errorf("drop with %s: %v", test.database, err)
			}
		}
		f.Exec(t, "postgres", "GRANT CONNECT ON DATABASE seed TO pr_1")
		if _, err := f.admin.Create(t.Context(), withOpen("pr_3", database.StrategySnapshot)); !errors.Is(err, database.ErrOpen) || !strings.Contains(err.Error(), "which is the template") {
			t.Errorf("template that a preview may enter: got %v, want %v", err, database.ErrOpen)
		}
	})
}

func withOpen(name string, strategy database.Strategy) database.Request {
	r := postgresRequest(name, strategy)
	r.Open = []string{"lobby"}
	return r
}

// A preview takes every lock that it can get. Previews of all strategies can be created and
// dropped meanwhile.
func TestPostgresPreviewsCannotHoldLocksOfPreviewset(t *testing.T) {
	t.Parallel()
	eachPostgres(t, func(t *testing.T, f *postgresFixture) {
		for _, strategy := range []database.Strategy{database.StrategySchema, database.StrategyDatabase} {
			a := f.create(t, "locker_"+string(strategy), strategy)
			conn := f.session(t, a)
			mustRun(t, conn, `SELECT pg_advisory_lock(hashtextextended('previewset ' || k, 0)) FROM unnest('{databases,name other_schema,name other_database,name other_snapshot}'::text[]) k`)
			mustRun(t, conn, "BEGIN")
			for _, sql := range []string{
				"LOCK TABLE pg_catalog.pg_class IN ACCESS SHARE MODE", "LOCK TABLE pg_catalog.pg_database IN ACCESS SHARE MODE", "LOCK TABLE pg_catalog.pg_shdescription IN ACCESS SHARE MODE",
				"LOCK TABLE pg_catalog.pg_class", "LOCK TABLE pg_catalog.pg_authid", "LOCK TABLE pg_catalog.pg_database", "LOCK TABLE pg_catalog.pg_shdepend",
				"REINDEX TABLE pg_catalog.pg_database", "CLUSTER pg_catalog.pg_database USING pg_database_oid_index", "SELECT FROM pg_catalog.pg_database FOR KEY SHARE",
				"COMMENT ON DATABASE postgres IS 'x'", "GRANT SELECT ON pg_catalog.pg_class TO CURRENT_USER", "GRANT USAGE ON SCHEMA pg_catalog TO CURRENT_USER", "GRANT USAGE ON SCHEMA public TO CURRENT_USER",
				"ALTER ROLE CURRENT_USER SET work_mem = '1MB'", "ALTER ROLE CURRENT_USER PASSWORD 'x'",
			} {
				mustRun(t, conn, "SAVEPOINT attempt")
				if _, err := conn.PgConn().Exec(t.Context(), sql).ReadAll(); err != nil {
					mustRun(t, conn, "ROLLBACK TO attempt")
				}
			}
		}
		for _, strategy := range []database.Strategy{database.StrategySchema, database.StrategyDatabase, database.StrategySnapshot} {
			name := "other_" + string(strategy)
			f.create(t, name, strategy)
			if dropped, err := f.admin.Drop(t.Context(), name, postgresRequest(name, strategy).Mark, patient); err != nil || !dropped {
				t.Errorf("drop %s: got %v, %v", name, dropped, err)
			}
		}
	})
}
