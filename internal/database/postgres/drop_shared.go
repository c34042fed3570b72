package postgres

import (
	"context"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"
)

// rollBackPrepared rolls back prepared transactions of the role, and those of other
// previews in its databases. They outlive their sessions and hold locks.
func (d *drop) rollBackPrepared(ctx context.Context) error {
	return d.server.rollBack(ctx, d.c, `(o.oid = $1::oid OR p.database IN (SELECT datname FROM pg_database WHERE datdba = $1::oid))`, d.role.oid)
}

// prepared is a prepared transaction.
type prepared struct{ ID, Owner, Database string }

// rollBack rolls back the prepared transactions p of previews o that the condition
// matches. The owner of a database can also prepare them as pg_database_owner.
func (s *Server) rollBack(ctx context.Context, c *session, condition string, args ...any) error {
	rows, _ := c.conn.Query(ctx, `SELECT p.gid, p.owner, p.database FROM pg_prepared_xacts p JOIN pg_database b ON b.datname = p.database
		JOIN pg_roles o ON o.rolname = CASE p.owner WHEN 'pg_database_owner' THEN pg_get_userbyid(b.datdba) ELSE p.owner END
		WHERE `+ownedByPreview("o.oid")+" AND "+condition, args...)
	transactions, err := pgx.CollectRows(rows, pgx.RowToStructByPos[prepared])
	if err != nil {
		return err
	}
	for _, p := range transactions {
		if err := s.rollBackOne(ctx, c, p); err != nil {
			return err
		}
	}
	return nil
}

func (s *Server) rollBackOne(ctx context.Context, c *session, p prepared) error {
	// Only a session in the same database can roll it back.
	d, err := s.openAny(ctx, c, p.Database)
	if err != nil {
		return err
	}
	defer d.close(ctx)
	// Only a superuser may roll back the transaction of another role.
	if err := d.run(ctx, "SET ROLE %I", p.Owner); err != nil {
		return err
	}
	return d.run(ctx, "ROLLBACK PREPARED %L", p.ID)
}

// dropSubscriptions drops the subscriptions of the role, without contact to their
// publisher. DROP OWNED keeps them, and the server does not drop their database.
func (d *drop) dropSubscriptions(ctx context.Context) error {
	places, err := d.c.list(ctx, `SELECT DISTINCT d.datname FROM pg_subscription s JOIN pg_database d ON d.oid = s.subdbid WHERE s.subowner = $1::oid`, d.role.oid)
	if err != nil {
		return err
	}
	for _, place := range places {
		if err := d.dropSubscriptionsIn(ctx, place); err != nil {
			return err
		}
	}
	return nil
}

func (d *drop) dropSubscriptionsIn(ctx context.Context, place string) error {
	c, err := d.open(ctx, place)
	if err != nil {
		return err
	}
	defer d.close(ctx, c)
	names, err := c.list(ctx, `SELECT s.subname FROM pg_subscription s JOIN pg_database d ON d.oid = s.subdbid
		WHERE s.subowner = $1::oid AND d.datname = current_database()`, d.role.oid)
	if err != nil {
		return err
	}
	for _, name := range names {
		for _, statement := range []string{
			"ALTER SUBSCRIPTION %I DISABLE", "ALTER SUBSCRIPTION %I SET (slot_name = NONE)", "DROP SUBSCRIPTION %I",
		} {
			if err := c.run(ctx, statement, name); err != nil {
				return err
			}
		}
	}
	return nil
}

// dropDatabases drops the databases of the role. The role may have made them templates,
// which the server does not drop.
func (d *drop) dropDatabases(ctx context.Context) error {
	for _, step := range []struct{ which, statement string }{
		{"AND datistemplate", "ALTER DATABASE %I WITH IS_TEMPLATE false"},
		{"", "DROP DATABASE %I WITH (FORCE)"},
	} {
		names, err := d.c.list(ctx, "SELECT datname FROM pg_database WHERE datdba = $1::oid "+step.which, d.role.oid)
		if err != nil {
			return err
		}
		for _, name := range names {
			if err := d.c.run(ctx, step.statement, name); err != nil {
				return d.describeDatabase(ctx, name, err)
			}
		}
	}
	return nil
}

