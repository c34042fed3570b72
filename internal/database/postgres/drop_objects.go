package postgres

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/previewset/previewset/internal/spelling"
)

//go:embed drop_closure.sql
var closureSQL string

//go:embed drop_statements.sql
var statementsSQL string

//go:embed drop_loosen.sql
var loosenSQL string

const (
	// maxSeeds and maxRows bound the memory for one graph of objects. If a graph has more
	// rows, the next one has a part of the seeds: fewerSeeds is the divisor.
	maxSeeds   = 50_000
	maxRows    = 1_000_000
	fewerSeeds = 50
	// lockShare is the share of the server's lock table that one transaction may use, as
	// a divisor.
	lockShare = 8
)

// dropObjects drops the objects of the role in all databases, and revokes its rights. The
// first DROP OWNED also removes the rights on shared objects.
func (d *drop) dropObjects(ctx context.Context) error {
	var failures []error
	if err := d.dropObjectsIn(ctx, d.c); err != nil {
		failures = append(failures, err)
	}
	names, err := d.c.list(ctx, `SELECT DISTINCT d.datname FROM pg_shdepend s JOIN pg_database d ON d.oid = s.dbid
		WHERE s.refclassid = 'pg_authid'::regclass AND s.refobjid = $1::oid AND d.datname <> current_database() ORDER BY 1`, d.role.oid)
	if err != nil {
		return err
	}
	for _, name := range names {
		if err := d.dropObjectsOf(ctx, name); err != nil {
			failures = append(failures, fmt.Errorf("database %s: %w", name, err))
		}
	}
	return first(failures)
}

// dropObjectsOf drops the objects of the role in the database called name.
func (d *drop) dropObjectsOf(ctx context.Context, name string) error {
	c, err := d.open(ctx, name)
	if err != nil {
		return err
	}
	defer d.close(ctx, c)
	return d.dropObjectsIn(ctx, c)
}

// dropObjectsIn drops the objects of the role in the database of the session. DROP OWNED
// drops them in one transaction, if there are few. Otherwise they are dropped in batches:
// each object needs a lock, and a server has a fixed number of locks.
func (d *drop) dropObjectsIn(ctx context.Context, c *session) error {
	limit, owns, err := c.lockLimit(ctx, d.role)
	if err != nil {
		return err
	}
	if !owns {
		return d.dropOwned(ctx, c) // it only has rights
	}
	if err := d.dropLargeObjects(ctx, c, limit); err != nil {
		return err
	}
	g, complete, err := c.load(ctx, d.role, limit, limit*lockShare)
	if err != nil {
		return err
	}
	// While a session does not end, most objects can only be dropped alone.
	if complete && g.few(limit) && !d.stuck {
		err := d.dropOwned(ctx, c)
		if err == nil || !retryable(err) || errors.Is(err, errOthers) {
			return err
		}
	}
	if err := d.dropGraph(ctx, c, limit); err != nil {
		return err
	}
	return d.dropOwned(ctx, c)
}

// shortLockTimeout bounds the wait for a lock that is probably not released soon.
const shortLockTimeout = "SET lock_timeout = '300ms'"

// dropOwned drops the objects of the role in the database of the session in one
// transaction, and revokes its rights there.
func (d *drop) dropOwned(ctx context.Context, c *session) error {
	if err := c.run(ctx, "DROP OWNED BY %I CASCADE", d.role.name); err != nil {
		return err
	}
	rights, err := c.exists(ctx, "SELECT "+dependsHere("'a'"), d.role.oid)
	if err != nil || !rights {
		return err
	}
	if err := d.revoke(ctx, c, grantsOnObjects); err != nil || !d.again {
		return err
	}
	left, err := c.list(ctx, rightsHere("pg_describe_object(classid, objid, objsubid)"), d.role.oid, maxClients)
	if err != nil || len(left) == 0 {
		return err
	}
	statements, err := c.list(ctx, rightsHere(revokeSQL), d.role.oid, maxClients)
	if err != nil {
		return err
	}
	return fmt.Errorf("%w: %s has rights on %s that the administrator %s can't revoke%s", errOthers, d.role.name, spelling.Enumerate(left, "and"), c.user,
		c.remedy(statements))
}

