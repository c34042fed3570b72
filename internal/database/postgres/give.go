package postgres

import (
	"context"
	_ "embed"
	"fmt"
	"slices"
	"strings"
)

// giveBatch is how many objects are given in one transaction: each needs a lock,
// and a server has max_locks_per_transaction for each session.
const reassignBatch = 50

//go:embed give.sql
var reassignSQL string

// givePublic gives the role the schema public, where it isn't the database
// owner's: a cluster that was upgraded from before PostgreSQL 15 has it so.
func (d *session) reassignPublic(ctx context.Context, name string) error {
	given, err := d.exists(ctx, "SELECT coalesce(bool_and(has_schema_privilege($1::name, oid, 'CREATE')), true) FROM pg_namespace WHERE nspname = 'public'", name)
	if err != nil || given {
		return err
	}
	return d.run(ctx, "ALTER SCHEMA public OWNER TO %I", name)
}

// giveAll gives the role all that the database of the session has. REASSIGN
// OWNED would give away what its owners have elsewhere too.
func (d *session) reassignAll(ctx context.Context, name string) error {
	statements, err := d.list(ctx, reassignSQL, name)
	if err != nil {
		return err
	}
	for batch := range slices.Chunk(statements, reassignBatch) {
		// Statements sent together are one transaction.
		if _, err := d.conn.PgConn().Exec(ctx, strings.Join(batch, ";\n")).ReadAll(); err != nil {
			return fmt.Errorf("giving the copy to %s, for which the administrator must be a member of its owners: %w", name, err)
		}
	}
	return nil
}
