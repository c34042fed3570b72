package postgres

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/previewset/previewset/internal/database"
)

// How the server copies a template (CREATE DATABASE … STRATEGY). By files it needs
// two checkpoints, and no WAL of the template's size: the faster for a template of
// 200 MB, and one that PostgreSQL 18 can do by reflinks (file_copy_method). What
// is nearly empty is copied faster by WAL.
const (
	copyByFiles = "FILE_COPY"
	copyByWAL   = "WAL_LOG"
)

// defaultTemplate is what CREATE DATABASE copies by itself.
const defaultTemplate = "template1"

// createDatabase gives a preview a database, empty or a copy of a template.
func (s *Server) createDatabase(ctx context.Context, c *session, r database.Request) (database.Access, error) {
	template, copyStrategy := r.Template, copyByFiles
	if r.Strategy == database.StrategyDatabase {
		template, copyStrategy = defaultTemplate, copyByWAL
	}
	if template == s.config.Database {
		return database.Access{}, fmt.Errorf("the administrator's URL names %s, which is to be copied: let it name another database", template)
	}
	found, err := c.findRole(ctx, r.Name, r.Mark)
	if err != nil {
		return database.Access{}, err
	}
	if err := c.checkConnect(ctx, "public", r.Open); err != nil {
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
	return s.access(r, r.Name, ""), c.enableRole(ctx, r, "")
}

// databaseIsFree returns database.ErrForeign if there is a database called name
// that isn't of the role called so.
func (c *session) checkDatabaseFree(ctx context.Context, name string) error {
	taken, err := c.exists(ctx, `SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1
		AND datdba NOT IN (SELECT oid FROM pg_roles WHERE rolname = $1))`, name)
	if err == nil && taken {
		return database.Foreign("the database "+name, database.Mark{}, false)
	}
	return err
}

// makeDatabase copies the template for a role that can't log in until the copy
// is whole.
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

// copyTemplate makes the database of r.Name, as soon as nobody is connected to
// the template. Nobody may connect to the new one before PUBLIC can't.
func (c *session) copyTemplate(ctx context.Context, r database.Request, template, copyStrategy string) error {
	deadline := time.Now().Add(r.Wait)
	for {
		err := c.run(ctx, "CREATE DATABASE %I OWNER %I TEMPLATE %I STRATEGY %s ALLOW_CONNECTIONS false",
			r.Name, r.Name, template, copyStrategy)
		if !hasState(err, objectInUse) {
			return err
		}
		// The server itself waited for five seconds.
		clients, err := c.clientsOf(ctx, template)
		if err != nil {
			return err
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("%w: %s, for %s, by %s: end these sessions, and keep others out of it: ALTER DATABASE %s WITH IS_TEMPLATE true ALLOW_CONNECTIONS false",
				database.ErrBusy, template, r.Wait, clients, quoted(template))
		}
		r.Progress("waiting for the template %s, which is in use by %s", template, clients)
	}
}

// maxUsers bounds how many users of a template are named.
const maxClients = 5

// usersOf names who is connected to a database: "psql of ann (2 sessions)".
func (c *session) clientsOf(ctx context.Context, name string) (string, error) {
	clients, err := c.list(ctx, `SELECT format('%s of %s (%s sessions)', coalesce(nullif(application_name, ''), 'a program without a name'),
		coalesce(usename, 'the server'), count(*)) FROM pg_stat_activity WHERE datname = $1
		GROUP BY application_name, usename ORDER BY count(*) DESC, 1 LIMIT $2`, name, maxClients)
	if err != nil || len(clients) > 0 {
		return strings.Join(clients, ", "), err
	}
	return "sessions that have ended by now, or prepared transactions", nil
}
