package postgres

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/previewset/previewset/internal/database"
)

// leave writes the mark, and returns database.ErrDropping with a description of what is
// left because of err.
func (d *drop) leave(ctx context.Context, err error) error {
	c, openErr := d.server.connect(ctx, d.server.config.Database)
	if openErr != nil {
		return fmt.Errorf("%w: %s: %w; its mark can't be changed: %w", database.ErrDropping, d.role.name, err, openErr)
	}
	defer c.close(ctx)
	_, lockErr := c.conn.Exec(ctx, "SET lock_timeout = '3s'")
	if lockErr == nil {
		lockErr = c.run(ctx, "COMMENT ON ROLE %I IS %L", d.role.name, d.mark.String())
	}
	if lockErr != nil {
		return fmt.Errorf("%w: %s: %w; its mark can't be changed: %w", database.ErrDropping, d.role.name, err, lockErr)
	}
	left, leftErr := c.describeLeft(ctx, d.role)
	if leftErr != nil {
		return fmt.Errorf("%w: %s: %w", database.ErrDropping, d.role.name, err)
	}
	others := d.watcher.blockers()
	if len(others) > 0 {
		left = append(left, "previewset ends only sessions of previews, and a lock is held by "+describeClients(others))
	}
	// The text says already which sessions of the role do not end, or who has the lock.
	if !errors.Is(err, errBusy) && (len(others) == 0 || !hasState(err, lockNotAvailable)) {
		left = append(left, err.Error())
	}
	return fmt.Errorf("%w: %s", database.ErrDropping, strings.Join(left, "; "))
}

// describeLeft describes the sessions, databases and objects of a role.
func (c *session) describeLeft(ctx context.Context, r *role) ([]string, error) {
	return c.list(ctx, `SELECT format('session %s of %s does not end: a restart of the server ends it', pid, usename) FROM pg_stat_activity WHERE usesysid = $1::oid
		UNION ALL SELECT format('the role %s is left', rolname) || CASE WHEN n = 1 THEN ', with 1 object' WHEN n > 1 THEN format(', with %s objects', n) ELSE '' END
		FROM pg_roles, (SELECT count(*) AS n FROM (SELECT FROM pg_shdepend
			WHERE refclassid = 'pg_authid'::regclass AND refobjid = $1::oid AND deptype = 'o' LIMIT $2) s) s WHERE oid = $1::oid`, r.oid, maxObjects)
}
