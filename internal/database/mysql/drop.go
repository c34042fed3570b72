package mysql

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/previewset/previewset/internal/database"
)

// minPatience is enough for one attempt to remove a database.
const minPatience = 3 * time.Second

// Drop ends the user's sessions and removes the preview's database and user. The user
// can't be the definer of views, routines and events in other databases.
func (s *Server) Drop(ctx context.Context, name string, owner database.Mark, patience time.Duration) (bool, error) {
	var left string
	err := s.widenMarks(ctx)
	if err == nil {
		err = s.withLockedRow(ctx, name, owner, func(tx *sql.Tx, user string, found database.Mark) error {
			if err := owner.CheckUnchanged(found); err != nil {
				return err
			}
			var err error
			if left, err = s.dropObjects(ctx, name, user, patience); err != nil {
				return err
			}
			if left != "" {
				found.DroppingAt = time.Now().UTC().Truncate(time.Second)
				return setMark(ctx, tx, name, found)
			}
			_, err = tx.ExecContext(ctx, "DELETE FROM previewset.objects WHERE name = ?", name)
			return err
		})
	}
	exists := !errors.Is(err, errNoRow)
	if !exists {
		err = s.checkUnused(ctx, name, userName(name))
	}
	if err == nil && left != "" {
		err = fmt.Errorf("%w: %s", database.ErrDropping, left)
	}
	if err != nil {
		return exists && left != "", fmt.Errorf("drop the database %s: %w", name, classify(err))
	}
	return exists, nil
}

// dropObjects removes the database and the user of the row of name, if they exist. It
// returns a description of what is left after patience. The user is locked then.
func (s *Server) dropObjects(ctx context.Context, name, user string, patience time.Duration) (string, error) {
	if err := s.lockOut(ctx, user); err != nil {
		return "", fmt.Errorf("lock out user %s: %w", user, err)
	}
	attempts, cancel := context.WithTimeout(ctx, max(patience, minPatience))
	defer cancel()
	reason := "the removal takes longer"
	for n := 0; attempts.Err() == nil; n++ {
		left, err := s.attemptDrop(attempts, name, user)
		switch {
		case ctx.Err() != nil:
			return "", errors.Join(err, ctx.Err())
		case err != nil && attempts.Err() == nil:
			return "", err
		case err == nil && left == "":
			_, err := s.db.ExecContext(ctx, "DROP USER IF EXISTS ?@'%'", user)
			return "", err
		case left != "":
			reason = left
		}
		database.Pause(attempts, n)
	}
	return s.describeRest(ctx, name, user, reason), nil
}

// attemptDrop ends the sessions of the user and removes the database. It returns the
// reason if a part is left, also with an error.
func (s *Server) attemptDrop(ctx context.Context, name, user string) (string, error) {
	sessions, err := s.endSessions(ctx, user)
	if err != nil {
		return "", fmt.Errorf("end the sessions of %s: %w", user, err)
	}
	obstacle, locked, err := s.dropDatabase(ctx, name)
	switch {
	case len(sessions) > 0:
		return describeSessions(sessions, user), err
	case err == nil && locked:
		return s.releaseLocks(ctx, name)
	}
	return obstacle, err
}

// describeRest describes what is left for the given reason.
func (s *Server) describeRest(ctx context.Context, name, user, reason string) string {
	tables, err := s.tables(ctx, name)
	if exists, existsErr := s.databaseExists(ctx, name); err != nil || existsErr != nil || exists {
		return fmt.Sprintf("%s; left are the locked user %s and the database (tables: %d)", reason, user, len(tables))
	}
	return fmt.Sprintf("%s; left is the locked user %s", reason, user)
}

// lockOut locks the account and revokes the user's rights. Without rights, the user's
// events do not run either.
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
	return nil
}
