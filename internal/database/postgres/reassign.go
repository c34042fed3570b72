package postgres

import (
	"context"
	_ "embed"
	"fmt"
	"slices"
	"strings"
)

// reassignBatch bounds the objects that one transaction reassigns. Each needs a lock, and
// a server has max_locks_per_transaction locks for each session.
const reassignBatch = 50

//go:embed reassign.sql
var reassignSQL string

// reassignPublic makes the role the owner of the schema public, unless the role can
// already create objects in it. It can't if the cluster was upgraded from a version
// before PostgreSQL 15.
func (d *session) reassignPublic(ctx context.Context, name string) error {
	canCreate, err := d.exists(ctx, "SELECT coalesce(bool_and(has_schema_privilege($1::name, oid, 'CREATE')), true) FROM pg_namespace WHERE nspname = 'public'", name)
	if err != nil || canCreate {
		return err
	}
	return d.run(ctx, "ALTER SCHEMA public OWNER TO %I", name)
}

// reassignAll makes the role the owner of all objects in the database of the session.
// REASSIGN OWNED would also reassign objects outside of the database.
func (d *session) reassignAll(ctx context.Context, name string) error {
	statements, err := d.list(ctx, reassignSQL, name)
	if err != nil {
		return err
	}
	for batch := range slices.Chunk(statements, reassignBatch) {
		// The server runs the statements of one message as one transaction.
		if _, err := d.conn.PgConn().Exec(ctx, strings.Join(batch, ";\n")).ReadAll(); err != nil {
			return d.describeOwners(ctx, fmt.Errorf("reassign the copy to %s: %w", name, err))
		}
	}
	return nil
}

// describeOwners adds the remedy to err, if the administrator is not a member of roles that
// own objects in the database of the session. It proposes no membership in a superuser.
func (d *session) describeOwners(ctx context.Context, err error) error {
	if !hasState(err, noRight) {
		return err
	}
	statements, listErr := d.list(ctx, `SELECT DISTINCT format('GRANT %I TO %I', r.rolname, current_user) FROM pg_shdepend s JOIN pg_roles r ON r.oid = s.refobjid
		WHERE s.refclassid = 'pg_authid'::regclass AND s.deptype = 'o' AND s.dbid = (SELECT oid FROM pg_database WHERE datname = current_database())
		AND NOT r.rolsuper AND NOT pg_has_role(r.oid, 'USAGE') ORDER BY 1 LIMIT $1`, maxClients)
	if listErr != nil || len(statements) == 0 {
		return fmt.Errorf("%w: use a superuser as the administrator, or change the owner of the objects in the template", err)
	}
	return fmt.Errorf("%w: run as a superuser: %s", err, strings.Join(statements, "; "))
}
