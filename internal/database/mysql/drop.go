package mysql

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/previewset/previewset/internal/database"
)

// endTimeout bounds the time to end the sessions of a user, and endInterval is the time
// between two attempts.
const endTimeout, endInterval = 30 * time.Second, 50 * time.Millisecond

// Drop ends the user's sessions and removes the preview's database and user. The user
// can't be the definer of views, routines and events in other databases.
func (s *Server) Drop(ctx context.Context, name string, owner database.Mark, _ time.Duration) (bool, error) {
	err := s.withLockedRow(ctx, name, owner, func(tx *sql.Tx, user string) error {
		if err := checkUnchanged(ctx, tx, name, owner); err != nil {
			return err
		}
		if err := s.dropObjects(ctx, name, user); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, "DELETE FROM previewset.objects WHERE name = ?", name)
		return err
	})
	exists := !errors.Is(err, errNoRow)
	if !exists {
		err = s.checkUnused(ctx, name, userName(name))
	}
	if err != nil {
		return false, fmt.Errorf("drop the database %s: %w", name, err)
	}
	return exists, nil
}

// checkUnchanged returns database.ErrChanged if owner is orphaned, and the row of name
// no longer is.
func checkUnchanged(ctx context.Context, tx *sql.Tx, name string, owner database.Mark) error {
	var comment string
	if err := tx.QueryRowContext(ctx, "SELECT mark FROM previewset.objects WHERE name = ?", name).Scan(&comment); err != nil {
		return err
	}
	found, _ := database.ParseMark(comment) // withLockedRow has checked it
	return owner.CheckUnchanged(found)
}

// dropObjects removes the database and the user of the row of name, if they exist.
func (s *Server) dropObjects(ctx context.Context, name, user string) error {
	if err := s.lockOut(ctx, user); err != nil {
		return fmt.Errorf("lock out user %s: %w", user, err)
	}
	if _, err := s.db.ExecContext(ctx, "DROP DATABASE IF EXISTS "+identifier(name)); err != nil {
		return err
	}
	_, err := s.db.ExecContext(ctx, "DROP USER IF EXISTS ?@'%'", user)
	return err
}

// lockOut locks the account, revokes the user's rights and ends the user's sessions.
// Without rights, the user's events do not run either.
func (s *Server) lockOut(ctx context.Context, user string) error {
	var accounts int
	err := s.db.QueryRowContext(ctx, "SELECT COUNT(*) FROM mysql.user WHERE user = ? AND host = '%'", user).Scan(&accounts)
	if err != nil || accounts == 0 {
		return err
	}
	for _, statement := range []string{
		"ALTER USER ?@'%' ACCOUNT LOCK",
		"REVOKE ALL PRIVILEGES, GRANT OPTION FROM ?@'%'",
	} {
		if _, err := s.db.ExecContext(ctx, statement, user); err != nil {
			return err
		}
	}
	return s.endSessions(ctx, user)
}

// endSessions ends the user's sessions until none is left. A session that was logging in
// while the account was locked can appear later.
func (s *Server) endSessions(ctx context.Context, user string) error {
	ctx, cancel := context.WithTimeout(ctx, endTimeout)
	defer cancel()
	ticker := time.NewTicker(endInterval)
	defer ticker.Stop()
	for {
		sessions, err := s.sessions(ctx, user)
		if err != nil || len(sessions) == 0 {
			return err
		}
		for _, id := range sessions {
			if _, err := s.db.ExecContext(ctx, "KILL ?", id); err != nil && !hasNumber(err, erNoSuchThread) {
				return fmt.Errorf("end session %d: %w", id, err)
			}
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("%d sessions did not end: %w", len(sessions), ctx.Err())
		case <-ticker.C:
		}
	}
}

// sessions returns the ids of the user's sessions.
func (s *Server) sessions(ctx context.Context, user string) ([]uint64, error) {
	rows, err := s.db.QueryContext(ctx, "SELECT id, user FROM information_schema.processlist WHERE user = ?", user)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	var list []uint64
	for rows.Next() {
		var id uint64
		var name string
		if err := rows.Scan(&id, &name); err != nil {
			return nil, err
		}
		if name == user { // the table ignores case
			list = append(list, id)
		}
	}
	return list, rows.Err()
}
