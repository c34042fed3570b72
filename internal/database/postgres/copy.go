package postgres

import (
	"context"
	"fmt"
	"time"

	"github.com/previewset/previewset/internal/database"
)

// Strategies for copying a template (CREATE DATABASE … STRATEGY). FILE_COPY needs two
// checkpoints, but writes no WAL of the template's size. It is faster for a template of
// 200 MB, and PostgreSQL 18 can use reflinks for it (file_copy_method). WAL_LOG is faster
// for an almost empty template.
const (
	copyByFiles = "FILE_COPY"
	copyByWAL   = "WAL_LOG"
)

// defaultTemplate is the template of CREATE DATABASE without TEMPLATE.
const defaultTemplate = "template1"

// createDatabase creates or completes a preview's database, empty or from a template. found
// is the preview's role, or nil.
func (s *Server) createDatabase(ctx context.Context, c *session, r database.Request, found *role) (database.Access, error) {
	template, copyStrategy := r.Template, copyByFiles
	if r.Strategy == database.StrategyDatabase {
		template, copyStrategy = defaultTemplate, copyByWAL
	}
	if template == s.config.Database {
		return database.Access{}, fmt.Errorf("the administrator's URL names the database %s, which is the template: use another database in the URL", template)
	}
	r.ConnectionLimit = c.connectionLimit(r, found)
	if err := c.checkConnect(ctx, "public", r.Open); err != nil {
		return database.Access{}, err
	}
	if err := s.checkPrivate(ctx, c, r, template); err != nil {
		return database.Access{}, err
	}
	if err := c.checkDatabaseFree(ctx, r.Name); err != nil {
		return database.Access{}, err
	}
	if err := s.prepareRole(ctx, c, r, found); err != nil {
		return database.Access{}, err
	}
	exists, err := c.exists(ctx, "SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)", r.Name)
	if err != nil {
		return database.Access{}, err
	}
	if !exists {
		if err := s.makeDatabase(ctx, c, r, template, copyStrategy); err != nil {
			return database.Access{}, err
		}
	}
	if err := c.checkConnect(ctx, r.Name, r.Open); err != nil {
		return database.Access{}, err
	}
	return s.access(c, r, r.Name, ""), c.enableRole(ctx, r, "")
}

// checkDatabaseFree returns database.ErrForeign if a database called name exists and the
// role of the same name does not own it.
func (c *session) checkDatabaseFree(ctx context.Context, name string) error {
	taken, err := c.exists(ctx, `SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1
		AND datdba NOT IN (SELECT oid FROM pg_roles WHERE rolname = $1))`, name)
	if err == nil && taken {
		return database.Foreign("the database "+name, database.Mark{}, false)
	}
	return err
}

// makeDatabase copies the template. The role can't log in until the copy is complete.
func (s *Server) makeDatabase(ctx context.Context, c *session, r database.Request, template, copyStrategy string) error {
	if err := c.disableRole(ctx, r.Name); err != nil {
		return err
	}
	if err := c.copyTemplate(ctx, r, template, copyStrategy); err != nil {
		return err
	}
	if err := c.allowConnections(ctx, r.Name, ""); err != nil {
		return err
	}
	d, err := s.connect(ctx, r.Name)
	if err != nil {
		return err
	}
	defer d.close(ctx)
	if err := d.reassignPublic(ctx, r.Name); err != nil {
		return err
	}
	if r.Strategy != database.StrategySnapshot {
		return nil
	}
	return d.reassignAll(ctx, r.Name)
}

// copyTemplate creates the database r.Name as soon as nobody is connected to the
// template. The new database accepts no connections until PUBLIC has lost its rights.
func (c *session) copyTemplate(ctx context.Context, r database.Request, template, copyStrategy string) error {
	start := time.Now()
	for {
		err := c.run(ctx, "CREATE DATABASE %I OWNER %I TEMPLATE %I STRATEGY %s ALLOW_CONNECTIONS false",
			r.Name, r.Name, template, copyStrategy)
		if !hasState(err, objectInUse) {
			return c.describeTemplate(ctx, template, err)
		}
		// The server has waited for five seconds.
		clients, err := c.clientsOf(ctx, template)
		if err != nil {
			return err
		}
		if waited := time.Since(start); waited > r.Wait {
			return fmt.Errorf("%w: %s, for %s, by %s: prevent new sessions, and end these, as a superuser: ALTER DATABASE %s WITH IS_TEMPLATE true ALLOW_CONNECTIONS false; "+
				"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s",
				database.ErrBusy, template, waited.Round(time.Second), clients, quoted(template), literal(template))
		}
		r.Progress("waiting for the template %s, which is in use by %s", template, clients)
	}
}
