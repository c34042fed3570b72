package postgres

import (
	"context"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/previewset/previewset/internal/spelling"
)

// maxClients bounds the number of clients that a message names.
const maxClients = 5

// client is a session, and its description: "session 4711 of ann (psql)".
type client struct {
	PID  int32
	Text string
}

// clientColumns are the columns of a client, for rows of pg_stat_activity.
const clientColumns = `pid, format('session %s of %s (%s)', pid, coalesce(usename, 'the server'), coalesce(nullif(application_name, ''), backend_type, 'a program without a name'))`

// clients returns the clients of a query.
func (c *session) clients(ctx context.Context, query string, args ...any) ([]client, error) {
	// CollectRows returns the error of the query.
	rows, _ := c.conn.Query(ctx, query, args...)
	return pgx.CollectRows(rows, pgx.RowToStructByPos[client])
}

// othersIn returns the sessions in a database that do not belong to previews.
func (c *session) othersIn(ctx context.Context, name string) ([]client, error) {
	return c.clients(ctx, "SELECT "+clientColumns+" FROM pg_stat_activity WHERE datname = $1 AND pid <> pg_backend_pid() AND NOT "+
		ownedByPreview("coalesce(usesysid, 0)")+" ORDER BY backend_start, pid LIMIT $2", name, maxClients)
}

// describeClients describes sessions, with the statement that ends them.
func describeClients(clients []client) string {
	texts, calls := make([]string, len(clients)), make([]string, len(clients))
	for i, c := range clients {
		texts[i], calls[i] = c.Text, fmt.Sprintf("pg_terminate_backend(%d)", c.PID)
	}
	return fmt.Sprintf("%s: run as a superuser: SELECT %s", spelling.Enumerate(texts, "and"), strings.Join(calls, ", "))
}

// clientsOf describes the clients of a database: "psql of ann (2 sessions)".
func (c *session) clientsOf(ctx context.Context, name string) (string, error) {
	clients, err := c.list(ctx, `SELECT format('%s of %s (%s)', coalesce(nullif(application_name, ''), 'a program without a name'),
		coalesce(usename, 'the server'), CASE count(*) WHEN 1 THEN '1 session' ELSE format('%s sessions', count(*)) END) FROM pg_stat_activity WHERE datname = $1
		GROUP BY application_name, usename ORDER BY count(*) DESC, 1 LIMIT $2`, name, maxClients)
	if err != nil || len(clients) > 0 {
		return spelling.Enumerate(clients, "and"), err
	}
	return "sessions that have ended in the meantime, or prepared transactions", nil
}
