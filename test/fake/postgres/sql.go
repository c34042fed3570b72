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
	// Close the connection directly: pgx needs a context, and the test's has ended.
	t.Cleanup(func() { _ = conn.PgConn().Conn().Close() })
	return conn
}

// Exec runs statements as the superuser. The statements of one string share a
// transaction.
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

// Strings runs a query with one column as the superuser, and returns its rows.
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

// RevokePublic revokes the default privileges of PUBLIC on a new server, as previewset
// requires from administrators.
func (s *Server) RevokePublic(t testing.TB) {
	t.Helper()
	s.Exec(t, "postgres", "REVOKE CONNECT, TEMPORARY ON DATABASE postgres FROM PUBLIC; REVOKE CONNECT, TEMPORARY ON DATABASE template1 FROM PUBLIC")
}
