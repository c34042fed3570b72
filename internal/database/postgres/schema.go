package postgres

import (
	"context"
	"fmt"
	"slices"

	"github.com/previewset/previewset/internal/database"
)

// sharedComment marks a database for schemas that previewset created.
const sharedComment = "previewset: the schemas of previews"

// createSchema creates or completes a preview's schema in the database r.Database. found is
// the preview's role, or nil.
func (s *Server) createSchema(ctx context.Context, c *session, r database.Request, found *role) (database.Access, error) {
	r.ConnectionLimit = c.connectionLimit(r, found)
	if err := c.checkConnect(ctx, "public", slices.Concat(r.Open, []string{r.Database})); err != nil {
		return database.Access{}, err
	}
	if err := s.checkPrivate(ctx, c, r, ""); err != nil {
		return database.Access{}, err
	}
	d, err := s.openSharedDatabase(ctx, c, r.Database)
	if err != nil {
		return database.Access{}, err
	}
	defer d.close(ctx)
	if err := d.checkSchemaFree(ctx, r.Name); err != nil {
		return database.Access{}, err
	}
	if err := s.prepareRole(ctx, c, r, found); err != nil {
		return database.Access{}, err
	}
	if err := d.makeSchema(ctx, r.Name); err != nil {
		return database.Access{}, c.describeShared(ctx, r.Database, err)
	}
	if err := c.grantConnect(ctx, r.Name, r.Database); err != nil {
		return database.Access{}, err
	}
	if err := c.checkConnect(ctx, r.Name, slices.Concat(r.Open, []string{r.Database})); err != nil {
		return database.Access{}, err
	}
	return s.access(c, r, r.Database, r.Name), c.enableRole(ctx, r, r.Name)
}

// openSharedDatabase opens a session in the database for schemas, and creates the
// database if it does not exist. PUBLIC has no rights in it.
func (s *Server) openSharedDatabase(ctx context.Context, c *session, name string) (*session, error) {
	ours, err := c.ensureSharedDatabase(ctx, name)
	if err != nil {
		return nil, fmt.Errorf("database %s: %w", name, err)
	}
	d, err := s.connect(ctx, name)
	if err != nil {
		return nil, c.describeShared(ctx, name, err)
	}
	if _, err := d.conn.Exec(ctx, lockTimeout); err != nil {
		d.close(ctx)
		return nil, err
	}
	if ours {
		err = c.withDatabasesLock(ctx, func() error { return d.revokePublic(ctx) })
	} else {
		err = d.checkPublic(ctx, name)
	}
	if err != nil {
		d.close(ctx)
		return nil, err
	}
	return d, nil
}

// ensureSharedDatabase creates the database for schemas if it does not exist, and reports
// whether previewset created it.
func (c *session) ensureSharedDatabase(ctx context.Context, name string) (ours bool, err error) {
	err = c.withDatabasesLock(ctx, func() error {
		exists, err := c.exists(ctx, "SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)", name)
		if err != nil {
			return err
		}
		if !exists {
			if err := c.run(ctx, "CREATE DATABASE %I ALLOW_CONNECTIONS false", name); err != nil {
				return err
			}
		}
		// A database without a comment that accepts no connections is left over from an
		ours, err = c.exists(ctx, `SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1 AND CASE shobj_description(oid, 'pg_database')
			WHEN $2 THEN NOT `+ownedByPreview("datdba")+` ELSE false END)
			OR EXISTS (SELECT FROM pg_database WHERE datname = $1 AND NOT datallowconn AND NOT datistemplate
			AND datdba = current_user::regrole AND shobj_description(oid, 'pg_database') IS NULL)`, name, sharedComment)
		if err != nil || !ours {
			return err
		}
		return c.allowConnections(ctx, name, sharedComment)
	})
	return ours, err
}

// allowConnections revokes the rights of PUBLIC on a database, and then lets the database
// accept connections. It does not change a database that accepts connections.
func (c *session) allowConnections(ctx context.Context, name, comment string) error {
	done, err := c.exists(ctx, "SELECT datallowconn FROM pg_database WHERE datname = $1", name)
	if err != nil || done {
		return err
	}
	if comment != "" {
		if err := c.run(ctx, "COMMENT ON DATABASE %I IS %L", name, comment); err != nil {
			return err
		}
	}
	if err := c.run(ctx, "REVOKE ALL ON DATABASE %I FROM PUBLIC", name); err != nil {
		return err
	}
	return c.run(ctx, "ALTER DATABASE %I WITH ALLOW_CONNECTIONS true", name)
}

// checkSchemaFree returns database.ErrForeign if a schema called name exists and the role
// of the same name does not own it.
func (d *session) checkSchemaFree(ctx context.Context, name string) error {
	taken, err := d.exists(ctx, `SELECT EXISTS (SELECT FROM pg_namespace WHERE nspname = $1
		AND nspowner NOT IN (SELECT oid FROM pg_roles WHERE rolname = $1))`, name)
	if err == nil && taken {
		return database.Foreign("the schema "+name, database.Mark{}, false)
	}
	return err
}

func (d *session) makeSchema(ctx context.Context, name string) error {
	return d.run(ctx, "CREATE SCHEMA IF NOT EXISTS %I AUTHORIZATION %I", name, name)
}

// grantConnect lets a role connect to a database and create temporary tables, which many
// migrations need and other sessions do not see.
func (c *session) grantConnect(ctx context.Context, name, databaseName string) error {
	const hasRights = "SELECT has_database_privilege($1::name, $2::text, 'CONNECT') AND has_database_privilege($1::name, $2::text, 'TEMPORARY')"
	if done, err := c.exists(ctx, hasRights, name, databaseName); err != nil || done {
		return err
	}
	err := c.withDatabasesLock(ctx, func() error {
		return c.run(ctx, "GRANT CONNECT, TEMPORARY ON DATABASE %I TO %I", databaseName, name)
	})
	if err != nil {
		return err
	}
	// Without the right to grant, GRANT only returns a warning.
	done, err := c.exists(ctx, hasRights, name, databaseName)
	if err == nil && !done {
		return fmt.Errorf("the administrator %s can't grant CONNECT on database %s: run as a superuser: ALTER DATABASE %s OWNER TO %s",
			c.user, databaseName, quoted(databaseName), quoted(c.user))
	}
	return err
}
