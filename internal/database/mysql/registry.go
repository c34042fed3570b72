package mysql

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/previewset/previewset/internal/database"
)

// maxRows bounds the registry.
const maxRows = 100_000

// errNoRow means that the registry has no such name.
var errNoRow = errors.New("no preview has it")

// row is one of the registry: a database and its user.
type row struct{ name, user, mark string }

// ensureRegistry makes the registry if it is missing.
func (s *Server) ensureRegistry(ctx context.Context) error {
	if _, err := s.db.ExecContext(ctx, "SELECT 1 FROM previewset.objects LIMIT 1"); !noRegistry(err) {
		return err
	}
	for _, statement := range []string{
		"CREATE DATABASE IF NOT EXISTS previewset CHARACTER SET utf8mb4",
		"CREATE TABLE IF NOT EXISTS previewset.objects (" +
			"name VARCHAR(64) PRIMARY KEY, user VARCHAR(32) NOT NULL, mark VARCHAR(1024) NOT NULL" +
			") ENGINE=InnoDB CHARACTER SET utf8mb4 COLLATE utf8mb4_bin",
	} {
		if _, err := s.db.ExecContext(ctx, statement); err != nil {
			return fmt.Errorf("make the registry: %w", err)
		}
	}
	return nil
}

// noRegistry reports whether err says that the registry is missing: that there
// was no preview yet.
func noRegistry(err error) bool { return hasNumber(err, erUnknownDatabase, erNoSuchTable) }

// rows returns the registry, by name.
func (s *Server) rows(ctx context.Context) ([]row, error) {
	found, err := s.db.QueryContext(ctx, "SELECT name, user, mark FROM previewset.objects ORDER BY name LIMIT ?", maxRows+1)
	if noRegistry(err) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer func() { _ = found.Close() }()
	var list []row
	for found.Next() {
		var r row
		if err := found.Scan(&r.name, &r.user, &r.mark); err != nil {
			return nil, err
		}
		list = append(list, r)
	}
	if len(list) > maxRows {
		return nil, fmt.Errorf("the registry has more than %d rows", maxRows)
	}
	return list, found.Err()
}

// claim writes the row of a new preview, once it is sure that neither its
// database nor its user is there: from then on both are the preview's. It leaves
// a row that is there as it is, whoever's.
func (s *Server) claim(ctx context.Context, name string, mark database.Mark) error {
	tx, err := s.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }() // it may be done
	user := userName(name)
	// Until the end of the transaction this row makes others wait who want it. A
	// plain INSERT that finds a row takes a shared lock, and two of those can stop
	// each other (MySQL manual, "Locks Set by Different SQL Statements in InnoDB").
	result, err := tx.ExecContext(ctx, "INSERT INTO previewset.objects (name, user, mark) VALUES (?, ?, ?) "+
		"ON DUPLICATE KEY UPDATE name = name", name, user, mark.String())
	if err != nil {
		return err
	}
	if n, err := result.RowsAffected(); err != nil || n == 0 {
		return err
	}
	if err := s.checkUnused(ctx, name, user); err != nil {
		return err
	}
	return tx.Commit()
}

// untaken returns database.ErrForeign if there is a database called name, or an
// account called user for any host.
func (s *Server) checkUnused(ctx context.Context, name, user string) error {
	var databases, accounts int
	err := s.db.QueryRowContext(ctx, "SELECT (SELECT COUNT(*) FROM information_schema.schemata WHERE schema_name = ?), "+
		"(SELECT COUNT(*) FROM mysql.user WHERE user = ?)", name, user).Scan(&databases, &accounts)
	switch {
	case err != nil:
		return fmt.Errorf("look for %s: %w", name, err)
	case databases > 0:
		return database.Foreign("database "+name, database.Mark{}, false)
	case accounts > 0:
		return database.Foreign("user "+user, database.Mark{}, false)
	}
	return nil
}

// locked calls do with the user of the database called name, and while it runs
// keeps others from that name. Statements of do on tx and the lock end together;
// what changes databases and users ends a transaction and needs another session.
// The error is errNoRow if there is no such row, and database.ErrForeign if it is
// not owner's.
//
// The lock is one on the row and not a named one of the server's, which previews
// could take as well.
func (s *Server) withLockedRow(ctx context.Context, name string, owner database.Mark, run func(tx *sql.Tx, user string) error) error {
	tx, err := s.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }() // it may be done
	var found row
	err = tx.QueryRowContext(ctx, "SELECT user, mark FROM previewset.objects WHERE name = ? FOR UPDATE", name).Scan(&found.user, &found.mark)
	if errors.Is(err, sql.ErrNoRows) || noRegistry(err) {
		return errNoRow
	}
	if err != nil {
		return err
	}
	if mark, marked := database.ParseMark(found.mark); !marked || !mark.SameOwner(owner) {
		return database.Foreign(name, mark, marked)
	}
	if err := run(tx, found.user); err != nil {
		return err
	}
	return tx.Commit()
}

// setMark writes the mark of the database called name.
func setMark(ctx context.Context, tx *sql.Tx, name string, mark database.Mark) error {
	_, err := tx.ExecContext(ctx, "UPDATE previewset.objects SET mark = ? WHERE name = ?", mark.String(), name)
	return err
}
