package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	kubetest "github.com/previewset/previewset/test/fake/kube"
	pgtest "github.com/previewset/previewset/test/fake/postgres"
)

// watcher is a running command of db, such as watch.
type watcher struct {
	t      *testing.T
	stop   context.CancelFunc
	done   chan int
	mu     sync.Mutex
	output bytes.Buffer
}

func (w *watcher) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.output.Write(p)
}

func (w *watcher) log() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.output.String()
}

// await waits until the log has a text.
func (w *watcher) await(text string) {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w.t.Context(), time.Minute)
	defer cancel()
	every := time.NewTicker(10 * time.Millisecond)
	defer every.Stop()
	for !strings.Contains(w.log(), text) {
		select {
		case <-ctx.Done():
			w.t.Fatalf("the log has no %q:\n%s", text, w.log())
		case <-every.C:
		}
	}
}

// watch starts db watch.
func (f *fixture) watch(args ...string) *watcher {
	f.t.Helper()
	return f.startDB(append([]string{"watch", "--engine=postgres", "--interval=50ms", "--log-format=json"}, args...)...)
}

// startDB starts a command of db.
func (f *fixture) startDB(args ...string) *watcher {
	ctx, stop := context.WithCancel(f.t.Context())
	w := &watcher{t: f.t, stop: stop, done: make(chan int, 1)}
	go func() { w.done <- Run(ctx, f.dbArgs(args...), w, w) }()
	return w
}

// TestDBWatch fills the table of locks of a server again and again. A session of another
// role is never ended.
func TestDBWatch(t *testing.T) {
	t.Parallel()
	f, api := newFixture(t), kubetest.Start(t, "shop-pr-42")
	server := pgtest.Start(t, pgtest.First(t), "max_locks_per_transaction=10", "max_connections=30")
	server.RevokePublic(t)
	f.usePostgres(server)
	f.mustDB(createArgs(api.Kubeconfig(t))...)
	_, data := api.Secret(t, "shop-pr-42", "preview-database")
	f.captured.addSecret(data["password"])
	other := server.Connect(t, pgtest.Superuser, pgtest.Password, "postgres")
	if _, err := other.Exec(t.Context(), "BEGIN"); err != nil {
		t.Fatal(err)
	}

	w := f.watch()
	w.await("watching the sessions of previews")
	for range 3 {
		conn := connectPreview(t, data)
		if _, err := conn.Exec(t.Context(), "SELECT pg_advisory_lock(i) FROM generate_series(1, 100000) i"); err == nil {
			t.Error("the table of locks is not full")
		}
		awaitEnd(t, conn, w.log)
	}
	w.await(`"role":"shop_pr_42","set":"shop","preview":"pr-42","reason":"it holds `)
	if strings.Contains(w.log(), "pg_advisory_lock") {
		t.Errorf("the log has the text of a query:\n%s", w.log())
	}

	// The watcher opens another session after its own has ended.
	f.await("space in the table of locks, to end the watcher's session", func() bool {
		conn, err := pgx.Connect(t.Context(), server.URL(pgtest.Superuser, pgtest.Password, "postgres"))
		if err != nil {
			return false
		}
		_, err = conn.Exec(t.Context(), "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'previewset'")
		_ = conn.Close(t.Context())
		return err == nil
	})
	if _, err := other.Exec(t.Context(), "SELECT 1"); err != nil {
		t.Errorf("the session of another role was ended: %v", err)
	}
	w.await("the server can be checked again")
	conn := connectPreview(t, data)
	_, _ = conn.Exec(t.Context(), "SELECT pg_advisory_lock(i) FROM generate_series(1, 100000) i")
	awaitEnd(t, conn, w.log)
	w.stop()
	if status := <-w.done; status != statusDone {
		t.Errorf("got status %d after the signal, want %d\n%s", status, statusDone, w.log())
	}
	var stderr bytes.Buffer
	if status := Run(t.Context(), []string{"db", "watch", "--engine=postgres", "--admin-url-file", f.file("nowhere")}, io.Discard, &stderr); status != statusFailed {
		t.Errorf("no URL: got %d %s", status, stderr.String())
	}
}

// While the server accepts no session, watch tries again from the start.
func TestDBWatchStartsOnAFullServer(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	server := pgtest.Start(t, pgtest.First(t), "max_locks_per_transaction=10", "max_connections=30")
	f.usePostgres(server)
	other := server.Connect(t, pgtest.Superuser, pgtest.Password, "postgres")
	if _, err := other.Exec(t.Context(), "SELECT pg_advisory_lock(i) FROM generate_series(1, 100000) i"); err == nil {
		t.Fatal("the table of locks is not full")
	}
	w := f.watch()
	w.await("the server accepts no session")
	// Further checks fail without further lines.
	for range 3 {
		w.awaitCheck(server)
	}
	if err := other.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	w.await("watching the sessions of previews")
	w.stop()
	if status := <-w.done; status != statusDone {
		t.Errorf("got status %d after the signal, want %d\n%s", status, statusDone, w.log())
	}
	if n := strings.Count(w.log(), "the server can't be checked"); n != 1 {
		t.Errorf("got %d lines about the same failure, want one:\n%s", n, w.log())
	}
}

// awaitCheck waits until the server has refused another session.
func (w *watcher) awaitCheck(server *pgtest.Server) {
	w.t.Helper()
	const refused = "FATAL:  out of shared memory"
	every := time.NewTicker(10 * time.Millisecond)
	defer every.Stop()
	for before := strings.Count(server.Log(), refused); strings.Count(server.Log(), refused) == before; {
		select {
		case <-w.t.Context().Done():
			w.t.Fatal("the test has ended")
		case <-every.C:
		}
	}
}

// awaitEnd waits until the server ends a session.
func awaitEnd(t *testing.T, conn *pgx.Conn, log func() string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	if _, err := conn.WaitForNotification(ctx); err == nil || ctx.Err() != nil {
		t.Fatalf("the session has not ended: %v\n%s", err, log())
	}
}

// connectPreview opens a session with the data of a Secret. It retries while the table of
// locks is full.
func connectPreview(t *testing.T, data map[string]string) *pgx.Conn {
	t.Helper()
	for {
		conn, err := pgx.Connect(t.Context(), data["url"])
		if err == nil {
			t.Cleanup(func() { _ = conn.PgConn().Conn().Close() })
			return conn
		}
		if pgErr, ok := errors.AsType[*pgconn.PgError](err); !ok || pgErr.Code != "53200" {
			t.Fatal(err)
		}
	}
}

// A sweep relieves the server first, and a dry run ends no session.
func TestSweepRelievesFirst(t *testing.T) {
	t.Parallel()
	s := newSweeper(t, 1)
	_, data := s.api.Secret(t, "shop-pr-1", "shop")
	conn := connectPreview(t, data)
	if _, err := conn.Exec(t.Context(), "SELECT pg_advisory_lock(i) FROM generate_series(1, 4000) i"); err != nil {
		t.Fatal(err)
	}
	s.mustSweep([]string{"shop_pr_1 keep"}, "--dry-run")
	if _, err := conn.Exec(t.Context(), "SELECT 1"); err != nil {
		t.Errorf("a dry run ended the session: %v", err)
	}
	_, _, stderr := s.sweep()
	if !strings.Contains(stderr, "ended a session of a preview") {
		t.Errorf("got %s, want a line about the session", stderr)
	}
	awaitEnd(t, conn, func() string { return stderr })
}
