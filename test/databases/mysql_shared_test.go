package databases_test

import (
	"context"
	"testing"

	mariadbtest "github.com/previewset/previewset/test/fake/mariadb"
)

// TestMySQLPreviewsShare shows what the server has no limit for, or shares among all users.
// docs/databases.md names each.
func TestMySQLPreviewsShare(t *testing.T) {
	t.Parallel()
	f := newMySQLFixture(t)
	execAll(t, f.root, "SET GLOBAL max_prepared_stmt_count = 100")
	a, other := f.attacker(t, attacker), f.attacker(t, victim)

	a.run(t, "SET SESSION sort_buffer_size = 1073741824, SESSION max_heap_table_size = 1073741824, SESSION tmp_table_size = 1073741824",
		"SET SESSION max_session_mem_used = 18446744073709551615", "SET SESSION max_statement_time = 0")
	a.hold(t, "DO GET_LOCK('migration', 0)")
	if got := f.rows(t, other.db, "SELECT GET_LOCK('migration', 0)"); got[0] != "0" {
		t.Errorf("named lock: got %v, want it to be taken", got)
	}
	a.hold(t, numbered(100, "PREPARE s%d FROM 'SELECT 1'")...)
	if _, err := other.db.ExecContext(t.Context(), "PREPARE s FROM 'SELECT 1'"); mysqlErrorNumber(err) != 1461 {
		t.Errorf("prepared statement: got %v, want error 1461", err)
	}
	other.run(t, prepareXA("'"+victim+"'", update)...)
	if _, err := a.db.ExecContext(t.Context(), "XA ROLLBACK '"+victim+"'"); err != nil {
		t.Errorf("prepared transaction of another preview: %v", err)
	}

	request := mysqlRequest(attacker)
	request.ConnectionLimit = 1
	if _, err := f.server.Create(t.Context(), request); err != nil {
		t.Fatal(err)
	}
	execAll(t, f.root, numbered(5, "CREATE DEFINER=shop_pr_4@`%%` EVENT shop_pr_4.e%d ON SCHEDULE EVERY 1 SECOND DO SELECT SLEEP(100000)")...)
	awaitCondition(t, "more events than sessions", func(ctx context.Context) bool {
		running, err := mariadbtest.Query(ctx, f.root, "SELECT id FROM information_schema.processlist WHERE user = ? AND info LIKE '%SLEEP(100000)'", attacker)
		return err == nil && len(running) > request.ConnectionLimit
	})
}
