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
	b := newMySQLBed(t)
	names := make([]string, 100)
	for i := range names {
		names[i] = fmt.Sprintf("shop_pr_%d", i+1)
	}
	each := func(do func(ctx context.Context, name string) error) {
		t.Helper()
		began := time.Now()
		group, ctx := errgroup.WithContext(t.Context())
		group.SetLimit(8)
		for _, name := range names {
			group.Go(func() error { return do(ctx, name) })
		}
		if err := group.Wait(); err != nil {
			t.Fatal(err)
		}
		t.Logf("%d in %s", len(names), time.Since(began).Round(time.Millisecond))
	}
	each(func(ctx context.Context, name string) error {
		access, err := b.server.Create(ctx, mysqlRequest(name))
		if err != nil {
			return err
		}
		db := b.Connect(t, access.User, access.Password, access.Database)
		db.SetMaxOpenConns(1)
		for _, statement := range mysqlSeed() {
			if _, err := db.ExecContext(ctx, statement); err != nil {
				return fmt.Errorf("%s: %w", statement, err)
			}
		}
		return nil // its session stays
	})
	objects, err := b.server.List(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var listed []string
	for _, o := range objects {
		listed = append(listed, o.Name)
		if o.Mark != mysqlRequest(o.Name).Mark {
			t.Errorf("%s has the mark %s", o.Name, o.Mark)
		}
	}
	if want := slices.Sorted(slices.Values(names)); !slices.Equal(listed, want) {
		t.Errorf("listed %v, want %v", listed, want)
	}
	each(func(ctx context.Context, name string) error {
		dropped, err := b.server.Drop(ctx, name, mysqlRequest(name).Mark)
		if err == nil && !dropped {
			err = errors.New("it was not there")
		}
		return err
	})
	b.nothingLeft(t)
	if objects, err := b.server.List(t.Context()); err != nil || len(objects) != 0 {
		t.Errorf("listed %v, %v", objects, err)
	}
}

func TestMySQLCreateAgain(t *testing.T) {
	b := newMySQLBed(t)
	request := mysqlRequest("shop_pr_4")
	access, err := b.server.Create(t.Context(), request)
	if err != nil {
		t.Fatal(err)
	}
	host, port := access.Host, access.Port
	want := database.Access{Scheme: "mysql", Host: host, Port: port, Database: "shop_pr_4", User: "shop_pr_4", Password: request.Password}
	if got := fmt.Sprintf("%s:%d", host, port); got != b.Address {
		t.Errorf("at %s, want %s", got, b.Address)
	}
	if access.URL() != want.URL() {
		t.Errorf("URL %s, want %s", access.URL(), want.URL())
	}
	before := b.Connect(t, access.User, access.Password, access.Database)
	execAll(t, before, mysqlSeed()...)

	orphan := database.Object{Name: request.Name, Mark: request.Mark}
	orphan.Mark.OrphanedAt = time.Date(2024, 1, 2, 3, 4, 5, 0, time.UTC)
	if err := b.server.Note(t.Context(), orphan); err != nil {
		t.Fatal(err)
	}
	if got, err := b.server.List(t.Context()); err != nil || len(got) != 1 || got[0] != orphan {
		t.Errorf("listed %v, %v; want %v", got, err, orphan)
	}
	request.Password, request.ConnectionLimit = "another's “password” '\\", 3
	if access, err = b.server.Create(t.Context(), request); err != nil {
		t.Fatal(err)
	}
	if got, err := b.server.List(t.Context()); err != nil || len(got) != 1 || got[0].Mark != request.Mark {
		t.Errorf("listed %v, %v; want no orphan", got, err)
	}
	if _, err := b.server.Drop(t.Context(), orphan.Name, orphan.Mark); !errors.Is(err, database.ErrChanged) {
		t.Errorf("dropped as an orphan that it was: %v", err)
	}
	db := b.Connect(t, access.User, request.Password, access.Database)
	if got := quoted(b.rows(t, db, "SELECT v FROM secret")); got != "called, first, second ☃" {
		t.Errorf("after it was created again it has %s", got)
	}
	execAll(t, before, "DO 0") // its sessions stay
	old := b.Connect(t, access.User, mysqlRequest("").Password, access.Database)
	if err := old.PingContext(t.Context()); mysqlNumber(err) != 1045 {
		t.Errorf("another password: %v", err)
	}
	limits := b.rows(t, b.root, "SELECT max_user_connections FROM mysql.user WHERE user = 'shop_pr_4'")
	if quoted(limits) != "3" {
		t.Errorf("limits %v", limits)
	}
	b.drop(t, "shop_pr_4")
	b.nothingLeft(t)
	if dropped, err := b.server.Drop(t.Context(), "shop_pr_4", request.Mark); dropped || err != nil {
		t.Errorf("dropped again: %v, %v", dropped, err)
	}
	if err := b.server.Note(t.Context(), orphan); err == nil {
		t.Error("noted what is gone")
	}
}

