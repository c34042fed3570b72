package postgres

import (
	"context"
	"fmt"
	"time"

	"github.com/previewset/previewset/internal/database"
)

const (
	// loginTimeout bounds one attempt to change the role's row, which the role itself can
	// lock.
	loginTimeout = "SET LOCAL lock_timeout = '300ms'"
	// sessionsOfRole lists the sessions of the role $1.
	sessionsOfRole = "SELECT pid::text FROM pg_stat_activity WHERE usesysid = $1::oid"
	// endWait is the time that the server waits for the end of one session.
	endWait = 500 * time.Millisecond
)

// lockOut prevents the role from logging in, writes mark, and makes the administrator a
// member of the role. While the role locks its own row, lockOut ends
// its sessions.
func (d *drop) lockOut(ctx context.Context, mark database.Mark) error {
	for {
		err := d.lockOutOnce(ctx, mark)
		if err == nil {
			d.lockedOut = true
			return nil
		}
		if !retryable(err) || ctx.Err() != nil || time.Now().After(d.deadline) {
			return err
		}
		if _, err := d.c.terminate(ctx, "usesysid = $1::oid", d.role.oid); err != nil {
			return err
		}
		if err := d.rollBackPrepared(ctx); err != nil && !retryable(err) {
			return err
		}
	}
}

func (d *drop) lockOutOnce(ctx context.Context, mark database.Mark) error {
	return d.c.inTransaction(ctx, func() error {
		if _, err := d.c.conn.Exec(ctx, loginTimeout); err != nil {
			return err
		}
		if !d.lockedOut {
			if err := d.c.run(ctx, "COMMENT ON ROLE %I IS %L", d.role.name, mark.String()); err != nil {
				return err
			}
			if err := d.c.run(ctx, "ALTER ROLE %I NOLOGIN VALID UNTIL '-infinity'", d.role.name); err != nil {
				return err
			}
		}
		return d.c.grantToAdmin(ctx, d.role.name)
	})
}

// endSessions ends the sessions of the role, which can't log in.
func (d *drop) endSessions(ctx context.Context) error {
	for deadline := time.Now().Add(endTimeout); ; {
		alive, err := d.c.terminate(ctx, "usesysid = $1::oid", d.role.oid)
		if d.stuck = alive > 0; err != nil || !d.stuck {
			return err
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("%w: %d of %s", errBusy, alive, d.role.name)
		}
	}
}

// terminate ends the sessions of previews that the condition matches, and waits for each
// up to endWait. It returns their number.
func (c *session) terminate(ctx context.Context, condition string, args ...any) (int, error) {
	ended, err := c.list(ctx, fmt.Sprintf("SELECT pg_terminate_backend(pid, %d)::text FROM pg_stat_activity WHERE %s AND %s",
		endWait.Milliseconds(), ownedByPreview("usesysid"), condition), args...)
	return len(ended), err
}

// maxHeld is the number of locks with which a session of a preview may continue when the
// lock table is full.
const maxHeld = 100

// endLockHolders ends sessions and prepared transactions of previews that hold so many
// locks that the lock table is full.
func (d *drop) endLockHolders(ctx context.Context) error {
	if _, err := d.c.terminate(ctx, "pid IN (SELECT pid FROM pg_locks GROUP BY pid HAVING count(*) > $1)", maxHeld); err != nil {
		return err
	}
	return d.server.rollBack(ctx, d.c, `p.transaction IN (SELECT x.transactionid FROM pg_locks x WHERE x.pid IS NULL AND x.locktype = 'transactionid'
		AND (SELECT count(*) FROM pg_locks h WHERE h.pid IS NULL AND h.virtualtransaction = x.virtualtransaction) > $1)`, maxHeld)
}

// lockNameBefore locks the name as lockName does, until the deadline at most.
func (c *session) lockNameBefore(ctx context.Context, name string, deadline time.Time) error {
	bounded, cancel := context.WithDeadline(ctx, deadline)
	defer cancel()
	err := c.lockName(bounded, name)
	if err != nil && ctx.Err() == nil && bounded.Err() != nil {
		return fmt.Errorf("%s is locked by another create, drop or sweep: wait until it ends, and try again: %w", name, err)
	}
	if err != nil {
		return err
	}
	return c.prepareDrop(ctx)
}
