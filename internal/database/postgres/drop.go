package postgres

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/previewset/previewset/internal/database"
)

const (
	// endTimeout bounds the time for the sessions of a role to end.
	endTimeout = 30 * time.Second
	// tableBatch and objectBatch bound the tables and large objects that one transaction
	// removes. Each needs a lock, and a table another one for each index. A server has
	// max_locks_per_transaction locks for each session.
	tableBatch  = 50
	objectBatch = 500
)

// Drop implements database.Server.
func (s *Server) Drop(ctx context.Context, name string, owner database.Mark, _ time.Duration) (bool, error) {
	c, err := s.connect(ctx, s.config.Database)
	if err != nil {
		return false, err
	}
	defer c.close(ctx)
	if err := c.lockName(ctx, name); err != nil {
		return false, err
	}
	found, err := c.findRole(ctx, name, owner)
	if err != nil || found == nil {
		return false, err
	}
	if err := owner.CheckUnchanged(found.mark); err != nil {
		return false, err
	}
	if err := s.clean(ctx, c, found); err != nil {
		return true, err
	}
	err = c.run(ctx, "DROP ROLE %I", name)
	if pgErr, ok := errors.AsType[*pgconn.PgError](err); ok {
		return true, fmt.Errorf("%w: %s", err, pgErr.Detail) // lists the objects that the role still owns
	}
	return true, err
}

// clean removes all objects of the role, in all databases of the server. It finds them
// by owner, because the role can rename and move its objects.
func (s *Server) clean(ctx context.Context, c *session, r *role) error {
	if err := c.disableRole(ctx, r.name); err != nil {
		return err
	}
	if err := c.endSessions(ctx, r); err != nil {
		return err
	}
	if err := s.rollBackPrepared(ctx, c, r); err != nil {
		return err
	}
	if err := c.dropDatabases(ctx, r); err != nil {
		return err
	}
	if err := c.revokeDatabases(ctx, r); err != nil {
		return err
	}
	// The first DROP OWNED also removes the rights on shared objects.
	if err := c.dropOwned(ctx, r); err != nil {
		return err
	}
	names, err := c.list(ctx, `SELECT DISTINCT d.datname FROM pg_shdepend s JOIN pg_database d ON d.oid = s.dbid
		WHERE s.refclassid = 'pg_authid'::regclass AND s.refobjid = $1::oid ORDER BY 1`, r.oid)
	if err != nil {
		return err
	}
	for _, name := range names {
		if err := s.dropOwnedIn(ctx, name, r); err != nil {
			return fmt.Errorf("database %s: %w", name, err)
		}
	}
	return nil
}

// endSessions ends the sessions of a role, which must not be able to log in.
func (c *session) endSessions(ctx context.Context, r *role) error {
	for deadline := time.Now().Add(endTimeout); ; {
		// The server waits up to 5000 ms for each session.
		ended, err := c.list(ctx, "SELECT pg_terminate_backend(pid, 5000)::text FROM pg_stat_activity WHERE usesysid = $1::oid", r.oid)
		if err != nil || len(ended) == 0 {
			return err
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("%d sessions of %s did not end within %s", len(ended), r.name, endTimeout)
		}
	}
}

// rollBackPrepared rolls back the role's prepared transactions, which outlive its
// sessions and hold locks.
func (s *Server) rollBackPrepared(ctx context.Context, c *session, r *role) error {
	names, err := c.list(ctx, "SELECT DISTINCT database FROM pg_prepared_xacts WHERE owner = $1", r.name)
	if err != nil {
		return err
	}
	for _, place := range names {
		if err := s.rollBackIn(ctx, place, r); err != nil {
			return err
		}
	}
	return nil
}

