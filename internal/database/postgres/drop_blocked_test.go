package postgres_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/previewset/previewset/internal/database"
	pgtest "github.com/previewset/previewset/test/fake/postgres"
)

// brief is the patience of drops that can't succeed.
const brief = time.Second

// A session that the administrator may not end keeps the database of a preview. The message
// names the session, and the statement that ends it.
func TestDropNamesSessionsInItsDatabase(t *testing.T) {
	pgtest.Each(t, func(t *testing.T, i pgtest.Installation) {
		b := start(t, i, admin, adminPassword, nil)
		b.seed(t)
		b.Exec(t, "postgres", "CREATE ROLE reports LOGIN PASSWORD 'reports-canary'")
		for _, strategy := range []database.Strategy{database.StrategyDatabase, database.StrategySnapshot} {
			a := b.create(t, request("pr_1", strategy))
			b.Exec(t, "postgres", "GRANT CONNECT ON DATABASE pr_1 TO reports")
			for role, password := range map[string]string{pgtest.Superuser: pgtest.Password, "reports": "reports-canary"} {
				pid := b.Connect(t, role, password, a.Database).PgConn().PID()
				_, err := b.postgres.Drop(t.Context(), "pr_1", mark("pr_1"), brief)
				if !errors.Is(err, database.ErrDropping) {
					t.Fatalf("got %v, want %v", err, database.ErrDropping)
				}
				for _, want := range []string{
					"the database pr_1 is in use by ", fmt.Sprintf("session %d of %s", pid, role),
					"run as a superuser: SELECT pg_terminate_backend(", fmt.Sprintf("pg_terminate_backend(%d)", pid),
				} {
					if !strings.Contains(err.Error(), want) {
						t.Errorf("%s: got %q, want it to contain %q", strategy, err, want)
					}
				}
				b.runRemedy(t, err)
			}
			b.drop(t, "pr_1")
		}
	})
}

// runRemedy runs the statement of an error as a superuser.
func (b *fixture) runRemedy(t *testing.T, err error) {
	t.Helper()
	_, statement, ok := strings.Cut(err.Error(), "run as a superuser: ")
	statement, _, _ = strings.Cut(statement, "; ")
	if !ok {
		t.Fatalf("%q has no statement for a superuser", err)
	}
	b.Exec(t, "postgres", statement)
}

// A drop names a prepared transaction of others in the database of the preview.
func TestDropNamesPreparedTransactionsInItsDatabase(t *testing.T) {
	pgtest.Each(t, func(t *testing.T, i pgtest.Installation) {
		b := start(t, i, admin, adminPassword, []string{"max_prepared_transactions=5"})
		b.create(t, request("pr_1", database.StrategyDatabase))
		b.Exec(t, "pr_1", "BEGIN; CREATE TABLE public.t (); PREPARE TRANSACTION 'it''s'")
		_, err := b.postgres.Drop(t.Context(), "pr_1", mark("pr_1"), brief)
		const want = "run as a superuser in the database pr_1: ROLLBACK PREPARED 'it''s'"
		if !errors.Is(err, database.ErrDropping) || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
		b.Exec(t, "pr_1", "ROLLBACK PREPARED 'it''s'")
		b.drop(t, "pr_1")
	})
}
