package postgres

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/previewset/previewset/internal/database"
)

// Initial values for the sessions of previews. A role can change all of them for its own
// sessions, except for tempFileLimit.
const (
	// idleTimeout ends sessions that are idle in a transaction. Such a transaction holds
	// locks and rows that vacuum could remove.
	idleTimeout = 5 * time.Minute
	// idleSessionTimeout ends sessions that are idle otherwise. They use connections.
	idleSessionTimeout = time.Hour
	// tempFileLimit bounds the temporary files of a session. They exclude temporary
	// tables.
	tempFileLimit = "1GB"
)

// role is the role of a preview.
type role struct {
	oid  uint32
	name string
	// mark is the comment on the role, if marked is true.
	mark   database.Mark
	marked bool
	// complete is false while the role's objects are created or removed.
	complete bool
	// limit is the role's connection limit; -1 for none.
	limit int
}

// used reports whether the role could log in at some time, so that its objects can have
// data. Create sets a limit when it first lets the role log in.
func (r *role) used() bool { return r.complete || r.limit >= 0 }

// findRole returns the role called name, or nil if it does not exist. The error is
// database.ErrForeign if the role does not have the mark of owner.
func (c *session) findRole(ctx context.Context, name string, owner database.Mark) (*role, error) {
	r, err := c.readRole(ctx, name)
	if err != nil || r == nil {
		return nil, err
	}
	if !r.marked || !r.mark.SameOwner(owner) {
		return nil, database.Foreign("the role "+name, r.mark, r.marked)
	}
	return r, nil
}

// readRole returns the role called name, whoever owns it, or nil if it does not exist.
func (c *session) readRole(ctx context.Context, name string) (*role, error) {
	var comment string
	r := role{name: name}
	err := c.conn.QueryRow(ctx, `SELECT r.oid, coalesce(shobj_description(r.oid, 'pg_authid'), ''),
		r.rolvaliduntil IS DISTINCT FROM '-infinity', r.rolconnlimit FROM pg_roles r WHERE r.rolname = $1`, name).
		Scan(&r.oid, &comment, &r.complete, &r.limit)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	r.mark, r.marked = database.ParseMark(comment)
	return &r, nil
}

// makeRole creates the role of a preview, which can't log in yet, and its mark.
func (c *session) makeRole(ctx context.Context, r database.Request) error {
	return c.inTransaction(ctx, func() error {
		err := c.run(ctx, `CREATE ROLE %I NOLOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS
			VALID UNTIL '-infinity'`, r.Name)
		if err != nil {
			return err
		}
		if err := c.run(ctx, "COMMENT ON ROLE %I IS %L", r.Name, r.Mark.String()); err != nil {
			return err
		}
		return c.grantToAdmin(ctx, r.Name)
	})
}

// grantToAdmin makes an administrator who is not a superuser a member of the role, so
// that it can assign objects to the role and end the role's sessions. Since PostgreSQL
// 16, the creator of a role neither inherits its rights nor can set it.
func (c *session) grantToAdmin(ctx context.Context, name string) error {
	switch {
	case c.super:
		return nil
	case c.version < 160000:
		return c.run(ctx, "GRANT %I TO %I", name, c.user)
	default:
		return c.run(ctx, "GRANT %I TO %I WITH INHERIT TRUE, SET TRUE", name, c.user)
	}
}

// disableRole prevents the role from logging in until its objects are complete again.
func (c *session) disableRole(ctx context.Context, name string) error {
	return c.inTransaction(ctx, func() error {
		if err := c.run(ctx, "ALTER ROLE %I NOLOGIN VALID UNTIL '-infinity'", name); err != nil {
			return err
		}
		return c.grantToAdmin(ctx, name)
	})
}

// connectionLimit returns the connection limit for the role of r. A computed limit applies
// only to new roles: a running preview keeps its own.
func (c *session) connectionLimit(r database.Request, found *role) int {
	if r.Previews != 0 && found != nil && found.complete {
		return found.limit
	}
	return r.Share(c.available - database.AdministratorConnections)
}

// enableRole lets the role log in. It sets the limits and the mark of r. searchPath is ""
// for the server's default.
func (c *session) enableRole(ctx context.Context, r database.Request, searchPath string) error {
	secret, err := verifier(r.Password)
	if err != nil {
		return err
	}
	path := "ALTER ROLE %I RESET search_path"
	if searchPath != "" {
		path = "ALTER ROLE %I SET search_path = %I"
	}
	limits, err := c.sessionLimits(ctx, r)
	if err != nil {
		return err
	}
	limits = append(limits, []string{path, r.Name, searchPath},
		[]string{"COMMENT ON ROLE %I IS %L", r.Name, r.Mark.String()},
		[]string{"ALTER ROLE %I LOGIN VALID UNTIL 'infinity' CONNECTION LIMIT %s PASSWORD %L", r.Name, strconv.Itoa(r.ConnectionLimit), secret})
	return c.inTransaction(ctx, func() error {
		for _, statement := range limits {
			if err := c.run(ctx, statement[0], statement[1:]...); err != nil {
				return err
			}
		}
		return nil
	})
}

// sessionLimits returns the statements that set the initial limits of the role's sessions.
func (c *session) sessionLimits(ctx context.Context, r database.Request) ([][]string, error) {
	limits := [][]string{
		{"ALTER ROLE %I SET statement_timeout = %L", r.Name, milliseconds(r.StatementTimeout)},
		{"ALTER ROLE %I SET idle_in_transaction_session_timeout = %L", r.Name, milliseconds(idleTimeout)},
		{"ALTER ROLE %I SET idle_session_timeout = %L", r.Name, milliseconds(idleSessionTimeout)},
	}
	if c.version >= 170000 { // added the parameter
		limits = append(limits, []string{"ALTER ROLE %I SET transaction_timeout = %L", r.Name, milliseconds(database.MaxTransaction)})
	}
	// Only a superuser, or a role with this right, may set the parameter for others.
	allowed, err := c.exists(ctx, "SELECT has_parameter_privilege('temp_file_limit', 'SET')")
	if allowed {
		limits = append(limits, []string{"ALTER ROLE %I SET temp_file_limit = %L", r.Name, tempFileLimit})
	}
	return limits, err
}

func milliseconds(d time.Duration) string { return fmt.Sprintf("%dms", d.Milliseconds()) }