func TestMySQLEmptyServer(t *testing.T) {
	b := newMySQLBed(t)
	if got, err := b.server.List(t.Context()); err != nil || len(got) != 0 {
		t.Errorf("listed %v, %v", got, err)
	}
	if dropped, err := b.server.Drop(t.Context(), "shop_pr_4", mysqlRequest("shop_pr_4").Mark); err != nil || dropped {
		t.Errorf("dropped %v, %v", dropped, err)
	}
}

func TestMySQLNames(t *testing.T) {
	b := newMySQLBed(t)
	long := strings.Repeat("a", 63)
	users := map[string]string{}
	list := []string{
		"a", strings.Repeat("u", 32), strings.Repeat("u", 33), long, long[:62] + "b", long + "a",
		"select", "table", "user", "database", "grant", "_1",
		// More than names promise: what quoting is for.
		"sp ace", "back`tick", "quo'te", `dou"ble`, `back\slash`, "que?stion", "per%cent", "Upper", "sem;i--colon", "snow☃",
	}
	for _, name := range list {
		t.Run(name, func(t *testing.T) {
			access, err := b.server.Create(t.Context(), mysqlRequest(name))
			if err != nil {
				t.Fatal(err)
			}
			if other, ok := users[access.User]; ok {
				t.Errorf("%s and %s have the user %s", name, other, access.User)
			}
			users[access.User] = name
			db := b.Connect(t, access.User, access.Password, access.Database)
			execAll(t, db, "CREATE TABLE own (v INT)")
			if got := quoted(b.rows(t, db, "SHOW DATABASES")); got != quoted([]string{"information_schema", name}) {
				t.Errorf("it sees %s", got)
			}
		})
	}
	for _, name := range list {
		b.drop(t, name)
	}
	b.nothingLeft(t)
	for _, name := range []string{strings.Repeat("a", 65), ""} {
		if _, err := b.server.Create(t.Context(), mysqlRequest(name)); err == nil {
			t.Errorf("created %q", name)
		}
	}
	b.nothingLeft(t)
}

