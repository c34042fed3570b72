package postgres

import (
	"context"
	_ "embed"
	"fmt"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/previewset/previewset/internal/database"
)

const (
	// blockedFor is the time that a session of previewset waits for sessions of previews
	// before Relieve ends them.
	blockedFor = time.Second
	// maxRelieved bounds the sessions that one call of Relieve ends.
	maxRelieved = 1000
)

// relieveSQL selects the sessions that Relieve ends.
//
//go:embed relieve.sql
var relieveSQL string

var _ database.Reliever = (*Server)(nil)

// reliever is the session of Relieve, which stays open between calls: if the table of locks
// is full, the server accepts no new session.
type reliever struct {
	mu      sync.Mutex
	session *session
}

// Relieve implements database.Reliever. It ends sessions of previews in this order:
//
//   - those that block a session of previewset, directly or through others, for longer than
//     blockedFor;
//   - those with a transaction that is older than maxTransaction;
//   - if more than half of the server's table of locks is in use, those that hold more than
//     max_locks_per_transaction locks, the largest first, until the table is half empty.
func (s *Server) Relieve(ctx context.Context, maxTransaction time.Duration) ([]database.Ended, error) {
	s.reliever.mu.Lock()
	defer s.reliever.mu.Unlock()
	c, err := s.relieveSession(ctx)
	if err != nil {
		return nil, err
	}
	ended, err := c.relieve(ctx, maxTransaction)
	if err != nil {
		// The failure ended the transaction. The next call opens another session.
		s.reliever.close(ctx)
	}
	return ended, err
}

// relieveSession returns the session of Relieve. It opens one if there is none.
func (s *Server) relieveSession(ctx context.Context) (*session, error) {
	if s.reliever.session != nil {
		return s.reliever.session, nil
	}
	c, err := s.connect(ctx, s.config.Database)
	if err != nil {
		return nil, err
	}
	if err := c.reserveLocks(ctx); err != nil {
		c.close(ctx)
		return nil, classify(err)
	}
	s.reliever.session = c
	return c, nil
}

// close ends the session, if there is one.
func (r *reliever) close(ctx context.Context) {
	if r.session != nil {
		r.session.close(ctx)
		r.session = nil
	}
}

// reserveLocks begins a transaction that holds the locks of relieve on shared catalogs and
// their indexes. A query needs no further locks then, so that it also runs while the table
// of locks is full. The transaction holds no snapshot, so it does not impede vacuum.
func (c *session) reserveLocks(ctx context.Context) error {
	if _, err := c.conn.Exec(ctx, "BEGIN"); err != nil {
		return err
	}
	// pg_terminate_backend reads the memberships of the administrator.
	if _, err := c.conn.Exec(ctx, "SELECT FROM pg_auth_members LIMIT 1"); err != nil {
		return err
	}
	_, err := c.victims(ctx, database.MaxTransaction)
	return err
}

// victim is a session that relieve ends, and the oid of its role.
type victim struct {
	database.Ended
	role uint32
}

// victims returns the sessions that relieve ends.
func (c *session) victims(ctx context.Context, maxTransaction time.Duration) ([]victim, error) {
	// A transaction otherwise sees the sessions of its first query.
	if _, err := c.conn.Exec(ctx, "SELECT pg_stat_clear_snapshot()"); err != nil {
		return nil, err
	}
	// CollectRows returns the error of the query.
	rows, _ := c.conn.Query(ctx, relieveSQL, milliseconds(blockedFor), milliseconds(maxTransaction), maxRelieved)
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (victim, error) {
		var v victim
		var comment string
		err := row.Scan(&v.PID, &v.role, &v.Role, &comment, &v.Reason)
		v.Mark, _ = database.ParseMark(comment)
		return v, err
	})
}

// relieve ends the sessions of victims.
func (c *session) relieve(ctx context.Context, maxTransaction time.Duration) (ended []database.Ended, _ error) {
	list, err := c.victims(ctx, maxTransaction)
	if err != nil {
		return nil, err
	}
	for _, v := range list {
		// Another session can have the PID by now, but not of another role.
		done, err := c.exists(ctx, "SELECT coalesce(bool_and(pg_terminate_backend(pid)), false) FROM pg_stat_get_activity($1) WHERE usesysid = $2::oid", v.PID, v.role)
		if err != nil {
			return ended, fmt.Errorf("end session %d of %s: %w", v.PID, v.Role, err)
		}
		if done {
			ended = append(ended, v.Ended)
		}
	}
	return ended, nil
}
