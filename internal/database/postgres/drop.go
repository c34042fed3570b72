package postgres

import (
	"context"
	"errors"
	"time"

	"github.com/previewset/previewset/internal/database"
)

const (
	// endTimeout bounds the time of one attempt for the sessions of a role to end.
	endTimeout = 3 * time.Second
	// finishTimeout bounds the time to describe and mark an incomplete drop.
	finishTimeout = 10 * time.Second
)

// drop removes one role and everything that it owns.
type drop struct {
	server *Server
	// c is the session in the administrator's database. It holds the lock of the name.
	c    *session
	role *role
	// mark is the role's mark with DroppingAt.
	mark     database.Mark
	deadline time.Time
	watcher  *watcher
	// lockedOut is true after the role has lost its login.
	lockedOut bool
	// stuck is true while a session of the role does not end.
	stuck bool
	// again is true after an attempt has failed.
	again bool
}

// Drop implements database.Server.
func (s *Server) Drop(ctx context.Context, name string, owner database.Mark, patience time.Duration) (bool, error) {
	deadline := time.Now().Add(patience)
	c, err := s.connectBefore(ctx, deadline)
	if err != nil {
		return false, err
	}
	defer c.close(ctx)
	w := s.watch(ctx, c)
	defer w.stop()
	if err := c.lockNameBefore(ctx, name, deadline); err != nil {
		return false, c.ifLost(err)
	}
	found, err := c.findRole(ctx, name, owner)
	if err != nil || found == nil {
		return false, c.ifLost(err)
	}
	if err := owner.CheckUnchanged(found.mark); err != nil {
		return false, err
	}
	return true, c.ifLost(s.newDrop(c, w, found, deadline).complete(ctx))
}

// completeDrop completes an earlier drop of the role called name, even of another owner.
// It returns database.ErrDropping if a part of the role is left after r.Wait.
func (s *Server) completeDrop(ctx context.Context, c *session, r database.Request) error {
	found, err := c.readRole(ctx, r.Name)
	if err != nil || found == nil || !found.marked || found.mark.DroppingAt.IsZero() {
		return err
	}
	r.Progress("completing an earlier drop of %s", r.Name)
	return s.dropFor(ctx, c, found, r.Wait, func(d *drop) error { return d.complete(ctx) })
}

// clean removes all objects of the role, in all databases of the server. The role stays,
// and can't log in.
func (s *Server) clean(ctx context.Context, c *session, r *role) error {
	return s.dropFor(ctx, c, r, database.DropPatience, func(d *drop) error {
		return d.retry(ctx, func(int) error {
			if err := d.lockOut(ctx, r.mark); err != nil {
				return err
			}
			return d.removeAll(ctx)
		})
	})
}

// dropFor calls f with a drop of r. Create continues with the session c, so c waits for
// locks as before.
func (s *Server) dropFor(ctx context.Context, c *session, r *role, patience time.Duration, f func(d *drop) error) error {
	if err := c.prepareDrop(ctx); err != nil {
		return err
	}
	w := s.watch(ctx, c)
	defer w.stop()
	if err := f(s.newDrop(c, w, r, time.Now().Add(patience))); err != nil {
		return err
	}
	_, err := c.conn.Exec(ctx, lockTimeout)
	return err
}

func (s *Server) newDrop(c *session, w *watcher, r *role, deadline time.Time) *drop {
	mark := r.mark
	mark.DroppingAt = time.Now().UTC().Truncate(time.Second)
	return &drop{server: s, c: c, role: r, mark: mark, deadline: deadline, watcher: w}
}

// complete drops the role. If something stays until the deadline, it writes the mark and
// returns database.ErrDropping. It also does so after any other error, if the role has lost
// its login: a preview must not find an object that makes drops fail.
func (d *drop) complete(ctx context.Context) error {
	err := d.retry(ctx, func(n int) error { return d.attempt(ctx, n) })
	if err == nil || !retryable(err) && !d.lockedOut {
		return err
	}
	// The mark and the message are needed even if ctx has ended.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), finishTimeout)
	defer cancel()
	return d.leave(ctx, err)
}

