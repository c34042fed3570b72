package postgres_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/previewset/previewset/internal/database"
)

// No change that a preview makes to its objects prevents Drop from removing them.
func TestDropRemovesWhateverAPreviewDid(t *testing.T) {
	eachServer(t, func(t *testing.T, b *fixture) {
		b.seed(t)
		other := b.create(t, request("other", database.StrategySchema))
		b.execAs(t, other, "CREATE TABLE t (id int PRIMARY KEY); GRANT USAGE ON SCHEMA other TO PUBLIC; GRANT ALL ON t TO PUBLIC")
		b.Exec(t, "previews", "CREATE SCHEMA extra AUTHORIZATION "+b.user)
		before := b.catalogues(t)
		for _, strategy := range strategies {
			r := request("pr_1", strategy)
			a := b.create(t, r)
			b.execAs(t, a, `CREATE TABLE mine (id int PRIMARY KEY); GRANT ALL ON mine TO other; GRANT ALL ON mine TO PUBLIC;
				ALTER DEFAULT PRIVILEGES GRANT ALL ON TABLES TO other; CREATE DOMAIN mine_d AS int; CREATE TABLE parent (k int) PARTITION BY LIST (k);
				CREATE TABLE child PARTITION OF parent FOR VALUES IN (1); CREATE VIEW mine_v AS SELECT * FROM mine;
				CREATE FUNCTION mine_f() RETURNS int LANGUAGE sql AS 'SELECT 1'; SELECT lo_create(0) FROM generate_series(1, 1100);
				ALTER ROLE pr_1 SET work_mem = '5MB'; ALTER ROLE pr_1 PASSWORD 'its own';
				-- Before PostgreSQL 16 a role may make others members of itself.
				DO $$ BEGIN GRANT pr_1 TO other; EXCEPTION WHEN insufficient_privilege THEN NULL; END $$`)
			a.Password = "its own"
			if strategy == database.StrategySchema {
				b.execAs(t, other, "GRANT ALL ON SCHEMA other TO pr_1 WITH GRANT OPTION; GRANT ALL ON t TO pr_1 WITH GRANT OPTION")
				b.execAs(t, a, "GRANT ALL ON other.t TO admin; GRANT ALL ON SCHEMA pr_1 TO other; CREATE TABLE refers (id int REFERENCES other.t)")
				b.Exec(t, "previews", "GRANT ALL ON SCHEMA extra TO pr_1; ALTER SCHEMA pr_1 RENAME TO renamed")
			} else {
				b.execAs(t, a, "ALTER DATABASE pr_1 WITH IS_TEMPLATE true")
				b.Exec(t, "postgres", "ALTER DATABASE pr_1 WITH ALLOW_CONNECTIONS false")
			}
			b.drop(t, "pr_1")
			if after := b.catalogues(t); !slices.Equal(after, before) {
				t.Errorf("%s: got catalogues\n%s\nwant\n%s", strategy, strings.Join(after, "\n"), strings.Join(before, "\n"))
			}
		}
		if got := b.Strings(t, "previews", "SELECT nspname::text FROM pg_namespace WHERE nspname IN ('renamed', 'pr_1') UNION ALL SELECT oid::text FROM pg_largeobject_metadata"); len(got) > 0 {
			t.Errorf("got %q in the shared database, want nothing", got)
		}
	})
}

// Drop ends sessions that hold locks, and transactions that outlive their sessions.
func TestDropEndsSessions(t *testing.T) {
	eachServer(t, func(t *testing.T, b *fixture) {
		b.seed(t)
		for _, strategy := range strategies {
			a := b.create(t, request("pr_1", strategy))
			b.execAs(t, a, "CREATE TABLE held ()")
			conn := b.Connect(t, a.User, a.Password, a.Database)
			if _, err := conn.PgConn().Exec(t.Context(), "BEGIN; LOCK TABLE held").ReadAll(); err != nil {
				t.Fatal(err)
			}
			if strategy == database.StrategySchema {
				b.execAs(t, a, "BEGIN; CREATE TABLE prepared (); PREPARE TRANSACTION 'it''s'")
			}
			b.drop(t, "pr_1")
			if _, err := conn.Exec(t.Context(), "SELECT 1"); err == nil {
				t.Errorf("%s: the session still works", strategy)
			}
		}
	}, "max_prepared_transactions=5")
}

// The preview has more tables than the server has locks.
func TestDropManyTables(t *testing.T) {
	eachServer(t, func(t *testing.T, b *fixture) {
		a := b.create(t, request("pr_1", database.StrategySchema))
		conn := b.Connect(t, a.User, a.Password, a.Database)
		const tables = 1500
		for n := 0; n < tables; n += 50 {
			if _, err := conn.Exec(t.Context(), fmt.Sprintf(`DO $$ BEGIN FOR n IN %d..%d LOOP EXECUTE format('CREATE TABLE t%%s (id int PRIMARY KEY, v text)', n); END LOOP; END $$`, n, n+49)); err != nil {
				t.Fatal(err)
			}
		}
		if err := conn.Close(t.Context()); err != nil {
			t.Fatal(err)
		}
		super := b.Connect(t, b.user, b.password, "previews")
		err := pgx.BeginFunc(t.Context(), super, func(tx pgx.Tx) error {
			if _, err := tx.Exec(t.Context(), "DROP SCHEMA pr_1 CASCADE"); err == nil {
				t.Error("one statement drops all tables, so this test proves nothing")
			}
			return context.Canceled
		})
		if err == nil {
			t.Fatal("the transaction was committed, want a rollback")
		}
		began := time.Now()
		b.drop(t, "pr_1")
		t.Logf("%d tables in %s", tables, time.Since(began))
	}, "max_locks_per_transaction=10", "max_connections=20", "autovacuum=off")
}
