package postgres

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgconn/ctxwatch"

	"github.com/previewset/previewset/internal/database"
)

// connectTimeout bounds how long a session takes to begin.
const connectTimeout = 15 * time.Second

// minVersion is the oldest server that this package was tried with, as
// server_version_num has it.
const minVersion = 150000

// errURL says no more: what it is about holds a password.
var errURL = errors.New("the administrator's URL is not postgres://USER:PASSWORD@HOST:PORT/DATABASE, with what is special in them percent-encoded")

// Server is one PostgreSQL server, as its administrator.
type Server struct {
	config *pgx.ConnConfig
	// options are what a preview's URL says beside the place.
	options url.Values
}

var _ database.Server = (*Server)(nil)

// Open tries adminURL, and returns the server that it names. The database in it
// is where the administrator's sessions meet; it can't be a template.
func Open(ctx context.Context, adminURL string) (*Server, error) {
	s, err := parseURL(adminURL)
	if err != nil {
		return nil, err
	}
	c, err := s.connect(ctx, s.config.Database)
	if err != nil {
		return nil, err
	}
	defer c.close(ctx)
	return s, c.checkAdmin()
}

// Close does nothing: each call has sessions of its own.
func (s *Server) Close() {}

// parse takes an URL only if pgx and net/url read it alike: where they don't, a
// part of the password is taken for a host, and hosts are in errors.
func parseURL(adminURL string) (*Server, error) {
	u, err := url.Parse(adminURL)
	if err != nil || (u.Scheme != "postgres" && u.Scheme != "postgresql") || u.Hostname() == "" ||
		u.User.Username() == "" || strings.Contains(u.EscapedPath(), "@") {
		return nil, errURL
	}
	config, err := pgx.ParseConfig(adminURL)
	if err != nil || config.Host != u.Hostname() || config.User != u.User.Username() ||
		(u.Port() != "" && u.Port() != strconv.Itoa(int(config.Port))) {
		return nil, errURL
	}
	config.ConnectTimeout = connectTimeout
	// What a cancelled session was at must not go on without it.
	config.BuildContextWatcherHandler = func(conn *pgconn.PgConn) ctxwatch.Handler {
		return &pgconn.CancelRequestContextWatcherHandler{Conn: conn, DeadlineDelay: connectTimeout}
	}
	// Each statement runs once: to prepare it would be another round trip.
	config.DefaultQueryExecMode = pgx.QueryExecModeExec
	options := url.Values{}
	if mode := u.Query().Get("sslmode"); mode != "" {
		options.Set("sslmode", mode)
	}
	return &Server{config: config, options: options}, nil
}

// access returns how r's preview gets to database.
func (s *Server) access(r database.Request, name, schema string) database.Access {
	return database.Access{
		Scheme: "postgres", Host: s.config.Host, Port: int(s.config.Port), Options: s.options,
		Database: name, Schema: schema, User: r.Name, Password: r.Password,
	}
}

// fit returns why the administrator can't do what previews need, if so.
func (c *session) checkAdmin() error {
	switch {
	case c.version < minVersion:
		return fmt.Errorf("PostgreSQL is too old: its version is %d, and previews need 15 or newer", c.version/10000)
	case !c.privileged:
		return fmt.Errorf("the administrator %s must be a superuser, or have CREATEDB and CREATEROLE", c.user)
	}
	return nil
}