// remedy describes statements for a superuser in the database of the session.
func (c *session) remedy(statements []string) string {
	if len(statements) == 0 {
		return ""
	}
	return fmt.Sprintf(": run as a superuser in the database %s: %s", c.conn.Config().Database, strings.Join(statements, "; "))
}

// revokeSQL is the statement that revokes the rights of the role $1 on an object of
// pg_shdepend. It is null for rights without a simple one, such as default privileges.
const revokeSQL = `(SELECT format('REVOKE ALL ON %s %s FROM %I', CASE WHEN i.type IN ('view', 'materialized view', 'foreign table', 'table column') THEN 'TABLE'
	WHEN i.type IN ('function', 'procedure', 'aggregate') THEN 'ROUTINE' ELSE upper(i.type) END,
	CASE i.type WHEN 'table column' THEN objid::regclass::text ELSE i.identity END, pg_get_userbyid($1::oid))
	FROM pg_identify_object(classid, objid, objsubid) i WHERE i.type IN ('table', 'view', 'materialized view', 'foreign table', 'table column', 'sequence',
	'function', 'procedure', 'aggregate', 'schema', 'type', 'language', 'large object'))`

// rightsHere returns a query for up to $2 values of a column about the dependencies of the
// role $1 in the database of the session, without nulls.
func rightsHere(column string) string {
	return `SELECT value FROM pg_shdepend, LATERAL (SELECT ` + column + `) v (value) WHERE value IS NOT NULL AND refclassid = 'pg_authid'::regclass
		AND refobjid = $1::oid AND dbid = (SELECT oid FROM pg_database WHERE datname = current_database()) ORDER BY classid, objid, objsubid LIMIT $2`
}

// lockLimit returns the number of locks that one transaction may take, and whether the
// role owns objects in the database of the session.
func (c *session) lockLimit(ctx context.Context, r *role) (limit int, owns bool, err error) {
	err = c.conn.QueryRow(ctx, `SELECT current_setting('max_locks_per_transaction')::int
		* (current_setting('max_connections')::int + current_setting('max_prepared_transactions')::int), `+dependsHere("'o'"), r.oid).Scan(&limit, &owns)
	return max(limit/lockShare, 10), owns, err
}

// dependsHere returns an SQL condition: the role $1 has a dependency of this type in the
// database of the session (PostgreSQL manual, pg_shdepend).
func dependsHere(deptype string) string {
	return `EXISTS (SELECT FROM pg_shdepend WHERE refclassid = 'pg_authid'::regclass AND refobjid = $1::oid AND deptype = ` + deptype +
		` AND dbid = (SELECT oid FROM pg_database WHERE datname = current_database()))`
}

func (d *drop) dropLargeObjects(ctx context.Context, c *session, limit int) error {
	for {
		ids, err := c.list(ctx, `SELECT lo_unlink(oid)::text FROM
			(SELECT oid FROM pg_largeobject_metadata WHERE lomowner = $1::oid LIMIT $2) batch`, d.role.oid, limit)
		if err != nil || len(ids) == 0 {
			return err
		}
		if d.late(ctx) {
			return fmt.Errorf("%w: more large objects are left", errLate)
		}
	}
}

// late reports whether the time for the drop is over.
func (d *drop) late(ctx context.Context) bool {
	return ctx.Err() != nil || time.Now().After(d.deadline)
}

// few reports whether the nodes need at most limit locks, and belong to previews.
func (g *graph) few(limit int) bool {
	locks := 0
	for _, n := range g.nodes {
		locks += n.locks
		if n.other {
			return false
		}
	}
	return locks <= limit
}

