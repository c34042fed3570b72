package mysql

import (
	"context"
	"fmt"
	"strings"
	"time"
)

const (
	// endTimeout bounds one wait for sessions to end, and endInterval is the time between
	// two looks.
	endTimeout, endInterval = time.Second, 20 * time.Millisecond
	// maxSessions bounds the sessions that one look reads. Each due event of a preview has
	// one.
	maxSessions = 10_000
)

// session is a session of a preview.
type session struct {
	id    uint64
	state string
}

// endSessions ends the user's sessions and returns those that still run after endTimeout:
// the server ends a session only after its current function or rollback. A session that
// was logging in while the account was locked can appear later.
func (s *Server) endSessions(ctx context.Context, user string) ([]session, error) {
	for end := time.Now().Add(endTimeout); ; {
		sessions, err := s.sessions(ctx, user)
		if err != nil || len(sessions) == 0 || time.Now().After(end) {
			return sessions, err
		}
		for _, x := range sessions {
			if _, err := s.db.ExecContext(ctx, "KILL ?", x.id); err != nil && !hasNumber(err, erNoSuchThread) {
				return nil, fmt.Errorf("end session %d: %w", x.id, err)
			}
		}
		select {
		case <-ctx.Done():
			return sessions, nil
		case <-time.After(endInterval):
		}
	}
}

// sessions returns the user's sessions.
func (s *Server) sessions(ctx context.Context, user string) ([]session, error) {
	rows, err := s.db.QueryContext(ctx, "SELECT id, user, COALESCE(state, '') FROM information_schema.processlist WHERE user = ? LIMIT ?", user, maxSessions)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	var list []session
	for rows.Next() {
		var x session
		var name string
		if err := rows.Scan(&x.id, &name, &x.state); err != nil {
			return nil, err
		}
		if name == user { // the table ignores case
			list = append(list, x)
		}
	}
	return list, rows.Err()
}

// describeSessions describes sessions that do not end. It does not quote statements, which
// can have secrets of the preview.
func describeSessions(sessions []session, user string) string {
	text := fmt.Sprintf("session %d of %s does not end (state %q)", sessions[0].id, user, sessions[0].state)
	if more := len(sessions) - 1; more > 0 {
		text += fmt.Sprintf(", and %d more", more)
	}
	return text
}

// describeOthers describes the sessions of other users in the database called name.
func (s *Server) describeOthers(ctx context.Context, name string) (string, error) {
	rows, err := s.db.QueryContext(ctx, "SELECT id, user FROM information_schema.processlist WHERE db = ? LIMIT ?", name, maxNamed)
	if err != nil {
		return "", err
	}
	defer func() { _ = rows.Close() }()
	var holders []holder
	for rows.Next() {
		var h holder
		if err := rows.Scan(&h.id, &h.user); err != nil {
			return "", err
		}
		holders = append(holders, h)
	}
	return describeHolders(holders), rows.Err()
}

// holder is a session that can hold locks.
type holder struct {
	id   uint64
	user string
}

// describeHolders describes sessions of which one or more hold locks, with the statements that
// end them.
func describeHolders(holders []holder) string {
	text := "a session of another user holds locks: "
	if len(holders) == 0 {
		return text + "find it with SHOW PROCESSLIST, and end it with KILL"
	}
	remedies := make([]string, len(holders))
	for i, h := range holders {
		remedies[i] = fmt.Sprintf("if it is session %d of %s, which uses the database, run KILL %d", h.id, h.user, h.id)
	}
	return text + strings.Join(remedies, "; ")
}
