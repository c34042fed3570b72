package mysql

import (
	"context"
	"database/sql"
	"fmt"
	"strings"

	driver "github.com/go-sql-driver/mysql"

	"github.com/previewset/previewset/internal/database"
)

// Server is a MySQL or MariaDB server with the administrator's rights. Create and Drop
// use up to three sessions each, and Note uses two.
type Server struct {
	db *sql.DB
	// brief has sessions that hardly wait for locks, for statements that wait for sessions
	// of previews.
	brief    *sql.DB
	config   *driver.Config
	endpoint endpoint
	mariaDB  bool
}

var _ database.Server = (*Server)(nil)

// Open connects to the server at mysql://user:password@host:port/?tls=…. The default
// port is 3306. tls is true, false (the default), preferred or skip-verify. Open fails if
// the server rejects the user. Errors never contain the password.
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
		return nil, fmt.Errorf("connect to %s: %w", config.Addr, classify(err))
	}
	s := &Server{db: db, config: config, endpoint: endpoint, mariaDB: strings.Contains(version, "MariaDB")}
	if s.brief, err = connect(s.briefConfig()); err != nil {
		_ = db.Close()
		return nil, err
	}
	return s, nil
}

// briefConfig returns the configuration of sessions that wait for a lock as short as
// possible: not at all on MariaDB, and one second on MySQL.
func (s *Server) briefConfig() *driver.Config {
	seconds := "1"
	if s.mariaDB {
		seconds = "0"
	}
	config := s.config.Clone()
	config.Params["lock_wait_timeout"], config.Params["innodb_lock_wait_timeout"] = seconds, seconds
	return config
}

func connect(config *driver.Config) (*sql.DB, error) {
	connector, err := driver.NewConnector(config)
	if err != nil {
		return nil, fmt.Errorf("configure the driver: %w", err)
	}
	return sql.OpenDB(connector), nil
}

// Close ends the server's sessions.
func (s *Server) Close() {
	_ = s.db.Close()
	_ = s.brief.Close()
}

// List returns the databases of all previews, sorted by name.
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

// Note writes the mark of o, unless a drop of the object has begun.
func (s *Server) Note(ctx context.Context, o database.Object) error {
	err := s.widenMarks(ctx)
	if err == nil {
		err = s.withLockedRow(ctx, o.Name, o.Mark, func(tx *sql.Tx, _ string, found database.Mark) error {
			if !found.DroppingAt.IsZero() {
				return nil
			}
			return setMark(ctx, tx, o.Name, o.Mark)
		})
	}
	if err != nil {
		return fmt.Errorf("write the mark of %s: %w", o.Name, err)
	}
	return nil
}
