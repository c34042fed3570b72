package databases_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/previewset/previewset/internal/database"
	mariadbtest "github.com/previewset/previewset/test/fake/mariadb"
)

func TestMySQLHundredPreviews(t *testing.T) {
	t.Parallel()
	f := newMySQLFixture(t)
	names := make([]string, 100)
	for i := range names {
		names[i] = fmt.Sprintf("shop_pr_%d", i+1)
	}
	forEachName := func(do func(ctx context.Context, name string) error) {
		t.Helper()
		start := time.Now()
		group, ctx := errgroup.WithContext(t.Context())
		group.SetLimit(8)
		for _, name := range names {
			group.Go(func() error { return do(ctx, name) })
		}
		if err := group.Wait(); err != nil {
			t.Fatal(err)
		}
		t.Logf("%d previews in %s", len(names), time.Since(start).Round(time.Millisecond))
	}
	forEachName(func(ctx context.Context, name string) error {
		access, err := f.server.Create(ctx, mysqlRequest(name))
		if err != nil {
			return err
		}
		db := f.Connect(t, access.User, access.Password, access.Database)
		db.SetMaxOpenConns(1)
		for _, statement := range mysqlSeed() {
			if _, err := db.ExecContext(ctx, statement); err != nil {
				return fmt.Errorf("%s: %w", statement, err)
			}
		}
		return nil // the session stays open
	})
	objects, err := f.server.List(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var listed []string
	for _, o := range objects {
		listed = append(listed, o.Name)
		if o.Mark != mysqlRequest(o.Name).Mark {
			t.Errorf("%s: got mark %s, want %s", o.Name, o.Mark, mysqlRequest(o.Name).Mark)
		}
	}
	if want := slices.Sorted(slices.Values(names)); !slices.Equal(listed, want) {
		t.Errorf("listed %v, want %v", listed, want)
	}
	forEachName(func(ctx context.Context, name string) error {
		dropped, err := f.server.Drop(ctx, name, mysqlRequest(name).Mark, time.Minute)
		if err == nil && !dropped {
			err = fmt.Errorf("%s does not exist", name)
		}
		return err
	})
	f.assertNoLeftovers(t)
	if objects, err := f.server.List(t.Context()); err != nil || len(objects) != 0 {
		t.Errorf("listed %v, %v; want none", objects, err)
	}
}

func TestMySQLCreateAgain(t *testing.T) {
	t.Parallel()
	f := newMySQLFixture(t)
	request := mysqlRequest("shop_pr_4")
	access, err := f.server.Create(t.Context(), request)
	if err != nil {
		t.Fatal(err)
	}
	host, port := access.Host, access.Port
	want := database.Access{Scheme: "mysql", Host: host, Port: port, Database: "shop_pr_4", User: "shop_pr_4", Password: request.Password}
	if got := fmt.Sprintf("%s:%d", host, port); got != f.Address {
		t.Errorf("address %s, want %s", got, f.Address)
	}
	if access.URL() != want.URL() {
		t.Errorf("URL %s, want %s", access.URL(), want.URL())
	}
	before := f.Connect(t, access.User, access.Password, access.Database)
	execAll(t, before, mysqlSeed()...)

	orphan := database.Object{Name: request.Name, Mark: request.Mark}
	orphan.Mark.OrphanedAt = time.Date(2024, 1, 2, 3, 4, 5, 0, time.UTC)
	if err := f.server.Note(t.Context(), orphan); err != nil {
		t.Fatal(err)
	}
	if got, err := f.server.List(t.Context()); err != nil || len(got) != 1 || got[0] != orphan {
		t.Errorf("listed %v, %v; want %v", got, err, orphan)
	}
	request.Password, request.ConnectionLimit = "another's “password” '\\", 3
	if access, err = f.server.Create(t.Context(), request); err != nil {
		t.Fatal(err)
	}
	if got, err := f.server.List(t.Context()); err != nil || len(got) != 1 || got[0].Mark != request.Mark {
		t.Errorf("listed %v, %v; want mark %v", got, err, request.Mark)
	}
	if _, err := f.server.Drop(t.Context(), orphan.Name, orphan.Mark, time.Minute); !errors.Is(err, database.ErrChanged) {
		t.Errorf("drop with the former mark: got %v, want %v", err, database.ErrChanged)
	}
	db := f.Connect(t, access.User, request.Password, access.Database)
	if got := joinSorted(f.rows(t, db, "SELECT v FROM secret")); got != "called, first, second ☃" {
		t.Errorf("after the second Create: got rows %s, want called, first, second ☃", got)
	}
	execAll(t, before, "DO 0") // existing sessions stay open
	old := f.Connect(t, access.User, mysqlRequest("").Password, access.Database)
	if err := old.PingContext(t.Context()); mysqlErrorNumber(err) != 1045 {
		t.Errorf("login with the former password: got %v, want error 1045", err)
	}
	limits := f.rows(t, f.root, "SELECT max_user_connections FROM mysql.user WHERE user = 'shop_pr_4'")
	if joinSorted(limits) != "3" {
		t.Errorf("max_user_connections %v, want 3", limits)
	}
	f.drop(t, "shop_pr_4")
	f.assertNoLeftovers(t)
	if dropped, err := f.server.Drop(t.Context(), "shop_pr_4", request.Mark, time.Minute); dropped || err != nil {
		t.Errorf("second Drop: got %v, %v; want false", dropped, err)
	}
	if err := f.server.Note(t.Context(), orphan); err == nil {
		t.Error("Note of a dropped database succeeded, want an error")
	}
}

func TestMySQLListAndDropOnEmptyServer(t *testing.T) {
	t.Parallel()
	f := newMySQLFixture(t)
	if got, err := f.server.List(t.Context()); err != nil || len(got) != 0 {
		t.Errorf("listed %v, %v; want none", got, err)
	}
	if dropped, err := f.server.Drop(t.Context(), "shop_pr_4", mysqlRequest("shop_pr_4").Mark, time.Minute); err != nil || dropped {
		t.Errorf("Drop: got %v, %v; want false", dropped, err)
	}
}

func TestMySQLNames(t *testing.T) {
	t.Parallel()
	f := newMySQLFixture(t)
	long := strings.Repeat("a", 63)
	users := map[string]string{}
	list := []string{
		"a", strings.Repeat("u", 32), strings.Repeat("u", 33), long, long[:62] + "b", long + "a",
		"select", "table", "user", "database", "grant", "_1",
		// Names of previews have none of these characters. They test the quoting.
		"sp ace", "back`tick", "quo'te", `dou"ble`, `back\slash`, "que?stion", "per%cent", "Upper", "sem;i--colon", "snow☃",
	}
	for _, name := range list {
		t.Run(name, func(t *testing.T) {
			access, err := f.server.Create(t.Context(), mysqlRequest(name))
			if err != nil {
				t.Fatal(err)
			}
			if other, ok := users[access.User]; ok {
				t.Errorf("%s and %s have the user %s", name, other, access.User)
			}
			users[access.User] = name
			db := f.Connect(t, access.User, access.Password, access.Database)
			execAll(t, db, "CREATE TABLE own (v INT)")
			if got := joinSorted(f.rows(t, db, "SHOW DATABASES")); got != joinSorted([]string{"information_schema", name}) {
				t.Errorf("visible databases: got %s, want information_schema and %s", got, name)
			}
		})
	}
	for _, name := range list {
		f.drop(t, name)
	}
	f.assertNoLeftovers(t)
	for _, name := range []string{strings.Repeat("a", 65), ""} {
		if _, err := f.server.Create(t.Context(), mysqlRequest(name)); err == nil {
			t.Errorf("Create of %q succeeded, want an error", name)
		}
	}
	f.assertNoLeftovers(t)
}

func TestMySQLForeignObjectsAreKept(t *testing.T) {
	t.Parallel()
	f := newMySQLFixture(t)
	execAll(t, f.root, "CREATE DATABASE theirs", "CREATE TABLE theirs.t (v INT)", "CREATE USER somebody@10.0.0.1")
	f.create(t, "shop_pr_4")
	dump := func() string {
		return fmt.Sprint(f.rows(t, f.root, "SELECT user, host, authentication_string FROM mysql.user"), f.rows(t, f.root, "SHOW DATABASES"),
			f.rows(t, f.root, "SELECT * FROM previewset.objects"))
	}
	before := dump()
	another := mysqlRequest("shop_pr_4")
	another.Mark.Source = "github.com/acme/other"
	for _, request := range []database.Request{
		another, mysqlRequest("theirs"), mysqlRequest("somebody"), mysqlRequest("root"), mysqlRequest("mariadb.sys"),
		mysqlRequest("mysql"), mysqlRequest("sys"), mysqlRequest("information_schema"), mysqlRequest("performance_schema"), mysqlRequest("previewset"),
	} {
		if _, err := f.server.Create(t.Context(), request); !errors.Is(err, database.ErrForeign) {
			t.Errorf("create %s: %v, want %v", request.Name, err, database.ErrForeign)
		}
		if dropped, err := f.server.Drop(t.Context(), request.Name, request.Mark, time.Minute); dropped || !errors.Is(err, database.ErrForeign) {
			t.Errorf("drop %s: %v, %v; want %v", request.Name, dropped, err, database.ErrForeign)
		}
	}
	note := database.Object{Name: "shop_pr_4", Mark: another.Mark}
	if err := f.server.Note(t.Context(), note); !errors.Is(err, database.ErrForeign) {
		t.Errorf("note: %v, want %v", err, database.ErrForeign)
	}
	if after := dump(); after != before {
		t.Errorf("the server changed: got %s, want %s", after, before)
	}
	execAll(t, f.root, "INSERT INTO previewset.objects VALUES ('theirs', 'theirs', 'by hand')")
	if _, err := f.server.Drop(t.Context(), "theirs", mysqlRequest("theirs").Mark, time.Minute); !errors.Is(err, database.ErrForeign) {
		t.Errorf("drop without a mark: %v, want %v", err, database.ErrForeign)
	}
	if got, err := f.server.List(t.Context()); err != nil || len(got) != 1 {
		t.Errorf("listed %v, %v; want one object", got, err)
	}
}

// TestMySQLConcurrentCreateAndDrop creates and drops the same preview eight times at
// the same time.
func TestMySQLConcurrentCreateAndDrop(t *testing.T) {
	t.Parallel()
	f := newMySQLFixture(t)
	request := mysqlRequest("shop_pr_4")
	var group errgroup.Group
	for range 8 {
		group.Go(func() error {
			_, err := f.server.Create(t.Context(), request)
			return err
		})
	}
	if err := group.Wait(); err != nil {
		t.Fatal(err)
	}
	mixed := errgroup.Group{}
	mixed.SetLimit(8)
	for i := range 40 {
		mixed.Go(func() error {
			if i%2 == 0 {
				_, err := f.server.Drop(t.Context(), request.Name, request.Mark, time.Minute)
				return err
			}
			_, err := f.server.Create(t.Context(), request)
			return err
		})
	}
	if err := mixed.Wait(); err != nil {
		t.Fatal(err)
	}
	access, err := f.server.Create(t.Context(), request)
	if err != nil {
		t.Fatal(err)
	}
	execAll(t, f.Connect(t, access.User, access.Password, access.Database), "CREATE TABLE t (v INT)")
	f.drop(t, request.Name)
	f.assertNoLeftovers(t)
}

func TestMySQLDropEndsSessionsAndEvents(t *testing.T) {
	t.Parallel()
	f := newMySQLFixture(t)
	db := f.create(t, "shop_pr_4")
	other := f.create(t, "shop_pr_5")
	upper := f.create(t, "SHOP_PR_4")
	execAll(t, db, "CREATE TABLE t (v INT) ENGINE=InnoDB",
		"CREATE EVENT busy ON SCHEDULE EVERY 1 SECOND DO INSERT INTO t SELECT SLEEP(600)")
	tx, err := db.BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer tx.Rollback()
	if _, err := tx.ExecContext(t.Context(), "INSERT INTO t VALUES (1)"); err != nil {
		t.Fatal(err)
	}
	// An application that reconnects immediately when the server ends its session.
	var application sync.WaitGroup
	for range 4 {
		application.Go(func() {
			for err := error(nil); mysqlErrorNumber(err) != 1045 && t.Context().Err() == nil; {
				_, err = db.ExecContext(t.Context(), "SELECT SLEEP(600)")
			}
		})
	}
	awaitCondition(t, "four sessions and an event", func(ctx context.Context) bool {
		busy, err := mariadbtest.Query(ctx, f.root, "SELECT id FROM information_schema.processlist WHERE BINARY user = 'shop_pr_4' AND info LIKE '%SLEEP(600)'")
		return err == nil && len(busy) >= 5
	})
	others := []*sql.Conn{}
	for _, db := range []*sql.DB{other, upper} {
		c, err := db.Conn(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		others = append(others, c)
	}
	start := time.Now()
	f.drop(t, "shop_pr_4")
	t.Logf("dropped in %s", time.Since(start).Round(time.Millisecond))
	application.Wait()
	if err := db.PingContext(t.Context()); mysqlErrorNumber(err) != 1045 {
		t.Errorf("login of the dropped user: got %v, want error 1045", err)
	}
	for _, c := range others {
		if err := c.PingContext(t.Context()); err != nil {
			t.Errorf("the session of another preview has ended: %v", err)
		}
	}
	f.drop(t, "shop_pr_5")
	f.drop(t, "SHOP_PR_4")
	f.assertNoLeftovers(t)
}
