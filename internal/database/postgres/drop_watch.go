package postgres

import (
	"context"
	"slices"
	"sync"
	"time"
)

const (
	// watchDelay is the time after which a drop counts as blocked. Most drops are faster.
	watchDelay = 300 * time.Millisecond
	// watchPeriod is the time between two checks.
	watchPeriod = 200 * time.Millisecond
)

// watcher ends sessions and prepared transactions of previews that block the sessions of
// a drop. It has its own session, because the others wait.
type watcher struct {
	server *Server
	cancel context.CancelFunc
	done   chan struct{}

	mu sync.Mutex
	// watched are the process ids of the drop's sessions.
	watched []int32
	// others describe the sessions without a mark that blocked the drop last.
	others []client
}

// watch starts a watcher of c. Call stop to end it.
func (s *Server) watch(ctx context.Context, c *session) *watcher {
	ctx, cancel := context.WithCancel(ctx)
	w := &watcher{server: s, cancel: cancel, done: make(chan struct{}), watched: []int32{c.pid()}}
	go w.run(ctx)
	return w
}

func (w *watcher) stop() {
	w.cancel()
	<-w.done
}

// add and remove change the watched sessions.
func (w *watcher) add(c *session) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.watched = append(w.watched, c.pid())
}

func (w *watcher) remove(c *session) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.watched = slices.DeleteFunc(w.watched, func(pid int32) bool { return pid == c.pid() })
}

// blockers describes the sessions without a mark that blocked the drop last.
func (w *watcher) blockers() []client {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.others)
}

func (w *watcher) run(ctx context.Context) {
	defer close(w.done)
	var c *session
	defer func() {
		if c != nil {
			c.close(ctx)
		}
	}()
	for _ = wait(ctx, watchDelay); ctx.Err() == nil; _ = wait(ctx, watchPeriod) {
		if c == nil || c.conn.IsClosed() {
			// After an error, such as too many connections, the next check tries again.
			if c, _ = w.server.connect(ctx, w.server.config.Database); c == nil {
				continue
			}
		}
		// The drop itself reports what it waits for.
		_ = w.check(ctx, c)
	}
}

// blocking lists the sessions that block the sessions $1, also indirectly.
const blocking = `WITH RECURSIVE waits (pid) AS (SELECT unnest($1::int[])
	UNION SELECT unnest(pg_blocking_pids(pid)) FROM waits WHERE pid <> 0) `

func (w *watcher) check(ctx context.Context, c *session) error {
	w.mu.Lock()
	watched := slices.Clone(w.watched)
	w.mu.Unlock()
	others, err := c.clients(ctx, blocking+"SELECT "+clientColumns+" FROM waits JOIN pg_stat_activity USING (pid) WHERE pid <> ALL ($1) AND NOT "+
		ownedByPreview("coalesce(usesysid, 0)")+" ORDER BY pid LIMIT $2", watched, maxClients)
	if err != nil {
		return err
	}
	if len(others) > 0 {
		w.mu.Lock()
		w.others = others
		w.mu.Unlock()
	}
	if _, err := c.terminate(ctx, "pid IN ("+blocking+"SELECT pid FROM waits)", watched); err != nil {
		return err
	}
	if c.super {
		if _, err := c.list(ctx, blocking+`SELECT pg_terminate_backend(pid)::text FROM waits JOIN pg_stat_activity USING (pid)
			WHERE backend_type = 'autovacuum worker'`, watched); err != nil {
			return err
		}
	}
	return w.server.rollBack(ctx, c, locksOf("w.pid = ANY ($1)"), watched)
}

// locksOf returns a condition for rollBack: the prepared transaction p holds a lock that a
// session waits for. waiting is a condition for the session w of pg_locks.
func locksOf(waiting string) string {
	return `EXISTS (SELECT FROM pg_locks x JOIN pg_locks h ON h.granted AND h.pid IS NULL AND h.virtualtransaction = x.virtualtransaction
		JOIN pg_locks w ON NOT w.granted AND ` + waiting + `
		AND (h.locktype, h.database, h.relation, h.page, h.tuple, h.transactionid, h.classid, h.objid, h.objsubid)
		IS NOT DISTINCT FROM (w.locktype, w.database, w.relation, w.page, w.tuple, w.transactionid, w.classid, w.objid, w.objsubid)
		WHERE x.pid IS NULL AND x.locktype = 'transactionid' AND x.transactionid = p.transaction)`
}

// pid returns the process id of the session on the server.
func (c *session) pid() int32 { return int32(c.conn.PgConn().PID()) } //nolint:gosec // a process id fits
