package mysql

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/previewset/previewset/internal/database"
)

// maxRights bounds how many rights of everybody there are, and maxNamed how many
// databases an error names that were not to be seen.
const maxRights, maxNamed = 1000, 10

// refuseOpen returns database.ErrOpen, with what to do, if there is an account
// without a name, which servers prefer to a preview's own for clients of its host,
// or if everybody has rights in databases that are not in open.
func (s *Server) checkPublicRights(ctx context.Context, open []string) error {
	var host string
	err := s.db.QueryRowContext(ctx, "SELECT host FROM mysql.user WHERE user = '' LIMIT 1").Scan(&host)
	if err == nil {
		return fmt.Errorf("%w: there is an anonymous account: DROP USER ''@'%s'", database.ErrOpen, host)
	}
	if !errors.Is(err, sql.ErrNoRows) {
		return fmt.Errorf("look for anonymous accounts: %w", err)
	}
	rights, err := s.publicRights(ctx)
	if err != nil {
		return fmt.Errorf("look for rights of everybody: %w", err)
	}
	for _, r := range rights {
		if !slices.Contains(open, r.db) && !slices.Contains(open, unescape(r.db)) {
			return fmt.Errorf("%w: everybody has rights in what is called like %s: "+
				"DELETE FROM mysql.%s WHERE user = '%s' AND db = '%s'; FLUSH PRIVILEGES; or list it as open",
				database.ErrOpen, r.db, r.table, r.user, strings.ReplaceAll(r.db, `\`, `\\`))
		}
	}
	return nil
}

// right is one of all accounts, as a grant table has it.
type right struct{ table, user, db string }

// everybody are the rows of a grant table that are of no user, or of MariaDB's
// PUBLIC: all accounts have those rights.
const publicRows = " WHERE user = '' OR user = 'PUBLIC' AND host = ''"

// everybodys returns the rights that all accounts have in databases.
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
		return nil, fmt.Errorf("there are more than %d", maxRights)
	}
	return list, rows.Err()
}

// visit goes to the database as its user, and returns database.ErrOpen if others
// can be seen from there than r.Open has: what an account may is a matter of more
// tables than refuseOpen reads.
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
		// The preview is at work, so it has been visited before.
		return nil
	}
	if err != nil {
		return fmt.Errorf("log in as %s: %w", user, err)
	}
	if len(open) > 0 {
		return fmt.Errorf("%w: %s sees %s, which is open to all: revoke that, or list it as open", database.ErrOpen, user, strings.Join(open, ", "))
	}
	return nil
}

// visible returns databases that db's user sees and that are not in own: if there
// are any, at least one, and with own at most maxNamed more than it has.
func visibleDatabases(ctx context.Context, db *sql.DB, own []string) ([]string, error) {
	// Everybody sees these, and in them what is their own.
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