// describeDatabase returns err with the reason why a database can't be dropped. The
// administrator may not end a session of a superuser or of another role, and may not roll
// back transactions of others.
func (d *drop) describeDatabase(ctx context.Context, name string, err error) error {
	if !hasState(err, objectInUse) && !hasState(err, noRight) {
		return fmt.Errorf("database %s: %w", name, err)
	}
	others, listErr := d.c.othersIn(ctx, name)
	if listErr != nil {
		return listErr
	}
	if len(others) > 0 {
		return fmt.Errorf("%w: the database %s is in use by %s", errInUse, name, describeClients(others))
	}
	statements, listErr := d.c.list(ctx, "SELECT format('ROLLBACK PREPARED %L', gid) FROM pg_prepared_xacts WHERE database = $1 LIMIT $2", name, maxClients)
	if listErr != nil {
		return listErr
	}
	if len(statements) > 0 {
		return fmt.Errorf("%w: the database %s is in use by prepared transactions: run as a superuser in the database %s: %s",
			errInUse, name, name, strings.Join(statements, "; "))
	}
	return fmt.Errorf("%w: the database %s: %w", errInUse, name, err)
}

// revokeDatabases revokes the role's rights on databases. DROP OWNED would do so too, but
// without the lock on databases.
func (d *drop) revokeDatabases(ctx context.Context) error {
	return d.c.withDatabasesLock(ctx, func() error { return d.revoke(ctx, d.c, grantsOnDatabases) })
}

// grantsOnDatabases lists the grants of databases to the role $1.
const grantsOnDatabases = `SELECT DISTINCT pg_get_userbyid(a.grantor), format('DATABASE %I', d.datname)
	FROM pg_database d, aclexplode(d.datacl) a WHERE a.grantee = $1::oid AND pg_has_role(a.grantor, 'MEMBER')`

// grantsOnObjects lists the grants of objects in the database of the session to the role
// $1, except for default privileges.
const grantsOnObjects = `SELECT DISTINCT pg_get_userbyid(a.grantor), o.what FROM pg_shdepend s, LATERAL (
	SELECT c.relacl, format('%s %s', CASE c.relkind WHEN 'S' THEN 'SEQUENCE' ELSE 'TABLE' END, c.oid::regclass) FROM pg_class c
		WHERE s.classid = c.tableoid AND s.objid = c.oid
	UNION ALL SELECT t.attacl, format('TABLE %s', t.attrelid::regclass) FROM pg_attribute t
		WHERE s.classid = 'pg_class'::regclass AND s.objid = t.attrelid AND t.attacl IS NOT NULL
	UNION ALL SELECT p.proacl, format('ROUTINE %s', p.oid::regprocedure) FROM pg_proc p WHERE s.classid = p.tableoid AND s.objid = p.oid
	UNION ALL SELECT n.nspacl, format('SCHEMA %I', n.nspname) FROM pg_namespace n WHERE s.classid = n.tableoid AND s.objid = n.oid
	UNION ALL SELECT y.typacl, format('TYPE %s', y.oid::regtype) FROM pg_type y WHERE s.classid = y.tableoid AND s.objid = y.oid
	UNION ALL SELECT l.lanacl, format('LANGUAGE %I', l.lanname) FROM pg_language l WHERE s.classid = l.tableoid AND s.objid = l.oid
	UNION ALL SELECT v.srvacl, format('FOREIGN SERVER %I', v.srvname) FROM pg_foreign_server v WHERE s.classid = v.tableoid AND s.objid = v.oid
	UNION ALL SELECT m.lomacl, format('LARGE OBJECT %s', m.oid) FROM pg_largeobject_metadata m
		WHERE s.classid = 'pg_largeobject'::regclass AND s.objid = m.oid
	) o (acl, what), aclexplode(o.acl) a
	WHERE s.refclassid = 'pg_authid'::regclass AND s.refobjid = $1::oid AND s.deptype = 'a' AND a.grantee = $1::oid
	AND pg_has_role(a.grantor, 'MEMBER') AND s.dbid = (SELECT oid FROM pg_database WHERE datname = current_database())`

// grant is a right that Grantor gave the role. On is the object with its keyword.
type grant struct{ Grantor, On string }

// revoke revokes grants to the role. REVOKE, and so DROP OWNED, only revokes what the
// current role granted, which acts as the owner of the object if it can. Another role may
// have got the right with the option to grant it.
func (d *drop) revoke(ctx context.Context, c *session, query string) error {
	rows, _ := c.conn.Query(ctx, query, d.role.oid)
	grants, err := pgx.CollectRows(rows, pgx.RowToStructByPos[grant])
	if err != nil {
		return err
	}
	statements := make([]string, len(grants))
	for i, g := range grants {
		statements[i] = fmt.Sprintf("SET ROLE %s; REVOKE ALL ON %s FROM %s CASCADE; SET ROLE NONE", quoted(g.Grantor), g.On, quoted(d.role.name))
	}
	_, err = d.apply(ctx, c, statements, grantBatch)
	return err
}

// grantBatch bounds the grants that one transaction revokes.
const grantBatch = 100