func TestMySQLForeign(t *testing.T) {
	b := newMySQLBed(t)
	execAll(t, b.root, "CREATE DATABASE theirs", "CREATE TABLE theirs.t (v INT)", "CREATE USER somebody@10.0.0.1")
	b.create(t, "shop_pr_4")
	picture := func() string {
		return fmt.Sprint(b.rows(t, b.root, "SELECT user, host, authentication_string FROM mysql.user"), b.rows(t, b.root, "SHOW DATABASES"),
			b.rows(t, b.root, "SELECT * FROM previewset.objects"))
	}
	before := picture()
	another := mysqlRequest("shop_pr_4")
	another.Mark.Source = "github.com/acme/other"
	for _, request := range []database.Request{
		another, mysqlRequest("theirs"), mysqlRequest("somebody"), mysqlRequest("root"), mysqlRequest("mariadb.sys"),
		mysqlRequest("mysql"), mysqlRequest("sys"), mysqlRequest("information_schema"), mysqlRequest("performance_schema"), mysqlRequest("previewset"),
	} {
		if _, err := b.server.Create(t.Context(), request); !errors.Is(err, database.ErrForeign) {
			t.Errorf("create %s: %v, want %v", request.Name, err, database.ErrForeign)
		}
		if dropped, err := b.server.Drop(t.Context(), request.Name, request.Mark); dropped || !errors.Is(err, database.ErrForeign) {
			t.Errorf("drop %s: %v, %v; want %v", request.Name, dropped, err, database.ErrForeign)
		}
	}
	note := database.Object{Name: "shop_pr_4", Mark: another.Mark}
	if err := b.server.Note(t.Context(), note); !errors.Is(err, database.ErrForeign) {
		t.Errorf("note: %v, want %v", err, database.ErrForeign)
	}
	if after := picture(); after != before {
		t.Errorf("now there is %s, there was %s", after, before)
	}
	execAll(t, b.root, "INSERT INTO previewset.objects VALUES ('theirs', 'theirs', 'by hand')")
	if _, err := b.server.Drop(t.Context(), "theirs", mysqlRequest("theirs").Mark); !errors.Is(err, database.ErrForeign) {
		t.Errorf("drop without a mark: %v, want %v", err, database.ErrForeign)
	}
	if got, err := b.server.List(t.Context()); err != nil || len(got) != 1 {
		t.Errorf("listed %v, %v", got, err)
	}
}

// TestMySQLFrays has the same preview created and dropped by many at a time.
func TestMySQLFrays(t *testing.T) {
	b := newMySQLBed(t)
	request := mysqlRequest("shop_pr_4")
	var group errgroup.Group
	for range 8 {
		group.Go(func() error {
			_, err := b.server.Create(t.Context(), request)
			return err
		})
	}
	if err := group.Wait(); err != nil {
		t.Fatal(err)
	}
	fray := errgroup.Group{}
	fray.SetLimit(8)
	for i := range 40 {
		fray.Go(func() error {
			if i%2 == 0 {
				_, err := b.server.Drop(t.Context(), request.Name, request.Mark)
				return err
			}
			_, err := b.server.Create(t.Context(), request)
			return err
		})
	}
	if err := fray.Wait(); err != nil {
		t.Fatal(err)
	}
	access, err := b.server.Create(t.Context(), request)
	if err != nil {
		t.Fatal(err)
	}
	execAll(t, b.Connect(t, access.User, access.Password, access.Database), "CREATE TABLE t (v INT)")
	b.drop(t, request.Name)
	b.nothingLeft(t)
}

func TestMySQLDropEndsWhatRuns(t *testing.T) {
	b := newMySQLBed(t)
	db := b.create(t, "shop_pr_4")
	other := b.create(t, "shop_pr_5")
	upper := b.create(t, "SHOP_PR_4")
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
	// An application that comes back at once when it is thrown out.
	var application sync.WaitGroup
	for range 4 {
		application.Go(func() {
			for err := error(nil); mysqlNumber(err) != 1045 && t.Context().Err() == nil; {
				_, err = db.ExecContext(t.Context(), "SELECT SLEEP(600)")
			}
		})
	}
	retried(t, "four sleeps and an event", func(ctx context.Context) bool {
		busy, err := mariadbtest.Query(ctx, b.root, "SELECT id FROM information_schema.processlist WHERE BINARY user = 'shop_pr_4' AND info LIKE '%SLEEP(600)'")
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
	began := time.Now()
	b.drop(t, "shop_pr_4")
	t.Logf("dropped in %s", time.Since(began).Round(time.Millisecond))
	application.Wait()
	if err := db.PingContext(t.Context()); mysqlNumber(err) != 1045 {
		t.Errorf("the user is let in: %v", err)
	}
	for _, c := range others {
		if err := c.PingContext(t.Context()); err != nil {
			t.Errorf("another's session: %v", err)
		}
	}
	b.drop(t, "shop_pr_5")
	b.drop(t, "SHOP_PR_4")
	b.nothingLeft(t)
}
