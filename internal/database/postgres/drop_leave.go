package postgres

import (
	"context"
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
	if others := d.watcher.blockers(); len(others) > 0 {
		left = append(left, "previewset does not end "+strings.Join(others, ", ")+", which it waits for")
	}
	return fmt.Errorf("%w: %s: %w", database.ErrDropping, strings.Join(left, "; "), err)
}

// describeLeft describes the sessions, databases and objects of a role.
func (c *session) describeLeft(ctx context.Context, r *role) ([]string, error) {
	return c.list(ctx, `SELECT format('session %s of %s does not end', pid, usename) FROM pg_stat_activity WHERE usesysid = $1::oid
		UNION ALL SELECT format('the role %s and %s objects are left', rolname, (SELECT count(*) FROM (SELECT FROM pg_shdepend
			WHERE refclassid = 'pg_authid'::regclass AND refobjid = r.oid AND deptype = 'o' LIMIT $2) s)) FROM pg_roles r WHERE oid = $1::oid`, r.oid, maxObjects)
}
