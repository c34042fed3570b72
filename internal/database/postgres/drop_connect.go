package postgres

import (
	"context"
	"maps"
	"time"

	"github.com/previewset/previewset/internal/database"
)

// dropPreamble bounds the waits of a drop, and makes its queries independent of planner
// settings of the database. The queries look up rows of catalogs by oid: joins by hash or
// merge would read complete catalogs for each level of a chain of objects, and a search for
// the best order of joins would take longer than the query. A function body that replaces
// another is not checked.
const dropPreamble = `SET lock_timeout = '1s'; SET enable_hashjoin = off; SET enable_mergejoin = off; SET enable_nestloop = on;
SET enable_indexscan = on; SET join_collapse_limit = 1; SET jit = off; SET max_parallel_workers_per_gather = 0; SET check_function_bodies = off`

// loginSettings returns settings with which a session of the version starts. They override
// settings of a preview's database, which its owner chooses, such as a library that does not
// exist.
func loginSettings(version int) map[string]string {
	settings := map[string]string{
		"role": "none", "local_preload_libraries": "", "client_encoding": "UTF8", "exit_on_error": "off", "search_path": "pg_catalog, pg_temp",
		"statement_timeout": "0", "lock_timeout": "0", "idle_session_timeout": "0", "idle_in_transaction_session_timeout": "0",
		"default_transaction_read_only": "off", "tcp_user_timeout": "0", "quote_all_identifiers": "off",
	}
	if version >= 170000 {
		settings["transaction_timeout"] = "0"
	}
	return settings
}

// connectBefore opens a session in the administrator's database. It tries again until the
// deadline while the server is full or not available.
func (s *Server) connectBefore(ctx context.Context, deadline time.Time) (c *session, err error) {
	err = database.Retry(ctx, time.Until(deadline), func(string, ...any) {}, func() (err error) {
		c, err = s.connect(ctx, s.config.Database)
		return err
	})
	return c, err
}

// prepareDrop executes dropPreamble.
func (c *session) prepareDrop(ctx context.Context) error {
	_, err := c.conn.PgConn().Exec(ctx, dropPreamble).ReadAll()
	return err
}

// openAny opens a session in a database. c is a session in another one. It reopens a
// database that a preview has closed.
func (s *Server) openAny(ctx context.Context, c *session, name string) (*session, error) {
	preview, err := c.exists(ctx, "SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1 AND "+ownedByPreview("datdba")+")", name)
	if err != nil {
		return nil, err
	}
	server := s
	if preview {
		if err := c.reopen(ctx, name); err != nil {
			return nil, err
		}
		server = &Server{config: s.config.Copy()}
		maps.Copy(server.config.RuntimeParams, loginSettings(c.version))
	}
	d, err := server.connect(ctx, name)
	if err != nil {
		return nil, err
	}
	if err := d.prepareDrop(ctx); err != nil {
		d.close(ctx)
		return nil, err
	}
	return d, nil
}

// open opens a session of the drop in a database.
func (d *drop) open(ctx context.Context, name string) (*session, error) {
	c, err := d.server.openAny(ctx, d.c, name)
	if err == nil {
		d.watcher.add(c)
	}
	return c, err
}

// close closes a session of open.
func (d *drop) close(ctx context.Context, c *session) {
	d.watcher.remove(c)
	c.close(ctx)
}

// reopen lets the administrator connect to a preview's database. The owner of a database
// may close it.
func (c *session) reopen(ctx context.Context, name string) error {
	statements, err := c.list(ctx, `SELECT statement FROM pg_database, LATERAL (VALUES
		(datconnlimit = -2, format('DROP DATABASE %I', datname)), -- invalid: its drop was interrupted
		(NOT datallowconn OR datconnlimit >= 0, format('ALTER DATABASE %I WITH ALLOW_CONNECTIONS true CONNECTION LIMIT -1', datname)),
		(NOT has_database_privilege(oid, 'CONNECT'), format('GRANT CONNECT ON DATABASE %I TO %I', datname, pg_get_userbyid(datdba)))
		) s (needed, statement) WHERE datname = $1 AND needed`, name)
	if err != nil {
		return err
	}
	for _, statement := range statements {
		if err := c.withDatabasesLock(ctx, func() error { return c.run(ctx, "%s", statement) }); err != nil {
			return err
		}
	}
	return nil
}
