package postgres

import (
	"context"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/previewset/previewset/internal/database"
	"github.com/previewset/previewset/internal/spelling"
)

// ownedByPreview returns an SQL condition: the oid in the column owner is the role of a
// preview. A preview may give rights on its own objects to anyone.
func ownedByPreview(owner string) string {
	return `EXISTS (SELECT FROM pg_shdescription WHERE classoid = 'pg_authid'::regclass AND objoid = ` + owner +
		` AND description LIKE 'previewset {%')`
}

// checkConnect returns database.ErrOpen if grantee may connect to a database that is
// neither allowed nor a preview's. grantee is a role, or "public" for all roles.
func (c *session) checkConnect(ctx context.Context, grantee string, allowed []string) error {
	open, err := c.list(ctx, `SELECT datname FROM pg_database WHERE datallowconn AND datname <> ALL (coalesce($2::text[], '{}'))
		AND has_database_privilege($1::name, oid, 'CONNECT') AND NOT `+ownedByPreview("datdba")+` ORDER BY 1`, grantee, allowed)
	if err != nil || len(open) == 0 {
		return err
	}
	var sql []string
	listing := "list the databases as open"
	for _, name := range open {
		own := name == c.conn.Config().Database
		if own {
			listing = "name another database than " + name + " in the administrator's URL, and " + listing
		}
		if own && !c.super {
			// The administrator must not lose access.
			sql = append(sql, "GRANT CONNECT ON DATABASE "+quoted(name)+" TO "+quoted(c.user))
		}
		sql = append(sql, "REVOKE CONNECT, TEMPORARY ON DATABASE "+quoted(name)+" FROM "+granteeSQL(grantee))
	}
	return fmt.Errorf("%w: previews may connect to %s: run as the owner of these databases or as a superuser: %s; or %s",
		database.ErrOpen, spelling.Enumerate(open, "and"), strings.Join(sql, "; "), listing)
}

// checkPrivate returns database.ErrOpen if previews may connect to a database in which a
// session of a preview can stop others: the administrator's, where previewset takes its
// locks, and the template, which PostgreSQL copies only while nobody is connected to it.
func (s *Server) checkPrivate(ctx context.Context, c *session, r database.Request, template string) error {
	if r.Strategy == database.StrategySchema && r.Database == s.config.Database {
		return fmt.Errorf("%w: the administrator's URL names the database %s, which has the schemas of previews: their sessions could hold the locks of previewset there: name another database in the URL",
			database.ErrOpen, r.Database)
	}
	for _, place := range []struct{ name, danger string }{
		{s.config.Database, "which the administrator's URL names: their sessions could hold the locks of previewset there: name another database in the URL, or"},
		{template, "which is the template: their sessions could prevent copies of it:"},
	} {
		who, err := c.list(ctx, `SELECT 'PUBLIC' FROM pg_database WHERE datname = $1 AND datallowconn AND has_database_privilege('public', oid, 'CONNECT')
			UNION ALL SELECT quote_ident(rolname) FROM pg_roles r JOIN pg_database d ON datname = $1 AND datallowconn
			WHERE `+ownedByPreview("r.oid")+` AND has_database_privilege(r.oid, d.oid, 'CONNECT') ORDER BY 1 LIMIT $2`, place.name, maxClients)
		if err != nil {
			return err
		}
		if len(who) > 0 {
			return fmt.Errorf("%w: previews may connect to the database %s, %s remove it from the open databases, and run as its owner or as a superuser: REVOKE CONNECT, TEMPORARY ON DATABASE %s FROM %s",
				database.ErrOpen, place.name, place.danger, quoted(place.name), strings.Join(who, ", "))
		}
	}
	return nil
}

// checkPublic returns database.ErrOpen if PUBLIC may connect to the database of the
// session, create objects in it, or use its schema public.
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
	return fmt.Errorf("%w: PUBLIC has rights in the database %s, which previewset did not create: run in this database, as its owner or as a superuser: %s",
		database.ErrOpen, name, strings.Join(sql, "; "))
}

// revokePublic revokes the default rights of PUBLIC in the schema public.
func (d *session) revokePublic(ctx context.Context) error {
	open, err := d.exists(ctx, `SELECT EXISTS (SELECT FROM pg_namespace WHERE nspname = 'public'
		AND (has_schema_privilege('public', oid, 'USAGE') OR has_schema_privilege('public', oid, 'CREATE')))`)
	if err != nil || !open {
		return err
	}
	return d.run(ctx, "REVOKE ALL ON SCHEMA public FROM PUBLIC")
}

func quoted(name string) string { return pgx.Identifier{name}.Sanitize() }

// literal returns a text as a literal of SQL, for messages.
func literal(text string) string { return "'" + strings.ReplaceAll(text, "'", "''") + "'" }

func granteeSQL(grantee string) string {
	if grantee == "public" {
		return "PUBLIC"
	}
	return quoted(grantee)
}
