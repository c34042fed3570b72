package postgres

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/previewset/previewset/internal/database"
)

// attendInterval is the time between two checks of attend.
const attendInterval = time.Second

// attend runs create. Meanwhile, it ends sessions of previews that block previewset. If
// create does not get a lock in time, the error names the sessions that hold it.
func (s *Server) attend(ctx context.Context, r database.Request, create func() error) error {
	attending, stop := context.WithCancel(ctx)
	var group sync.WaitGroup
	var others, reported string
	group.Go(func() {
		every := time.NewTicker(attendInterval)
		defer every.Stop()
		for {
			select {
			case <-attending.Done():
				return
			case <-every.C:
				found, err := s.relieveAndReport(attending, r)
				if err != nil {
					continue
				}
				// A session that blocks at two checks is not one that Relieve ends.
				if found != "" && found == others && found != reported {
					r.Progress("waiting for %s", found)
					reported = found
				}
				others = found
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

// relieveAndReport calls Relieve, rolls back prepared transactions of previews that block
// previewset, and returns the sessions of others that block it.
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
	blockers, err := c.clients(ctx, `SELECT DISTINCT `+clientColumns+` FROM (SELECT blocker AS pid, pg_get_userbyid(o.usesysid) AS usename,
			o.application_name, NULL AS backend_type
		FROM pg_stat_get_activity(NULL) s CROSS JOIN unnest(pg_blocking_pids(s.pid)) blocker LEFT JOIN pg_stat_get_activity(NULL) o ON o.pid = blocker
		WHERE s.application_name = 'previewset' AND s.usesysid = (SELECT oid FROM pg_roles WHERE rolname = current_user)) b LIMIT $1`, maxClients)
	if err != nil {
		s.reliever.close(ctx)
		return "", err
	}
	sessions := slices.DeleteFunc(slices.Clone(blockers), func(c client) bool { return c.PID == 0 })
	var texts []string
	if len(sessions) < len(blockers) {
		texts, err = append(texts, preparedBlocker), s.rollBackBlockers(ctx)
	}
	if len(sessions) > 0 {
		texts = append(texts, describeClients(sessions))
	}
	return strings.Join(texts, ", and by "), err
}

// preparedBlocker describes a prepared transaction that blocks previewset.
const preparedBlocker = "a prepared transaction (pg_prepared_xacts)"

// rollBackBlockers rolls back prepared transactions of previews that block previewset. The
// session of Relieve can't do this: it is in a transaction.
func (s *Server) rollBackBlockers(ctx context.Context) error {
	c, err := s.connect(ctx, s.config.Database)
	if err != nil {
		return err
	}
	defer c.close(ctx)
	return s.rollBack(ctx, c, locksOf("w.pid IN (SELECT pid FROM pg_stat_activity WHERE application_name = 'previewset' AND usename = current_user)"))
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