// dropGraph drops the objects of the role in the database of c, dependents first.
func (d *drop) dropGraph(ctx context.Context, c *session, limit int) error {
	tried := map[object]bool{}
	seeds := maxSeeds
	for {
		g, _, err := c.load(ctx, d.role, seeds, maxRows)
		if errors.Is(err, errTooMany) && seeds > 1 && !d.late(ctx) {
			seeds = max(seeds/fewerSeeds, 1)
			continue
		}
		if err != nil || len(g.nodes) == 0 {
			return err
		}
		if d.split(ctx, c, g, limit, tried) > 0 {
			continue
		}
		p := g.plan()
		d.loosen(ctx, c, p.loose, limit)
		done, err := d.dropOrdered(ctx, c, g, p.order, limit)
		switch {
		case err != nil && (done == 0 || d.late(ctx)):
			return err
		case d.late(ctx):
			return fmt.Errorf("%w: more objects are left", errLate)
		case done == 0 && len(p.kept) > 0:
			return c.describeKept(ctx, g, p.kept)
		case done == 0:
			return fmt.Errorf("%w: objects of %s that can't be dropped: %d", errLate, d.role.name, len(g.nodes))
		}
	}
}

// split drops parts of nodes that need too many locks. It does not try a part twice. It
// returns the number of parts that it dropped.
func (d *drop) split(ctx context.Context, c *session, g *graph, limit int, tried map[object]bool) (done int) {
	var parts []object
	for _, n := range g.nodes {
		for _, part := range n.parts {
			if n.locks > limit && !n.other && !tried[part] {
				tried[part] = true
				parts = append(parts, part)
			}
		}
	}
	for chunk := range slices.Chunk(parts, limit) {
		// A part that stays is dropped with its node, if the server has enough locks.
		if statements, err := c.statements(ctx, chunk); err == nil {
			n, _ := d.apply(ctx, c, statements, limit/4)
			done += n
		}
	}
	return done
}

// loosen removes the dependencies of views, functions, domains and columns.
func (d *drop) loosen(ctx context.Context, c *session, loose []object, limit int) {
	for chunk := range slices.Chunk(loose, limit) {
		// An object that keeps its dependencies is dropped by a cascade, if it is short.
		if statements, err := c.list(ctx, loosenSQL, classesOf(chunk), oidsOf(chunk)); err == nil {
			_, _ = d.apply(ctx, c, statements, limit/4)
		}
		columns := slices.DeleteFunc(slices.Clone(chunk), func(o object) bool { return o.sub == 0 })
		if statements, err := c.statements(ctx, columns); err == nil {
			_, _ = d.apply(ctx, c, statements, limit/4)
		}
	}
}

// dropOrdered drops nodes in this order, and returns how many statements succeeded.
func (d *drop) dropOrdered(ctx context.Context, c *session, g *graph, order []int, limit int) (done int, err error) {
	var failures []error
	for len(order) > 0 && !d.late(ctx) {
		locks, size := 0, 0
		for size < len(order) && (size == 0 || locks+g.nodes[order[size]].locks <= limit) {
			locks += g.nodes[order[size]].locks
			size++
		}
		objects := make([]object, size)
		for i, n := range order[:size] {
			objects[i] = g.nodes[n].object
		}
		order = order[size:]
		statements, err := c.statements(ctx, objects)
		if err != nil {
			return done, err
		}
		n, err := d.apply(ctx, c, statements, len(statements))
		done += n
		if err != nil {
			failures = append(failures, err)
		}
	}
	return done, first(failures)
}

// statements returns the statements that drop objects. Objects that no longer exist, or
// that the server drops with others, have none.
func (c *session) statements(ctx context.Context, objects []object) ([]string, error) {
	subs := make([]int32, len(objects))
	for i, o := range objects {
		subs[i] = o.sub
	}
	all, err := c.list(ctx, statementsSQL, classesOf(objects), oidsOf(objects), subs)
	return slices.DeleteFunc(all, func(s string) bool { return s == "" }), err
}

