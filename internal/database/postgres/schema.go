package postgres

import (
	"context"
	"fmt"
	"slices"

	"github.com/previewset/previewset/internal/database"
)

// sharedComment marks a database for schemas that previewset made.
const sharedComment = "previewset: the schemas of previews"

// createSchema gives a preview a schema of the database r.Database.
func (s *Server) createSchema(ctx context.Context, c *session, r database.Request) (database.Access, error) {
	found, err := c.findRole(ctx, r.Name, r.Mark)
	if err != nil {
		return database.Access{}, err
	}
	if err := c.checkConnect(ctx, "public", slices.Concat(r.Open, []string{r.Database})); err != nil {
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
		return database.Access{}, err
	}
	if err := c.grantConnect(ctx, r.Name, r.Database); err != nil {
		return database.Access{}, err
	}
	if err := c.checkConnect(ctx, r.Name, slices.Concat(r.Open, []string{r.Database})); err != nil {
		return database.Access{}, err
	}
	return s.access(r, r.Database, r.Name), c.enableRole(ctx, r, r.Name)
}

// openShared opens a session in the database for schemas, which it makes if
// there is none. PUBLIC may nothing there.
func (s *Server) openSharedDatabase(ctx context.Context, c *session, name string) (*session, error) {
	ours, err := c.ensureSharedDatabase(ctx, name)
	if err != nil {
		return nil, fmt.Errorf("database %s: %w", name, err)
	}
	d, err := s.connect(ctx, name)
	if err != nil {
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

// ensureShared makes the database for schemas if there is none, and reports
// whether it is previewset's.
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
		// One without a comment that lets nobody in was left by a run that ended there.
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

// letIn lets roles into a database, when PUBLIC may nothing there. It changes
// nothing where that was done.
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

// schemaIsFree returns database.ErrForeign if there is a schema called name that
// isn't of the role called so.
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

// admit lets a role into a database, with temporary tables, which many
// migrations need and nobody else sees.
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
	// Who may not grant gets a warning.
	done, err := c.exists(ctx, hasRights, name, databaseName)
	if err == nil && !done {
		return fmt.Errorf("the administrator %s can't let roles into database %s: it must own it", c.user, databaseName)
	}
	return err
}
