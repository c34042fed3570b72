package postgres

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// preamble makes a session independent of defaults of the server and the database. Names
// are looked up only in pg_catalog. The statement timeout is long enough to copy a
// template of many gigabytes.
const preamble = `SET ROLE NONE; SET search_path = pg_catalog, pg_temp; SET client_min_messages = error;
SET default_transaction_read_only = off; SET default_transaction_isolation = 'read committed'; SET standard_conforming_strings = on;
SET statement_timeout = '1h'; SET lock_timeout = 0; SET idle_in_transaction_session_timeout = 0; SET idle_session_timeout = 0`

// lockTimeout bounds the wait of a statement for a lock of a preview's session.
const lockTimeout = "SET lock_timeout = '1min'"

// closeTimeout bounds the time to close a session.
const closeTimeout = 5 * time.Second

// session is a session of the administrator.
type session struct {
	conn *pgx.Conn
	// user is the administrator, super whether it is a superuser, and privileged whether
	// it has the rights that this package needs. version is server_version_num.
	user       string
	super      bool
	privileged bool
	version    int
	// connections is the number of sessions that the server accepts, and available the
	// number of those that roles without special rights can use.
	connections, available int
}

// connect opens a session in a database.
func (s *Server) connect(ctx context.Context, name string) (*session, error) {
	config := s.config.Copy()
	config.Database = name
	config.RuntimeParams["application_name"] = "previewset"
	conn, err := pgx.ConnectConfig(ctx, config)
	if err != nil {
		return nil, fmt.Errorf("database %s: %w", name, classify(err))
	}
	c := &session{conn: conn}
	if err := c.begin(ctx); err != nil {
		c.close(ctx)
		return nil, fmt.Errorf("database %s: %w", name, classify(err))
	}
	return c, nil
}

func (c *session) begin(ctx context.Context) error {
	if _, err := c.conn.PgConn().Exec(ctx, preamble).ReadAll(); err != nil {
		return err
	}
	var reserved int
	// PostgreSQL 16 added reserved_connections.
	err := c.conn.QueryRow(ctx, `SELECT r.rolname, r.rolsuper, r.rolsuper OR r.rolcreatedb AND r.rolcreaterole,
		current_setting('server_version_num')::int, current_setting('max_connections')::int,
		current_setting('superuser_reserved_connections')::int + coalesce(current_setting('reserved_connections', true), '0')::int
		FROM pg_roles r WHERE r.rolname = current_user`).
		Scan(&c.user, &c.super, &c.privileged, &c.version, &c.connections, &reserved)
	c.available = c.connections - reserved
	return err
}

// close ends the session, even if ctx has ended.
func (c *session) close(ctx context.Context) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), closeTimeout)
	defer cancel()
	// An error has no effect: all work is done.
	_ = c.conn.Close(ctx)
}

// run executes a statement that the server's format() builds: %I is an identifier, %L a
// literal, and %s unquoted text.
func (c *session) run(ctx context.Context, format string, args ...string) error {
	var statement string
	if err := c.conn.QueryRow(ctx, "SELECT format($1::text, VARIADIC $2::text[])", format, args).Scan(&statement); err != nil {
		return err
	}
	_, err := c.conn.PgConn().Exec(ctx, statement).ReadAll()
	return err
}

// inTransaction runs f in a transaction.
func (c *session) inTransaction(ctx context.Context, f func() error) error {
	return pgx.BeginFunc(ctx, c.conn, func(pgx.Tx) error { return f() })
}

// exists returns the boolean result of a query, such as SELECT EXISTS.
func (c *session) exists(ctx context.Context, query string, args ...any) (bool, error) {
	var found bool
	err := c.conn.QueryRow(ctx, query, args...).Scan(&found)
	return found, err
}

// list returns the first column of a query's rows.
func (c *session) list(ctx context.Context, query string, args ...any) ([]string, error) {
	// CollectRows returns the error of the query.
	rows, _ := c.conn.Query(ctx, query, args...)
	return pgx.CollectRows(rows, pgx.RowTo[string])
}

// lockName locks the name until the session ends. It waits for the lock without a lock
// timeout, because the other session may be copying a template.
func (c *session) lockName(ctx context.Context, name string) error {
	if _, err := c.conn.Exec(ctx, "SELECT pg_advisory_lock(hashtextextended($1, 0))", "previewset name "+name); err != nil {
		return err
	}
	_, err := c.conn.Exec(ctx, lockTimeout)
	return err
}

// maxChanges bounds the attempts to change a database.
const maxChanges = 1000

// withDatabasesLock runs f while no other session of previewset changes databases or the
// rights on them: the server rejects concurrent changes of a database. It repeats f if a
// preview changes the database at the same time, which even a GRANT without effect does.
func (c *session) withDatabasesLock(ctx context.Context, f func() error) error {
	const key = "previewset databases"
	if _, err := c.conn.Exec(ctx, "SELECT pg_advisory_lock(hashtextextended($1, 0))", key); err != nil {
		return err
	}
	err := f()
	for n := 1; isConcurrentChange(err) && n < maxChanges; n++ {
		err = f()
	}
	// If the unlock fails, the session is lost, and the server releases the lock.
	_, unlockErr := c.conn.Exec(ctx, "SELECT pg_advisory_unlock(hashtextextended($1, 0))", key)
	return errors.Join(err, unlockErr)
}

// isConcurrentChange reports whether the server rejected a change because another session
// changed the same row of a catalog (simple_heap_update in heapam.c).
func isConcurrentChange(err error) bool {
	pgErr, ok := errors.AsType[*pgconn.PgError](err)
	return ok && pgErr.Code == "XX000" && pgErr.Message == "tuple concurrently updated"
}
