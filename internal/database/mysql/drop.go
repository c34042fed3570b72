package mysql

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/previewset/previewset/internal/database"
)

// sessionsWithin is how long sessions are ended again and again, at most, and
// sessionsPause how often they are looked for.
const endTimeout, endInterval = 30 * time.Second, 50 * time.Millisecond

// Drop removes the preview's database and user with the user's sessions. Views,
// routines and events whose definer the user is are in no other database.
func (s *Server) Drop(ctx context.Context, name string, owner database.Mark) (bool, error) {
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

// stillOrphan returns database.ErrChanged if the row of name is not the orphan any
// more that owner says.
func checkUnchanged(ctx context.Context, tx *sql.Tx, name string, owner database.Mark) error {
	var comment string
	if err := tx.QueryRowContext(ctx, "SELECT mark FROM previewset.objects WHERE name = ?", name).Scan(&comment); err != nil {
		return err
	}
	found, _ := database.ParseMark(comment) // locked has read it
	return owner.CheckUnchanged(found)
}

// raze removes what the row of name stands for, or what is left of it.
func (s *Server) dropObjects(ctx context.Context, name, user string) error {
	if err := s.lockOut(ctx, user); err != nil {
		return fmt.Errorf("shut %s out: %w", user, err)
	}
	if _, err := s.db.ExecContext(ctx, "DROP DATABASE IF EXISTS "+identifier(name)); err != nil {
		return err
	}
	_, err := s.db.ExecContext(ctx, "DROP USER IF EXISTS ?@'%'", user)
	return err
}

// shut ends the user's sessions after it has made sure that none begins: without
// rights, the user's events don't either.
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

// endSessions ends the user's sessions until there are none: one that was being
// let in when its account was locked is seen later.
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

// sessions returns the numbers of the user's sessions: at most as many as the
// server has.
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
		if name == user { // to the table, Shop is shop
			list = append(list, id)
		}
	}
	return list, rows.Err()
}
