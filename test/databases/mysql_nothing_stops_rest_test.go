package databases_test

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/previewset/previewset/internal/database"
)

// hurried is the patience of drops that must leave something. It is enough for what they
// can drop on a slow machine.
const hurried = 5 * time.Second

// assertDropping checks that a drop left a part of the object called name: its user is
// locked, its mark has the time, and only the given tables exist.
func (f *mysqlFixture) assertDropping(t *testing.T, name, password string, tables ...string) {
	t.Helper()
	objects, err := f.server.List(t.Context())
	if err != nil || len(objects) != 1 || time.Since(objects[0].Mark.DroppingAt) > 10*time.Minute {
		t.Errorf("listed %v, %v, want the time of the drop", objects, err)
	}
	if got := f.rows(t, f.root, "SELECT table_name FROM information_schema.tables WHERE table_schema = ?", name); joinSorted(got) != joinSorted(tables) {
		t.Errorf("got tables %v, want %v", got, tables)
	}
	if err := f.Connect(t, name, password, "").PingContext(t.Context()); mysqlErrorNumber(err) != 4151 {
		t.Errorf("login: got %v, want error 4151 (account is locked)", err)
	}
	if got := f.rows(t, f.root, "SELECT db FROM mysql.db"); len(got) != 0 {
		t.Errorf("got grants on %v, want none", got)
	}
}

// A session of an administrator is never ended.
func TestMySQLDropLeavesWhatOthersUse(t *testing.T) {
	t.Parallel()
	f := newMySQLFixture(t)
	request := mysqlRequest("shop_pr_4")
	if _, err := f.server.Create(t.Context(), request); err != nil {
		t.Fatal(err)
	}
	execAll(t, f.root, "CREATE TABLE shop_pr_4.used (v INT)", "CREATE TABLE shop_pr_4.other (v INT)", "CREATE VIEW shop_pr_4.others AS SELECT * FROM shop_pr_4.other")
	administrator, err := f.Connect(t, "root", f.Password, "shop_pr_4").Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer administrator.Close()
	if _, err := administrator.ExecContext(t.Context(), "LOCK TABLES used READ"); err != nil {
		t.Fatal(err)
	}
	existed, err := f.server.Drop(t.Context(), "shop_pr_4", request.Mark, hurried)
	if !existed || !errors.Is(err, database.ErrDropping) {
		t.Fatalf("Drop: got %t, %v, want %v", existed, err, database.ErrDropping)
	}
	for _, part := range []string{" of root, which uses the database, run KILL ", "; left are the locked user shop_pr_4 and the database (tables: 1)"} {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("got %v, want %q", err, part)
		}
	}
	f.assertDropping(t, "shop_pr_4", request.Password, "used")

	// A sweep that finds no entry does not change the time of the drop.
	before, _ := f.server.List(t.Context())
	note := database.Object{Name: "shop_pr_4", Mark: request.Mark}
	note.Mark.OrphanedAt = time.Now()
	if err := f.server.Note(t.Context(), note); err != nil {
		t.Error(err)
	}
	if after, err := f.server.List(t.Context()); err != nil || after[0] != before[0] {
		t.Errorf("after Note: got %v, %v, want %v", after, err, before)
	}

	// Create completes the drop, even for another owner.
	next := mysqlRequest("shop_pr_4")
	next.Mark.Source, next.Wait = "github.com/acme/other", time.Second
	var messages []string
	next.Progress = func(format string, args ...any) { messages = append(messages, fmt.Sprintf(format, args...)) }
	if _, err := f.server.Create(t.Context(), next); !errors.Is(err, database.ErrDropping) {
		t.Errorf("Create: got %v, want %v", err, database.ErrDropping)
	}
	if got := strings.Join(messages, "\n"); got != "shop_pr_4: completing an earlier drop" {
		t.Errorf("got messages %q", got)
	}
	f.assertDropping(t, "shop_pr_4", request.Password, "used")
	if _, err := administrator.ExecContext(t.Context(), "UNLOCK TABLES"); err != nil {
		t.Fatal(err)
	}
	access, err := f.server.Create(t.Context(), next)
	if err != nil {
		t.Fatal(err)
	}
	execAll(t, f.Connect(t, access.User, access.Password, access.Database), "CREATE TABLE used (v INT)")
	objects, err := f.server.List(t.Context())
	if err != nil || len(objects) != 1 || objects[0].Mark != next.Mark {
		t.Errorf("listed %v, %v, want the new owner", objects, err)
	}
	former := before[0].Mark
	if _, err := f.server.Drop(t.Context(), "shop_pr_4", former, time.Second); !errors.Is(err, database.ErrForeign) {
		t.Errorf("drop with the former mark: got %v, want %v", err, database.ErrForeign)
	}
	if _, err := f.server.Drop(t.Context(), "shop_pr_4", next.Mark, time.Minute); err != nil {
		t.Error(err)
	}
	f.assertNoLeftovers(t)
}