func (s *Server) rollBackIn(ctx context.Context, name string, r *role) error {
	d, err := s.connect(ctx, name)
	if err != nil {
		return err
	}
	defer d.close(ctx)
	ids, err := d.list(ctx, "SELECT gid FROM pg_prepared_xacts WHERE owner = $1 AND database = $2", r.name, name)
	if err != nil {
		return err
	}
	// Only a superuser may roll back the transaction of another role.
	if err := d.run(ctx, "SET ROLE %I", r.name); err != nil {
		return err
	}
	for _, id := range ids {
		if err := d.run(ctx, "ROLLBACK PREPARED %L", id); err != nil {
			return err
		}
	}
	return nil
}

// dropDatabases drops the databases of the role. The role may have made them templates,
// which the server does not drop.
func (c *session) dropDatabases(ctx context.Context, r *role) error {
	for _, step := range []struct{ which, statement string }{
		{"AND datistemplate", "ALTER DATABASE %I WITH IS_TEMPLATE false"},
		{"", "DROP DATABASE %I WITH (FORCE)"},
	} {
		names, err := c.list(ctx, "SELECT datname FROM pg_database WHERE datdba = $1::oid "+step.which, r.oid)
		if err != nil {
			return err
		}
		for _, name := range names {
			if err := c.run(ctx, step.statement, name); err != nil {
				return fmt.Errorf("database %s: %w", name, err)
			}
		}
	}
	return nil
}

// revokeDatabases revokes the role's rights on databases. DROP OWNED would do so too, but
// without the lock on databases.
func (c *session) revokeDatabases(ctx context.Context, r *role) error {
	names, err := c.list(ctx, `SELECT d.datname FROM pg_shdepend s JOIN pg_database d ON d.oid = s.objid
		WHERE s.classid = 'pg_database'::regclass AND s.refclassid = 'pg_authid'::regclass AND s.refobjid = $1::oid`, r.oid)
	if err != nil {
		return err
	}
	for _, name := range names {
		err := c.withDatabasesLock(ctx, func() error { return c.run(ctx, "REVOKE ALL ON DATABASE %I FROM %I CASCADE", name, r.name) })
		if err != nil {
			return err
		}
	}
	return nil
}

func (s *Server) dropOwnedIn(ctx context.Context, name string, r *role) error {
	d, err := s.connect(ctx, name)
	if err != nil {
		return err
	}
	defer d.close(ctx)
	if _, err := d.conn.Exec(ctx, lockTimeout); err != nil {
		return err
	}
	return d.dropOwned(ctx, r)
}

// dropOwned removes the role's objects in the database of the session, and revokes the
// role's rights there. It removes tables and large objects first, in batches, because
// there can be many.
func (d *session) dropOwned(ctx context.Context, r *role) error {
	if err := d.dropTables(ctx, r); err != nil {
		return err
	}
	for {
		ids, err := d.list(ctx, `SELECT lo_unlink(oid)::text FROM
			(SELECT oid FROM pg_largeobject_metadata WHERE lomowner = $1::oid LIMIT $2) batch`, r.oid, objectBatch)
		if err != nil {
			return err
		}
		if len(ids) == 0 {
			return d.run(ctx, "DROP OWNED BY %I CASCADE", r.name)
		}
	}
}

// dropTables drops the role's tables, children before parents: dropping a parent locks
// all its descendants.
func (d *session) dropTables(ctx context.Context, r *role) error {
	var last []string
	for {
		tables, err := d.list(ctx, `SELECT (pg_identify_object(c.tableoid, c.oid, 0)).identity FROM pg_class c
			WHERE c.relowner = $1::oid AND c.relkind IN ('r', 'p') AND c.relpersistence <> 't'
			AND NOT EXISTS (SELECT FROM pg_inherits i WHERE i.inhparent = c.oid)
			AND NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = c.tableoid AND e.objid = c.oid AND e.deptype = 'e')
			ORDER BY c.oid LIMIT $2`, r.oid, tableBatch)
		if err != nil || len(tables) == 0 {
			return err
		}
		if slices.Equal(tables, last) {
			return fmt.Errorf("tables of %s still exist after DROP TABLE, such as %s", r.name, tables[0])
		}
		last = tables
		if err := d.run(ctx, "DROP TABLE %s CASCADE", strings.Join(tables, ", ")); err != nil {
			return err
		}
	}
}
