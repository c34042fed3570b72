package postgres_test

import (
	"strings"
	"testing"

	"github.com/previewset/previewset/internal/database"
	pgtest "github.com/previewset/previewset/test/fake/postgres"
)

// The administrator is not a member of the role that owns the objects of the template. The
// message has the statement that makes it one.
func TestCreateNamesTheOwnersOfATemplate(t *testing.T) {
	pgtest.Each(t, func(t *testing.T, i pgtest.Installation) {
		b := start(t, i, admin, adminPassword, nil)
		b.Exec(t, "postgres", "CREATE ROLE team; CREATE ROLE \"other team\"", "CREATE DATABASE seed IS_TEMPLATE true", "REVOKE ALL ON DATABASE seed FROM PUBLIC")
		b.Exec(t, "seed", `CREATE TABLE public.t (); ALTER TABLE public.t OWNER TO team; CREATE SCHEMA s AUTHORIZATION "other team"`)
		_, err := b.postgres.Create(t.Context(), request("pr_1", database.StrategySnapshot))
		if want := `run as a superuser: GRANT "other team" TO admin; GRANT team TO admin`; err == nil || !strings.HasSuffix(err.Error(), want) {
			t.Fatalf("got %v, want %q", err, want)
		}
		_, statements, _ := strings.Cut(err.Error(), "run as a superuser: ")
		b.Exec(t, "postgres", statements)
		b.execAs(t, b.create(t, request("pr_1", database.StrategySnapshot)), "TABLE t")
	})
}