func classesOf(objects []object) []uint32 {
	list := make([]uint32, len(objects))
	for i, o := range objects {
		list[i] = o.class
	}
	return list
}

func oidsOf(objects []object) []uint32 {
	list := make([]uint32, len(objects))
	for i, o := range objects {
		list[i] = o.oid
	}
	return list
}

// apply runs statements in transactions of up to size statements. It splits a transaction
// that fails, so that only statements that fail alone are left. It returns the number of
// those that succeeded.
func (d *drop) apply(ctx context.Context, c *session, statements []string, size int) (done int, err error) {
	var failures []error
	for batch := range slices.Chunk(statements, max(size, 1)) {
		n, err := d.applyBatch(ctx, c, batch)
		done += n
		if err != nil {
			failures = append(failures, err)
		}
	}
	return done, first(failures)
}

func (d *drop) applyBatch(ctx context.Context, c *session, batch []string) (int, error) {
	// The server runs the statements of one message as one transaction.
	_, err := c.conn.PgConn().Exec(ctx, strings.Join(batch, ";\n")).ReadAll()
	if err == nil {
		return len(batch), nil
	}
	if len(batch) == 1 || c.conn.IsClosed() || d.late(ctx) {
		return 0, err
	}
	if hasState(err, lockNotAvailable) {
		// The watcher had the time to end a preview's session. Others may hold the lock.
		if _, err := c.conn.Exec(ctx, shortLockTimeout); err != nil {
			return 0, err
		}
	}
	return d.apply(ctx, c, batch, (len(batch)+1)/2)
}

// describeKept returns an error that names objects without a mark, on which objects of a
// preview depend.
func (c *session) describeKept(ctx context.Context, g *graph, kept []int) error {
	var names []string
	var objects []object
	for _, i := range kept {
		if n := g.nodes[i]; n.other && len(names) < maxClients {
			objects = append(objects, n.object)
			name, err := c.list(ctx, "SELECT pg_describe_object($1::oid, $2::oid, $3::int)", n.class, n.oid, n.sub)
			if err != nil {
				return err
			}
			names = append(names, name...)
		}
	}
	statements, err := c.statements(ctx, objects)
	if err != nil {
		return err
	}
	for i, statement := range statements {
		// Whoever runs the statement decides about further objects.
		statements[i] = strings.TrimSuffix(strings.Replace(statement, " IF EXISTS", "", 1), " CASCADE")
	}
	depend := "depend"
	if len(names) == 1 {
		depend = "depends"
	}
	return fmt.Errorf("%w: drop %s, which %s on objects of the preview%s", errOthers, spelling.Enumerate(names, "and"), depend, c.remedy(statements))
}

// errTooMany means that a graph is too large for the memory of previewset.
var errTooMany = errors.New("too many dependent objects")

// row is a row of closureSQL.
type row struct {
	object
	kind      string
	other     bool
	container object
	sub       int32
	ref       object
	deptype   string
}

// load returns the graph of the newest objects of the role in the database of the
// session, and whether it is complete. The limits are for objects and for rows.
func (c *session) load(ctx context.Context, r *role, seeds, rows int) (g *graph, complete bool, err error) {
	l := newLoader()
	result, err := c.conn.Query(ctx, closureSQL, r.oid, seeds, rows)
	if err != nil {
		return nil, false, err
	}
	defer result.Close()
	n := 0
	for ; result.Next(); n++ {
		var w row
		if err := result.Scan(&w.class, &w.oid, &w.object.sub, &w.kind, &w.other, &w.container.class, &w.container.oid,
			&w.sub, &w.ref.class, &w.ref.oid, &w.ref.sub, &w.deptype); err != nil {
			return nil, false, err
		}
		l.add(w)
	}
	if err := result.Err(); err != nil {
		return nil, false, err
	}
	if n >= maxRows {
		return nil, false, fmt.Errorf("%s: %w", r.name, errTooMany)
	}
	return l.graph(), len(l.found) < seeds && n < rows, nil
}
