package postgres

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// preamble makes a session independent of what the server, or the owner of the
// database, has for defaults. Names are looked up in pg_catalog alone. The
// time-outs bound one statement; a template of many gigabytes needs its time.
const preamble = `SET ROLE NONE; SET search_path = pg_catalog, pg_temp; SET client_min_messages = error;
SET default_transaction_read_only = off; SET default_transaction_isolation = 'read committed'; SET standard_conforming_strings = on;
SET statement_timeout = '1h'; SET lock_timeout = 0; SET idle_in_transaction_session_timeout = 0; SET idle_session_timeout = 0`

// lockTimeout is how long a statement waits for what a preview's session holds.
const lockTimeout = "SET lock_timeout = '1min'"

// closeTimeout bounds the good-bye of a session.
const closeTimeout = 5 * time.Second

// objectInUse is a SQLSTATE, of the manual's appendix A.
const objectInUse = "55006"

// session is one of the administrator's.
type session struct {
	conn *pgx.Conn
	// user is the administrator, super whether it is a superuser, fits whether it
	// may do what this package does, version is server_version_num.
	user       string
	super      bool
	privileged bool
	version    int
}

// connect opens a session in a database.
func (s *Server) connect(ctx context.Context, name string) (*session, error) {
	config := s.config.Copy()
	config.Database = name
	config.RuntimeParams["application_name"] = "previewset"
	conn, err := pgx.ConnectConfig(ctx, config)
	if err != nil {
		return nil, fmt.Errorf("database %s: %w", name, err)
	}
	c := &session{conn: conn}
	if err := c.begin(ctx); err != nil {
		c.close(ctx)
		return nil, fmt.Errorf("database %s: %w", name, err)
	}
	return c, nil
}

func (c *session) begin(ctx context.Context) error {
	if _, err := c.conn.PgConn().Exec(ctx, preamble).ReadAll(); err != nil {
		return err
	}
	return c.conn.QueryRow(ctx, `SELECT r.rolname, r.rolsuper, r.rolsuper OR r.rolcreatedb AND r.rolcreaterole,
		current_setting('server_version_num')::int FROM pg_roles r WHERE r.rolname = current_user`).
		Scan(&c.user, &c.super, &c.privileged, &c.version)
}

// close ends the session, also where ctx has ended.
func (c *session) close(ctx context.Context) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), closeTimeout)
	defer cancel()
	// There is nothing left to lose.
	_ = c.conn.Close(ctx)
}

// run executes a statement that the server puts together: %I is an identifier,
// %L a literal, and %s is as it is.
func (c *session) run(ctx context.Context, format string, args ...string) error {
	var statement string
	if err := c.conn.QueryRow(ctx, "SELECT format($1::text, VARIADIC $2::text[])", format, args).Scan(&statement); err != nil {
		return err
	}
	_, err := c.conn.PgConn().Exec(ctx, statement).ReadAll()
	return err
}

// within runs f in a transaction.
func (c *session) inTransaction(ctx context.Context, f func() error) error {
	return pgx.BeginFunc(ctx, c.conn, func(pgx.Tx) error { return f() })
}

// has reports whether a query, of EXISTS, finds anything.
func (c *session) exists(ctx context.Context, query string, args ...any) (bool, error) {
	var found bool
	err := c.conn.QueryRow(ctx, query, args...).Scan(&found)
	return found, err
}

// list returns the first column of what a query finds.
func (c *session) list(ctx context.Context, query string, args ...any) ([]string, error) {
	// What is wrong with the query is in the rows too.
	rows, _ := c.conn.Query(ctx, query, args...)
	return pgx.CollectRows(rows, pgx.RowTo[string])
}

// lockName keeps others from the things called name until the session ends.
// Another that has it may be copying a template.
func (c *session) lockName(ctx context.Context, name string) error {
	if _, err := c.conn.Exec(ctx, "SELECT pg_advisory_lock(hashtextextended($1, 0))", "previewset name "+name); err != nil {
		return err
	}
	_, err := c.conn.Exec(ctx, lockTimeout)
	return err
}

// alone runs f while no other changes databases or who may connect to them: the
// server refuses concurrent changes of one ("tuple concurrently updated").
func (c *session) withDatabasesLock(ctx context.Context, f func() error) error {
	const key = "previewset databases"
	if _, err := c.conn.Exec(ctx, "SELECT pg_advisory_lock(hashtextextended($1, 0))", key); err != nil {
		return err
	}
	err := f()
	// A session that can't give the lock back is lost, and the lock with it.
	_, unlockErr := c.conn.Exec(ctx, "SELECT pg_advisory_unlock(hashtextextended($1, 0))", key)
	return errors.Join(err, unlockErr)
}

// failed reports whether err is the server's, of that SQLSTATE.
func hasState(err error, state string) bool {
	pgErr, ok := errors.AsType[*pgconn.PgError](err)
	return ok && pgErr.Code == state
}
