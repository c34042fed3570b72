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

// connectTimeout bounds the time to open a session.
const connectTimeout = 15 * time.Second

// minVersion is the oldest server version that this package is tested with, in the format
// of server_version_num.
const minVersion = 150000

// errURL does not quote the URL, which contains a password.
var errURL = errors.New("the administrator's URL is not postgres://USER:PASSWORD@HOST:PORT/DATABASE with percent-encoded special characters")

// Server is a PostgreSQL server with the administrator's rights.
type Server struct {
	config *pgx.ConnConfig
	// options are the query of a preview's URL.
	options  url.Values
	reliever reliever
}

var _ database.Server = (*Server)(nil)

// Open connects to the server of adminURL. All calls take their locks in the database of
// the URL, which can't be a template.
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

// Close ends the session of Relieve. All other calls open and close their own sessions.
func (s *Server) Close() {
	s.reliever.mu.Lock()
	defer s.reliever.mu.Unlock()
	s.reliever.close(context.Background())
}

// parseURL accepts a URL only if pgx and net/url parse it in the same way. Otherwise a
// part of the password could be taken for the host, which errors contain.
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
	// If the context ends, the server must cancel the running statement.
	config.BuildContextWatcherHandler = func(conn *pgconn.PgConn) ctxwatch.Handler {
		return &pgconn.CancelRequestContextWatcherHandler{Conn: conn, DeadlineDelay: connectTimeout}
	}
	// Each statement runs once. Preparing it would cost another round trip.
	config.DefaultQueryExecMode = pgx.QueryExecModeExec
	options := url.Values{}
	if mode := u.Query().Get("sslmode"); mode != "" {
		options.Set("sslmode", mode)
	}
	return &Server{config: config, options: options}, nil
}

// access returns the access of r's preview to the database name.
func (s *Server) access(c *session, r database.Request, name, schema string) database.Access {
	return database.Access{
		Scheme: "postgres", Host: s.config.Host, Port: int(s.config.Port), Options: s.options,
		Database: name, Schema: schema, User: r.Name, Password: r.Password,
		ConnectionLimit: max(r.ConnectionLimit, 0), ServerConnections: c.connections,
	}
}

// checkAdmin returns an error if the server is too old or the administrator lacks rights.
func (c *session) checkAdmin() error {
	switch {
	case c.version < minVersion:
		return fmt.Errorf("PostgreSQL %d is too old: use version 15 or newer", c.version/10000)
	case !c.privileged:
		return fmt.Errorf("the administrator %s lacks rights: run as a superuser: ALTER ROLE %s CREATEDB CREATEROLE", c.user, quoted(c.user))
	}
	return nil
}
