package mysql

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strconv"

	"github.com/previewset/previewset/internal/database"
)

// maxRows bounds the rows of the registry, and markSize the characters of a mark with its
// times.
const maxRows, markSize = 100_000, 2048

// errNoRow means that the registry has no row of the name.
var errNoRow = errors.New("the registry has no row of this name")

// row is a row of the registry: a database, its user and its mark.
type row struct{ name, user, mark string }

// ensureRegistry creates the registry if it does not exist, or completes that of an older
// version.
func (s *Server) ensureRegistry(ctx context.Context) error {
	_, err := s.db.ExecContext(ctx, "SELECT 1 FROM previewset.objects LIMIT 1")
	if err == nil {
		return s.widenMarks(ctx)
	}
	if !noRegistry(err) {
		return err
	}
	for _, statement := range []string{
		"CREATE DATABASE IF NOT EXISTS previewset CHARACTER SET utf8mb4",
		"CREATE TABLE IF NOT EXISTS previewset.objects (" +
			"name VARCHAR(64) PRIMARY KEY, user VARCHAR(32) NOT NULL, mark VARCHAR(" + strconv.Itoa(markSize) + ") NOT NULL" +
			") ENGINE=InnoDB CHARACTER SET utf8mb4 COLLATE utf8mb4_bin",
	} {
		if _, err := s.db.ExecContext(ctx, statement); err != nil {
			return fmt.Errorf("create the registry: %w", err)
		}
	}
	return nil
}

// widenMarks changes the registry of an older version, in which long marks have no space
// for times. It changes nothing while other sessions use the registry: it must not delay
// them, and a later call repeats it.
func (s *Server) widenMarks(ctx context.Context) error {
	var size int
	err := s.db.QueryRowContext(ctx, "SELECT character_maximum_length FROM information_schema.columns "+
		"WHERE table_schema = 'previewset' AND table_name = 'objects' AND column_name = 'mark'").Scan(&size)
	if errors.Is(err, sql.ErrNoRows) || err == nil && size >= markSize {
		return nil
	}
	if err == nil {
		_, err = s.brief.ExecContext(ctx, "ALTER TABLE previewset.objects MODIFY mark VARCHAR("+strconv.Itoa(markSize)+") NOT NULL")
	}
	if err != nil && !hasNumber(err, erLockWaitTimeout) {
		return fmt.Errorf("change the registry of an older version: %w", err)
	}
	return nil
}

// noRegistry reports whether err means that the registry does not exist, because no
// preview has been created yet.
func noRegistry(err error) bool { return hasNumber(err, erUnknownDatabase, erNoSuchTable) }

// rows returns the rows of the registry, sorted by name.
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

// claim writes the row of a new preview if neither its database nor its user exists. From
// then on the preview owns both names. claim does not change an existing row, whoever
// owns it.
func (s *Server) claim(ctx context.Context, name string, mark database.Mark) error {
	tx, err := s.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }() // no effect after Commit
	user := userName(name)
	// This row blocks concurrent claims until the transaction ends. A plain INSERT that
	// finds a row takes a shared lock, and two shared locks can deadlock (MySQL manual,
	// "Locks Set by Different SQL Statements in InnoDB").
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

// checkUnused returns database.ErrForeign if a database called name, or an account called
// user for any host, exists.
func (s *Server) checkUnused(ctx context.Context, name, user string) error {
	var databases, accounts int
	err := s.db.QueryRowContext(ctx, "SELECT (SELECT COUNT(*) FROM information_schema.schemata WHERE schema_name = ?), "+
		"(SELECT COUNT(*) FROM mysql.user WHERE user = ?)", name, user).Scan(&databases, &accounts)
	switch {
	case err != nil:
		return fmt.Errorf("look for %s: %w", name, err)
	case databases > 0:
		return database.Foreign("the database "+name, database.Mark{}, false)
	case accounts > 0:
		return database.Foreign("the user "+user, database.Mark{}, false)
	}
	return nil
}

// withLockedRow locks the row of the database called name and calls run with its user and
// mark. The lock ends with the transaction tx. Statements that change databases and users end
// a transaction, so run must use another session for them. The error is errNoRow if the
// row does not exist, and database.ErrForeign if it has another owner.
//
// It locks the row instead of a named lock of the server, because previews could take a
// named lock, too.
func (s *Server) withLockedRow(ctx context.Context, name string, owner database.Mark, run func(tx *sql.Tx, user string, mark database.Mark) error) error {
	tx, err := s.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }() // no effect after Commit
	var found row
	err = tx.QueryRowContext(ctx, "SELECT user, mark FROM previewset.objects WHERE name = ? FOR UPDATE", name).Scan(&found.user, &found.mark)
	if errors.Is(err, sql.ErrNoRows) || noRegistry(err) {
		return errNoRow
	}
	if err != nil {
		return err
	}
	mark, marked := database.ParseMark(found.mark)
	if !marked || !mark.SameOwner(owner) {
		return database.Foreign("the database "+name, mark, marked)
	}
	if err := run(tx, found.user, mark); err != nil {
		return err
	}
	return tx.Commit()
}

// setMark writes the mark of the database called name.
func setMark(ctx context.Context, tx *sql.Tx, name string, mark database.Mark) error {
	_, err := tx.ExecContext(ctx, "UPDATE previewset.objects SET mark = ? WHERE name = ?", mark.String(), name)
	return err
}