// retry calls f until it succeeds, fails with an error that stays, or the deadline has
// passed. f gets the number of the attempt, from 0.
func (d *drop) retry(ctx context.Context, f func(n int) error) error {
	var last error
	for n := 0; ; n++ {
		err := f(n)
		if err == nil || !retryable(err) || ctx.Err() != nil || time.Now().After(d.deadline) {
			return err
		}
		if hasState(err, outOfSharedMemory) {
			// The retry fails in the same way if this fails.
			_ = d.endLockHolders(ctx)
		}
		if n > 1 && !d.stuck && (errors.Is(err, errOthers) || hasState(err, dependents)) && err.Error() == last.Error() {
			return err // nobody interferes
		}
		last, d.again = err, true
		database.Pause(ctx, n)
	}
}

// attempt drops the role once. An error that a further attempt can remove does not
// prevent this attempt from removing everything else.
func (d *drop) attempt(ctx context.Context, n int) error {
	if err := d.lockOut(ctx, d.mark); err != nil {
		return err
	}
	alive, err := d.c.list(ctx, sessionsOfRole, d.role.oid)
	if err != nil {
		return err
	}
	if n > 0 && len(alive) == 0 {
		return d.dropQueued(ctx) // another preview interferes
	}
	if err := d.removeAll(ctx); err != nil {
		return err
	}
	return describe(d.c.run(ctx, "DROP ROLE %I", d.role.name))
}

// removeAll removes everything that belongs to the role. It finds objects by owner,
// because the role can rename and move its objects.
func (d *drop) removeAll(ctx context.Context) error {
	var failures []error
	for _, step := range []func(context.Context) error{
		d.endSessions, d.rollBackPrepared, d.dropSubscriptions, d.dropDatabases, d.revokeDatabases, d.dropObjects,
	} {
		if err := step(ctx); err != nil {
			failures = append(failures, err)
		}
	}
	return first(failures)
}

// dropQueued drops the role although other previews grant rights to it all the time. A
// first session locks the role, in a mode that a GRANT tolerates. A second session waits
// to drop the role, and from then on the server queues each GRANT after it. So the rights
// that are now revoked do not return before the role is gone.
func (d *drop) dropQueued(ctx context.Context) error {
	first, err := d.open(ctx, d.server.config.Database)
	if err != nil {
		return err
	}
	defer d.close(ctx, first)
	second, err := d.open(ctx, d.server.config.Database)
	if err != nil {
		return err
	}
	defer d.close(ctx, second)
	// The end of a session also ends its transaction.
	if _, err := first.conn.Exec(ctx, "BEGIN"); err != nil {
		return err
	}
	if err := first.run(ctx, "COMMENT ON ROLE %I IS %L", d.role.name, d.mark.String()); err != nil {
		return err
	}
	if err := second.run(ctx, "SET lock_timeout = %L", milliseconds(max(time.Until(d.deadline), endTimeout))); err != nil {
		return err
	}
	dropped := make(chan error, 1)
	go func() { dropped <- describe(second.run(ctx, "DROP ROLE %I", d.role.name)) }()
	err = d.awaitQueued(ctx, second)
	if err == nil {
		err = d.removeAll(ctx)
	}
	// If objects are left, the second session only reports them.
	if _, commitErr := first.conn.Exec(ctx, "COMMIT"); commitErr != nil {
		d.close(ctx, first)
	}
	if dropErr := <-dropped; dropErr == nil || err == nil {
		return dropErr
	}
	return err
}

// awaitQueued waits until the session waits for a lock, or no longer needs to.
func (d *drop) awaitQueued(ctx context.Context, c *session) error {
	for ctx.Err() == nil && time.Now().Before(d.deadline) {
		waits, err := d.c.exists(ctx, `SELECT EXISTS (SELECT FROM pg_locks WHERE pid = $1 AND NOT granted)
			OR EXISTS (SELECT FROM pg_stat_activity WHERE pid = $1 AND state = 'idle' AND query LIKE 'DROP ROLE%')`, c.pid())
		if err != nil || waits {
			return err
		}
		_ = wait(ctx, 5*time.Millisecond)
	}
	return ctx.Err()
}
