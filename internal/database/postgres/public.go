package postgres

import (
	"context"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/previewset/previewset/internal/database"
)

// marked is the condition that a role, a column of its oid, is a preview's. What
// such a role owns it may open to whom it likes.
func ownedByPreview(owner string) string {
	return `EXISTS (SELECT FROM pg_shdescription WHERE classoid = 'pg_authid'::regclass AND objoid = ` + owner +
		` AND description LIKE 'previewset {%')`
}

// closed returns database.ErrOpen if a role, or "public" for all, may connect to
// databases beyond those named and those of previews.
func (c *session) checkConnect(ctx context.Context, grantee string, allowed []string) error {
	open, err := c.list(ctx, `SELECT datname FROM pg_database WHERE datallowconn AND datname <> ALL (coalesce($2::text[], '{}'))
		AND has_database_privilege($1::name, oid, 'CONNECT') AND NOT `+ownedByPreview("datdba")+` ORDER BY 1`, grantee, allowed)
	if err != nil || len(open) == 0 {
		return err
	}
	var sql []string
	for _, name := range open {
		if name == c.conn.Config().Database && !c.super {
			// It must not lock itself out.
			sql = append(sql, "GRANT CONNECT ON DATABASE "+quoted(name)+" TO "+quoted(c.user))
		}
		sql = append(sql, "REVOKE CONNECT, TEMPORARY ON DATABASE "+quoted(name)+" FROM "+granteeSQL(grantee))
	}
	return fmt.Errorf("%w: they may connect to %s; run as their owner or as a superuser: %s; or say that they may be open",
		database.ErrOpen, strings.Join(open, ", "), strings.Join(sql, "; "))
}

// publicClosed returns database.ErrOpen if everybody may connect to the database
// of the session, make things in it, or use its schema public.
func (d *session) checkPublic(ctx context.Context, name string) error {
	sql, err := d.list(ctx, `SELECT format('REVOKE CONNECT, TEMPORARY ON DATABASE %I FROM PUBLIC', datname) FROM pg_database
		WHERE datname = $1 AND has_database_privilege('public', oid, 'CONNECT')
		UNION ALL SELECT format('REVOKE CREATE ON DATABASE %I FROM PUBLIC', datname) FROM pg_database
		WHERE datname = $1 AND has_database_privilege('public', oid, 'CREATE')
		UNION ALL SELECT format('REVOKE ALL ON SCHEMA %I FROM PUBLIC', nspname) FROM pg_namespace
		WHERE (has_schema_privilege('public', oid, 'CREATE') OR nspname = 'public' AND has_schema_privilege('public', oid, 'USAGE'))
		AND NOT `+ownedByPreview("nspowner"), name)
	if err != nil || len(sql) == 0 {
		return err
	}
	return fmt.Errorf("%w: everybody has rights in %s, which is not previewset's; run in it, as its owner or as a superuser: %s",
		database.ErrOpen, name, strings.Join(sql, "; "))
}

// closePublic takes from PUBLIC what it may in the schema public by default.
func (d *session) revokePublic(ctx context.Context) error {
	open, err := d.exists(ctx, `SELECT EXISTS (SELECT FROM pg_namespace WHERE nspname = 'public'
		AND (has_schema_privilege('public', oid, 'USAGE') OR has_schema_privilege('public', oid, 'CREATE')))`)
	if err != nil || !open {
		return err
	}
	return d.run(ctx, "REVOKE ALL ON SCHEMA public FROM PUBLIC")
}

func quoted(name string) string { return pgx.Identifier{name}.Sanitize() }

func granteeSQL(grantee string) string {
	if grantee == "public" {
		return "PUBLIC"
	}
	return quoted(grantee)
}
