package postgres_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/previewset/previewset/internal/database"
	"github.com/previewset/previewset/internal/database/postgres"
	pgtest "github.com/previewset/previewset/test/fake/postgres"
)

// Previews use all connections. A superuser can still run the statement of the message.
func TestRemedyForAServerWithoutConnections(t *testing.T) {
	pgtest.Each(t, func(t *testing.T, i pgtest.Installation) {
		b := start(t, i, admin, adminPassword, []string{"max_connections=20"})
		r := request("pr_1", database.StrategySchema)
		r.ConnectionLimit = 100
		a := b.create(t, r)
		var err error
		for err == nil {
			var conn *pgx.Conn
			if conn, err = pgx.Connect(t.Context(), b.URL(a.User, a.Password, a.Database)); err == nil {
				t.Cleanup(func() { _ = conn.PgConn().Conn().Close() })
			}
		}
		_, err = postgres.Open(t.Context(), b.URL(admin, adminPassword, "postgres"))
		if !errors.Is(err, database.ErrFull) {
			t.Fatalf("got %v, want %v", err, database.ErrFull)
		}
		// The end of the time does not hide the cause.
		bounded, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		r.Wait = time.Minute
		var messages []string
		r.Progress = func(format string, args ...any) { messages = append(messages, fmt.Sprintf(format, args...)) }
		if _, err := b.postgres.Create(bounded, r); !errors.Is(err, database.ErrFull) {
			t.Errorf("got %v, want %v", err, database.ErrFull)
		}
		if len(messages) == 0 || !strings.HasPrefix(messages[0], "waiting for the server: database postgres: ") {
			t.Errorf("got messages %q, want one about the server", messages)
		}
		_, statement, _ := strings.Cut(err.Error(), "as a superuser: ")
		b.Exec(t, "postgres", strings.Replace(statement, "(pid)", "(pid, 10000)", 1))
		p, err := postgres.Open(t.Context(), b.URL(admin, adminPassword, "postgres"))
		if err != nil {
			t.Fatal(err)
		}
		p.Close()
	})
}
