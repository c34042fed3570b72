package postgres_test

import (
	"context"
	"io"
	"net"
	"net/url"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"github.com/previewset/previewset/internal/database"
	"github.com/previewset/previewset/internal/database/postgres"
	pgtest "github.com/previewset/previewset/test/fake/postgres"
)

// cutter is a proxy that closes all connections after a number of client messages.
type cutter struct {
	listener  net.Listener
	server    string
	remaining atomic.Int64
}

func newCutter(t *testing.T, server string) *cutter {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	c := &cutter{listener: listener, server: server}
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go c.pass(conn)
		}
	}()
	return c
}

func (c *cutter) pass(client net.Conn) {
	defer client.Close()
	server, err := net.Dial("tcp", c.server)
	if err != nil {
		return
	}
	defer server.Close()
	go func() {
		_, _ = io.Copy(client, server)
		_ = client.Close()
	}()
	buffer := make([]byte, 1<<16)
	for {
		n, err := client.Read(buffer)
		if err != nil || c.remaining.Add(-1) < 0 {
			return
		}
		if _, err := server.Write(buffer[:n]); err != nil {
			return
		}
	}
}

// Create and Drop are interrupted after any number of messages. The next Create must
// complete the database, and the next Drop must remove everything.
func TestCreateAndDropRecoverFromInterruption(t *testing.T) {
	pgtest.Each(t, func(t *testing.T, i pgtest.Installation) {
		// StrategyDatabase executes a subset of the statements of StrategySnapshot.
		for _, strategy := range []database.Strategy{database.StrategySchema, database.StrategySnapshot} {
			t.Run(string(strategy), func(t *testing.T) {
				t.Parallel()
				b := start(t, i, admin, adminPassword, nil)
				b.Exec(t, "postgres", "CREATE DATABASE seed OWNER admin", "REVOKE ALL ON DATABASE seed FROM PUBLIC")
				b.Exec(t, "seed", "SET ROLE admin; CREATE TABLE seeded (i int); CREATE SCHEMA more; CREATE TYPE more.mood AS ENUM ('ok')")
				// With two server versions, one tests odd and the other even numbers.
				b.interruptEverywhere(t, request("pr_1", strategy), 1+int64(i.Version)%2)
			})
		}
	})
}

func (b *fixture) interruptEverywhere(t *testing.T, r database.Request, n int64) {
	t.Helper()
	c := newCutter(t, net.JoinHostPort(b.Host, strconv.Itoa(b.Port)))
	u, err := url.Parse(b.URL(b.user, b.password, "postgres"))
	if err != nil {
		t.Fatal(err)
	}
	u.Host = c.listener.Addr().String()
	c.remaining.Store(1 << 30)
	interrupted, err := postgres.Open(t.Context(), u.String())
	if err != nil {
		t.Fatal(err)
	}
	interruptions := 0
	for ; ; n += 2 {
		c.remaining.Store(n)
		_, created := interrupted.Create(t.Context(), r)
		a := b.create(t, r)
		b.execAs(t, a, "CREATE TABLE mine (i int); SELECT lo_create(0)")
		if r.Strategy == database.StrategySnapshot {
			b.execAs(t, a, "ALTER TABLE seeded ADD COLUMN j int; DROP TYPE more.mood; DROP SCHEMA more")
		}
		c.remaining.Store(n)
		_, dropped := interrupted.Drop(t.Context(), r.Name, r.Mark, brief)
		if _, err := b.postgres.Drop(t.Context(), r.Name, r.Mark, time.Minute); err != nil {
			t.Fatal(err)
		}
		b.checkList(t)
		left := b.Strings(t, "postgres", "SELECT rolname::text FROM pg_roles WHERE rolname = $1 UNION SELECT datname FROM pg_database WHERE datname = $1", r.Name)
		if len(left) > 0 {
			t.Errorf("interrupted after %d messages: %q is left", n, left)
		}
		if created == nil && dropped == nil {
			break
		}
		interruptions++
	}
	if interruptions < 10 {
		t.Errorf("got %d interruptions, want at least 10", interruptions)
	}
}

// Create does not reuse objects that an interrupted Drop left behind.
func TestCreateReplacesAHalfDroppedDatabase(t *testing.T) {
	eachServer(t, func(t *testing.T, b *fixture) {
		b.seed(t)
		for _, strategy := range strategies {
			r := request("pr_1", strategy)
			a := b.create(t, r)
			b.execAs(t, a, "CREATE TABLE old ()")
			b.Exec(t, "postgres", "ALTER ROLE pr_1 NOLOGIN VALID UNTIL '-infinity'")
			b.execAs(t, b.create(t, r), "CREATE TABLE old ()")
			b.drop(t, "pr_1")
		}
	})
}

// A cancelled copy also ends on the server, and does not block the next Create.
func TestCancelledCreateDoesNotBlockTheNext(t *testing.T) {
	eachServer(t, func(t *testing.T, b *fixture) {
		b.seed(t)
		busy := b.Connect(t, pgtest.Superuser, pgtest.Password, "seed")
		ctx, cancel := context.WithCancel(t.Context())
		r := request("pr_1", database.StrategySnapshot)
		r.Wait = time.Hour
		r.Progress = func(string, ...any) { cancel() }
		if _, err := b.postgres.Create(ctx, r); err == nil {
			t.Fatal("got no error from a cancelled Create")
		}
		if err := busy.Close(t.Context()); err != nil {
			t.Fatal(err)
		}
		b.execAs(t, b.create(t, r), "SELECT v FROM public.t")
	})
}
