package postgres_test

import (
	"strings"
	"testing"

	"github.com/previewset/previewset/internal/database"
	"github.com/previewset/previewset/internal/database/postgres"
	pgtest "github.com/previewset/previewset/test/fake/postgres"
)

// No error contains a part of the password, for any form of the URL.
func TestOpenErrorsHoldNoPassword(t *testing.T) {
	const half, other = "canaryhalf", "canaryother"
	for _, adminURL := range []string{
		"postgres://admin:" + half + "@" + other + "@127.0.0.1:1/postgres",
		"postgres://admin:1" + "/" + other + "@127.0.0.1:1/postgres",
		"postgres://admin:" + half + "/" + other + "@127.0.0.1:1/postgres",
		"postgres://admin:" + half + "?" + other + "@127.0.0.1:1/postgres",
		"postgres://admin:" + half + "#" + other + "@127.0.0.1:1/postgres",
		"postgres://admin:" + half + "%zz" + other + "@127.0.0.1:1/postgres",
		"postgres://admin:" + half + other + "@127.0.0.1:1/postgres?connect_timeout=x",
		"postgres://admin:" + half + other + "@127.0.0.1:1/postgres?sslmode=x",
		"postgres://admin:" + half + other + "@127.0.0.1:1/postgres",
		"postgres://admin:" + half + other + "@127.0.0.1:port/postgres",
		"postgres://admin@127.0.0.1:1/postgres?password=" + half + other,
		"mysql://admin:" + half + other + "@127.0.0.1:1/postgres",
		"host=127.0.0.1 port=1 user=admin password=" + half + other,
		half + other, "", "postgres:///postgres",
	} {
		_, err := postgres.Open(t.Context(), adminURL)
		if err == nil || strings.Contains(err.Error(), "canary") {
			t.Errorf("%s: got %v, want an error without the password", adminURL, err)
		}
	}
}

func TestOpenRefusesUnfitAdministrators(t *testing.T) {
	pgtest.Each(t, func(t *testing.T, i pgtest.Installation) {
		s := pgtest.Start(t, i)
		s.Exec(t, "postgres", "CREATE ROLE weak LOGIN CREATEDB PASSWORD 'weak-canary'")
		for adminURL, want := range map[string]string{
			s.URL("weak", "weak-canary", "postgres"):  `ALTER ROLE "weak" CREATEDB CREATEROLE`,
			s.URL("weak", "wrong-canary", "postgres"): "password authentication failed",
			s.URL("weak", "weak-canary", "nowhere"):   "nowhere",
		} {
			_, err := postgres.Open(t.Context(), adminURL)
			if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "canary") {
				t.Errorf("got %v, want %q and no password", err, want)
			}
		}
	})
}

func TestCreateRefusesInvalidRequests(t *testing.T) {
	pgtest.Each(t, func(t *testing.T, i pgtest.Installation) {
		b := start(t, i, pgtest.Superuser, pgtest.Password, nil)
		for name, change := range map[string]func(r *database.Request){
			"long name":        func(r *database.Request) { r.Name = strings.Repeat("x", 64) },
			"no name":          func(r *database.Request) { r.Name = "" },
			"no password":      func(r *database.Request) { r.Password = "" },
			"no mark":          func(r *database.Request) { r.Mark.ID = "" },
			"long mark":        func(r *database.Request) { r.Mark.Source = strings.Repeat("x", 2000) },
			"no limit":         func(r *database.Request) { r.ConnectionLimit = 0 },
			"no timeout":       func(r *database.Request) { r.StatementTimeout = 0 },
			"no database":      func(r *database.Request) { r.Database = "" },
			"long database":    func(r *database.Request) { r.Database = strings.Repeat("x", 64) },
			"no template":      func(r *database.Request) { r.Strategy, r.Template = database.StrategySnapshot, "" },
			"own template":     func(r *database.Request) { r.Strategy, r.Template = database.StrategySnapshot, "postgres" },
			"no such database": func(r *database.Request) { r.Strategy, r.Template = database.StrategySnapshot, "nowhere" },
			"reserved name":    func(r *database.Request) { r.Name = "pg_x" },
			"no such strategy": func(r *database.Request) { r.Strategy = "cluster" },
			"pseudo-role":      func(r *database.Request) { r.Name = "public" },
			"template as own":  func(r *database.Request) { r.Strategy, r.Name = database.StrategyDatabase, "template1" },
		} {
			r := request("pr_1", database.StrategySchema)
			change(&r)
			if _, err := b.postgres.Create(t.Context(), r); err == nil {
				t.Errorf("%s: got no error", name)
			}
		}
		longest := request(strings.Repeat("y", 63), database.StrategySchema)
		b.execAs(t, b.create(t, longest), "CREATE TABLE t ()")
	})
}