// The server ends a session only after its current function.
func TestMySQLDropNamesSessionsThatDoNotEnd(t *testing.T) {
	t.Parallel()
	f := newMySQLFixture(t)
	a := f.attacker(t, "shop_pr_4")
	a.run(t, "CREATE TABLE used (v INT)")
	a.start(t, "SET max_statement_time = 0", "BEGIN", "SELECT * FROM used", unkillable(5_000_000)) // hours
	id := f.rows(t, f.root, "SELECT id FROM information_schema.processlist WHERE info LIKE 'SELECT LOCATE%'")[0]
	existed, err := f.server.Drop(t.Context(), "shop_pr_4", mysqlRequest("shop_pr_4").Mark, hurried)
	if !existed || !errors.Is(err, database.ErrDropping) || !strings.Contains(err.Error(), "session "+id+" of shop_pr_4 does not end") {
		t.Errorf("Drop: got %t, %v, want session %s", existed, err, id)
	}
	if got := f.rows(t, f.root, "SELECT table_name FROM information_schema.tables WHERE table_schema = 'shop_pr_4'"); joinSorted(got) != "used" {
		t.Errorf("got tables %v, want used", got)
	}
	if err := f.bystander(t, "shop_pr_5"); err != nil {
		t.Errorf("another preview: %v", err)
	}
}

// preparedRemedy matches a statement with a visible end.
var preparedRemedy = regexp.MustCompile(`run XA ROLLBACK X'[0-9a-f]*',X'[0-9a-f]*',\d+; left `)

// A prepared transaction of an application on the same server is never rolled back.
func TestMySQLDropKeepsPreparedTransactionsOfOthers(t *testing.T) {
	t.Parallel()
	f := newMySQLFixture(t)
	a := f.attacker(t, "shop_pr_4")
	execAll(t, f.root, "CREATE DATABASE theirs", "CREATE TABLE theirs.t (v INT) ENGINE=InnoDB")
	application := a
	application.db = f.Connect(t, "root", f.Password, "theirs")
	application.run(t, prepareXA("'theirs'", "INSERT INTO t VALUES (1)")...)
	a.run(t, prepareXA("'mine'", update)...)
	_, err := f.server.Drop(t.Context(), "shop_pr_4", mysqlRequest("shop_pr_4").Mark, hurried)
	if !errors.Is(err, database.ErrDropping) || !strings.Contains(err.Error(), "such as theirs") || !preparedRemedy.MatchString(err.Error()) {
		t.Errorf("got %v, want the remedy", err)
	}
	if got := f.rows(t, f.root, "XA RECOVER"); len(got) != 2 {
		t.Errorf("prepared transactions: got %v, want two", got)
	}
	execAll(t, f.root, fmt.Sprintf("XA ROLLBACK X'%x'", "mine"))
	f.drop(t, "shop_pr_4")
	execAll(t, f.root, "XA COMMIT 'theirs'", "DROP DATABASE theirs")
	f.assertNoLeftovers(t)
}

// TestMySQLLongMarks uses the registry of an older version, in which a mark of the
// greatest length has no space for times.
func TestMySQLLongMarks(t *testing.T) {
	t.Parallel()
	f := newMySQLFixture(t)
	execAll(t, f.root, "CREATE DATABASE previewset CHARACTER SET utf8mb4", "CREATE TABLE previewset.objects ("+
		"name VARCHAR(64) PRIMARY KEY, user VARCHAR(32) NOT NULL, mark VARCHAR(1024) NOT NULL) ENGINE=InnoDB CHARACTER SET utf8mb4 COLLATE utf8mb4_bin")
	request := mysqlRequest("shop_pr_4")
	request.Mark.Source += strings.Repeat("x", 1024-len(request.Mark.String()))
	execAll(t, f.root, "INSERT INTO previewset.objects VALUES ('shop_pr_4', 'shop_pr_4', '"+request.Mark.String()+"')")
	orphan := database.Object{Name: "shop_pr_4", Mark: request.Mark}
	orphan.Mark.OrphanedAt = time.Now().UTC().Truncate(time.Second)

	// While an older version uses the registry, it stays as it is.
	tx, err := f.root.BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer tx.Rollback()
	if _, err := tx.ExecContext(t.Context(), "INSERT INTO previewset.objects VALUES ('shop_pr_5', 'shop_pr_5', '')"); err != nil {
		t.Fatal(err)
	}
	if _, err := f.server.Create(t.Context(), request); err != nil {
		t.Errorf("Create: %v", err)
	}
	if err := f.server.Note(t.Context(), orphan); mysqlErrorNumber(err) != 1406 {
		t.Errorf("Note: got %v, want error 1406 (data too long)", err)
	}
	if err := tx.Rollback(); err != nil {
		t.Fatal(err)
	}

	if err := f.server.Note(t.Context(), orphan); err != nil {
		t.Errorf("Note: %v", err)
	}
	if got, err := f.server.List(t.Context()); err != nil || len(got) != 1 || got[0] != orphan {
		t.Errorf("listed %v, %v, want %v", got, err, orphan)
	}
	if dropped, err := f.server.Drop(t.Context(), "shop_pr_4", orphan.Mark, time.Minute); err != nil || !dropped {
		t.Errorf("Drop: got %t, %v", dropped, err)
	}
	f.assertNoLeftovers(t)
}
