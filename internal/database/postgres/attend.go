package postgres

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/previewset/previewset/internal/database"
)

// SQLSTATEs (PostgreSQL manual, appendix A).
const (
	lockNotAvailable  = "55P03" // the lock timeout
	outOfSharedMemory = "53200" // the table of locks is full
)

// attendInterval is the time between two checks of attend.
const attendInterval = time.Second

// attend runs create. Meanwhile, it ends sessions of previews that block previewset. If
// create does not get a lock in time, the error names the sessions that hold it.
func (s *Server) attend(ctx context.Context, r database.Request, create func() error) error {
	attending, stop := context.WithCancel(ctx)
	var group sync.WaitGroup
	var others string
	group.Go(func() {
		every := time.NewTicker(attendInterval)
		defer every.Stop()
		for {
			select {
			case <-attending.Done():
				return
			case <-every.C:
				if found, err := s.relieveAndReport(attending, r); err == nil {
					others = found
				}
			}
		}
	})
	err := create()
	stop()
	group.Wait()
	if others != "" && (hasState(err, lockNotAvailable) || err != nil && ctx.Err() != nil) {
		return fmt.Errorf("%w: blocked by %s", err, others)
	}
	return err
}

// relieveAndReport calls Relieve, and returns the sessions of others that block previewset.
func (s *Server) relieveAndReport(ctx context.Context, r database.Request) (others string, _ error) {
	ended, err := s.Relieve(ctx, database.MaxTransaction)
	for _, e := range ended {
		r.Progress("ended the session %d of %s: %s", e.PID, e.Role, e.Reason)
	}
	if err != nil {
		return "", err
	}
	s.reliever.mu.Lock()
	defer s.reliever.mu.Unlock()
	c, err := s.relieveSession(ctx)
	if err != nil {
		return "", err
	}
	list, err := c.list(ctx, `SELECT DISTINCT CASE WHEN blocker = 0 THEN 'a prepared transaction (pg_prepared_xacts)'
		ELSE format('session %s of %s (%s)', blocker, coalesce(pg_get_userbyid(o.usesysid), 'the server'), coalesce(nullif(o.application_name, ''), 'a program without a name')) END
		FROM pg_stat_get_activity(NULL) s CROSS JOIN unnest(pg_blocking_pids(s.pid)) blocker LEFT JOIN pg_stat_get_activity(NULL) o ON o.pid = blocker
		WHERE s.application_name = 'previewset' AND s.usesysid = (SELECT oid FROM pg_roles WHERE rolname = current_user) LIMIT $1`, maxClients)
	if err != nil {
		s.reliever.close(ctx)
	}
	return strings.Join(list, ", "), err
}

// inSteps makes calls of Progress wait for each other.
func inSteps(progress func(string, ...any)) func(string, ...any) {
	var mu sync.Mutex
	return func(format string, args ...any) {
		mu.Lock()
		defer mu.Unlock()
		progress(format, args...)
	}
}
