package postgres

import (
	"testing"

	"github.com/jackc/pgx/v5"
)

// Connect opens a session as a role until the test ends.
func (s *Server) Connect(t testing.TB, role, password, database string) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), s.URL(role, password, database))
	if err != nil {
		t.Fatal(err)
	}
	// The test's own context has ended by then.
	t.Cleanup(func() { _ = conn.PgConn().Conn().Close() })
	return conn
}

// Exec runs statements as the superuser. Those of one string are one transaction.
func (s *Server) Exec(t testing.TB, database string, statements ...string) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), s.URL(Superuser, Password, database))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	for _, sql := range statements {
		if _, err := conn.PgConn().Exec(t.Context(), sql).ReadAll(); err != nil {
			t.Fatalf("%s: %v", sql, err)
		}
	}
}

// Strings returns the first column of what a query of the superuser finds.
func (s *Server) Strings(t testing.TB, database, query string, args ...any) []string {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), s.URL(Superuser, Password, database))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	rows, err := conn.Query(t.Context(), query, args...)
	if err != nil {
		t.Fatal(err)
	}
	list, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	return list
}

// ClosePublic takes from PUBLIC what it may do by default on a new server, which
// previewset asks of administrators.
func (s *Server) ClosePublic(t testing.TB) {
	t.Helper()
	s.Exec(t, "postgres", "REVOKE CONNECT, TEMPORARY ON DATABASE postgres FROM PUBLIC; REVOKE CONNECT, TEMPORARY ON DATABASE template1 FROM PUBLIC")
}
