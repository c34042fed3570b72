package mysql

import (
	"context"
	"database/sql"
	"fmt"
	"strings"

	driver "github.com/go-sql-driver/mysql"

	"github.com/previewset/previewset/internal/database"
)

// Server is a MySQL or MariaDB server, as its administrator. Create, Drop and
// Note have two sessions each while they run.
type Server struct {
	db       *sql.DB
	config   *driver.Config
	endpoint endpoint
	mariaDB  bool
}

var _ database.Server = (*Server)(nil)

// Open returns the server at mysql://user:password@host:port/?tls=…, where the
// port is 3306 if there is none, and tls one of true, false (the default),
// preferred and skip-verify. It fails when the server doesn't let the user in;
// errors never hold the password.
func Open(ctx context.Context, adminURL string) (*Server, error) {
	config, endpoint, err := parseURL(adminURL)
	if err != nil {
		return nil, fmt.Errorf("the administrator's URL: %w", err)
	}
	db, err := connect(config)
	if err != nil {
		return nil, err
	}
	var version string
	if err := db.QueryRowContext(ctx, "SELECT VERSION()").Scan(&version); err != nil {
		_ = db.Close()
		return nil, fmt.Errorf("connect to %s: %w", config.Addr, err)
	}
	return &Server{db: db, config: config, endpoint: endpoint, mariaDB: strings.Contains(version, "MariaDB")}, nil
}

func connect(config *driver.Config) (*sql.DB, error) {
	connector, err := driver.NewConnector(config)
	if err != nil {
		return nil, fmt.Errorf("configure the driver: %w", err)
	}
	return sql.OpenDB(connector), nil
}

// Close ends the server's sessions.
func (s *Server) Close() { _ = s.db.Close() }

// List returns all previews' databases, by name.
func (s *Server) List(ctx context.Context) ([]database.Object, error) {
	rows, err := s.rows(ctx)
	if err != nil {
		return nil, fmt.Errorf("list the previews' databases: %w", err)
	}
	var list []database.Object
	for _, row := range rows {
		if mark, ok := database.ParseMark(row.mark); ok {
			list = append(list, database.Object{Name: row.name, Mark: mark})
		}
	}
	return list, nil
}

// Note writes o's mark.
func (s *Server) Note(ctx context.Context, o database.Object) error {
	err := s.withLockedRow(ctx, o.Name, o.Mark, func(tx *sql.Tx, _ string) error {
		return setMark(ctx, tx, o.Name, o.Mark)
	})
	if err != nil {
		return fmt.Errorf("note the mark of %s: %w", o.Name, err)
	}
	return nil
}
