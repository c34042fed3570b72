package mysql

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/previewset/previewset/internal/database"
	"github.com/previewset/previewset/internal/spelling"
)

// maxRights bounds the number of rights of all accounts that are read, and maxNamed the
// number of visible databases that an error names.
const maxRights, maxNamed = 1000, 10

// checkPublicRights returns database.ErrOpen, with a remedy, if an account without a name
// exists, or if all accounts have rights in databases that are not in open. Servers
// prefer an account without a name to the preview's own for clients of its host.
func (s *Server) checkPublicRights(ctx context.Context, open []string) error {
	var host string
	err := s.db.QueryRowContext(ctx, "SELECT host FROM mysql.user WHERE user = '' LIMIT 1").Scan(&host)
	if err == nil {
		return fmt.Errorf("%w: an anonymous account exists: run DROP USER ''@'%s'", database.ErrOpen, host)
	}
	if !errors.Is(err, sql.ErrNoRows) {
		return fmt.Errorf("look for anonymous accounts: %w", err)
	}
	rights, err := s.publicRights(ctx)
	if err != nil {
		return fmt.Errorf("look for rights of all accounts: %w", err)
	}
	for _, r := range rights {
		if !slices.Contains(open, r.db) && !slices.Contains(open, unescape(r.db)) {
			return fmt.Errorf("%w: all accounts have rights in databases that match %s: run "+
				"DELETE FROM mysql.%s WHERE user = '%s' AND db = '%s'; FLUSH PRIVILEGES; or list the database as open",
				database.ErrOpen, r.db, r.table, r.user, strings.ReplaceAll(r.db, `\`, `\\`))
		}
	}
	return nil
}

// right is a row of a grant table that gives a right to all accounts.
type right struct{ table, user, db string }

// publicRows selects the rows of a grant table without a user, or for MariaDB's PUBLIC.
// They give rights to all accounts.
const publicRows = " WHERE user = '' OR user = 'PUBLIC' AND host = ''"

// publicRights returns the rights in databases that all accounts have.
func (s *Server) publicRights(ctx context.Context) ([]right, error) {
	rows, err := s.db.QueryContext(ctx, "SELECT 'db', user, db FROM mysql.db"+publicRows+
		" UNION SELECT 'tables_priv', user, db FROM mysql.tables_priv"+publicRows+
		" UNION SELECT 'procs_priv', user, db FROM mysql.procs_priv"+publicRows+" LIMIT ?", maxRights+1)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	var list []right
	for rows.Next() {
		var r right
		if err := rows.Scan(&r.table, &r.user, &r.db); err != nil {
			return nil, err
		}
		list = append(list, r)
	}
	if len(list) > maxRights {
		return nil, fmt.Errorf("all accounts have more than %d rights", maxRights)
	}
	return list, rows.Err()
}

// checkVisible connects as the preview's user, and returns database.ErrOpen if the user
// sees other databases than its own and those of r.Open. The rights of an account depend
// on more tables than checkPublicRights reads.
func (s *Server) checkVisible(ctx context.Context, user string, r database.Request) error {
	config := s.config.Clone()
	config.User, config.Passwd, config.DBName = user, r.Password, r.Name
	if s.mariaDB {
		config.Params["max_statement_time"] = "0"
	}
	db, err := connect(config)
	if err != nil {
		return err
	}
	defer func() { _ = db.Close() }()
	open, err := visibleDatabases(ctx, db, append([]string{r.Name}, r.Open...))
	if hasNumber(err, erUserLimitReached, erTooManySessions) {
		// The preview uses all its connections, so an earlier Create has checked it.
		return nil
	}
	if err != nil {
		return fmt.Errorf("log in as %s: %w", user, err)
	}
	if len(open) > 0 {
		return fmt.Errorf("%w: user %s sees %s, because all accounts have rights there: find these rights with SHOW GRANTS FOR '%[2]s'@'%%' and SHOW GRANTS FOR PUBLIC and revoke them, or list the databases as open",
			database.ErrOpen, user, spelling.Enumerate(open, "and"))
	}
	return nil
}

// visibleDatabases returns databases that the user of db sees and that are not in own.
// It returns at least one, if any exists, and reads at most maxNamed more than own has.
func visibleDatabases(ctx context.Context, db *sql.DB, own []string) ([]string, error) {
	// All users see these databases, but only their own rows in them.
	own = append(own, "information_schema", "performance_schema")
	rows, err := db.QueryContext(ctx, "SELECT schema_name FROM information_schema.schemata ORDER BY schema_name LIMIT ?", len(own)+maxNamed)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	var list []string
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			return nil, err
		}
		if !slices.Contains(own, name) {
			list = append(list, name)
		}
	}
	return list, rows.Err()
}
