package main

import (
	"io"
	"net"
	"strconv"
	"strings"
	"testing"

	kubetest "github.com/previewset/previewset/test/fake/kube"
	mariadbtest "github.com/previewset/previewset/test/fake/mariadb"
	pgtest "github.com/previewset/previewset/test/fake/postgres"
	"github.com/previewset/previewset/test/fake/process"
)

var dropPostgres = []string{"drop", "--engine=postgres", "--name=shop_pr_42", "--set=shop", "--id=pr-42", "--source=github.com/acme/shop"}

// mustEnd waits until the command has succeeded.
func (w *watcher) mustEnd() {
	w.t.Helper()
	if status := <-w.done; status != statusDone {
		w.t.Errorf("got status %d, want %d\n%s", status, statusDone, w.log())
	}
}

// While the table of locks is full, create and drop wait.
func TestDBWaitsForAFullServer(t *testing.T) {
	t.Parallel()
	f, api := newFixture(t), kubetest.Start(t, "shop-pr-42")
	server := pgtest.Start(t, pgtest.First(t), "max_locks_per_transaction=10", "max_connections=30")
	server.RevokePublic(t)
	f.usePostgres(server)
	other := server.Connect(t, pgtest.Superuser, pgtest.Password, "postgres")
	for _, args := range [][]string{createArgs(api.Kubeconfig(t)), dropPostgres} {
		if _, err := other.Exec(t.Context(), "SELECT pg_advisory_lock(i) FROM generate_series(1, 100000) i"); err == nil {
			t.Fatal("the table of locks is not full")
		}
		w := f.startDB(args...)
		w.await("waiting for the server")
		w.await("the server accepts no session")
		if _, err := other.Exec(t.Context(), "SELECT pg_advisory_unlock_all()"); err != nil {
			t.Fatal(err)
		}
		w.mustEnd()
		if n := strings.Count(w.log(), "waiting for the server"); n != 1 {
			t.Errorf("got %d messages, want one:\n%s", n, w.log())
		}
		if !strings.Contains(w.log(), `level=INFO msg="waiting for the server: `) {
			t.Errorf("got %s, want the level and the message of other waits", w.log())
		}
	}
	_, data := api.Secret(t, "shop-pr-42", "preview-database")
	f.captured.addSecret(data["password"])
	status, _, stderr := f.db(append(createArgs(api.Kubeconfig(t)), "--wait=0s", "--name=shop_pr_43")...)
	if status != statusDone {
		t.Errorf("got %d %s", status, stderr)
	}
}

// The message about --timeout has the obstacle and its remedy.
func TestDBTimeoutNamesTheObstacle(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	f.write("admin-url", "postgres://u:p@"+net.JoinHostPort("127.0.0.1", strconv.Itoa(process.FreePort(t)))+"/postgres\n")
	status, _, stderr := f.db(append(dropPostgres, "--timeout=1s")...)
	if want := "gave up after 1s (--timeout): URL in the file "; status != statusFailed || !strings.Contains(stderr, want) ||
		!strings.Contains(stderr[strings.LastIndex(stderr, want):], "the server is not available") || strings.Contains(stderr, "deadline") {
		t.Errorf("got %d %s, want that the server is not available", status, stderr)
	}
}

// A command waits for a server that does not listen yet, such as one that restarts.
func TestDBWaitsForAStart(t *testing.T) {
	t.Parallel()
	postgres, mariadb := startPostgres(t), mariadbtest.Start(t)
	for engine, server := range map[string]struct{ url, address string }{
		enginePostgres: {postgres.URL(pgtest.Superuser, pgtest.Password, "postgres"), net.JoinHostPort(postgres.Host, strconv.Itoa(postgres.Port))},
		engineMySQL:    {mariadb.URL(), mariadb.Address},
	} {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			f := newFixture(t)
			address := net.JoinHostPort("127.0.0.1", strconv.Itoa(process.FreePort(t)))
			f.write("admin-url", strings.Replace(server.url, server.address, address, 1))
			w := f.startDB(append(dropPostgres, "--engine="+engine)...)
			w.await("the server is not available")
			forward(t, address, server.address)
			w.mustEnd()
			if !strings.Contains(w.log(), "nothing to drop") {
				t.Errorf("got %s, want the output of drop", w.log())
			}
		})
	}
}

// forward passes the connections to an address on to a server, until the test ends.
func forward(t *testing.T, address, server string) {
	t.Helper()
	listener, err := net.Listen("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	go func() {
		for {
			client, err := listener.Accept()
			if err != nil {
				return
			}
			go func() {
				defer client.Close()
				upstream, err := net.Dial("tcp", server)
				if err != nil {
					return
				}
				defer upstream.Close()
				go func() { _, _ = io.Copy(client, upstream) }()
				_, _ = io.Copy(upstream, client)
			}()
		}
	}()
}

// A wrong password does not become right. The message names the place of the URL, but not
// the password.
func TestDBDoesNotWaitForAWrongPassword(t *testing.T) {
	t.Parallel()
	f, postgres, mariadb := newFixture(t), startPostgres(t), mariadbtest.Start(t)
	for engine, url := range map[string]string{
		enginePostgres: postgres.URL(pgtest.Superuser, "wrong-canary", "postgres"),
		engineMySQL:    strings.Replace(mariadb.URL(), mariadb.Password, "wrong-canary", 1),
	} {
		f.write("admin-url", url)
		status, _, stderr := f.db(append(dropPostgres, "--engine="+engine)...)
		if status != statusFailed || strings.Contains(stderr, "waiting") || strings.Contains(stderr, "canary") || !strings.Contains(stderr, "URL in the file "+f.file("admin-url")+": ") {
			t.Errorf("%s: got %d %s, want an error with the file at once", engine, status, stderr)
		}
	}
}
