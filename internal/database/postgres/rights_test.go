package postgres_test

import (
	"strings"
	"testing"

	"github.com/previewset/previewset/internal/database"
	pgtest "github.com/previewset/previewset/test/fake/postgres"
)

// The administrator may not copy the database of another role. The message has the statement
// that permits it.
func TestCreateNamesTheRemedyForATemplate(t *testing.T) {
	pgtest.Each(t, func(t *testing.T, i pgtest.Installation) {
		b := start(t, i, admin, adminPassword, nil)
		r := request("pr_1", database.StrategySnapshot)
		_, err := b.postgres.Create(t.Context(), r)
		if want := "name a database that exists (--template, overlay.database.template)"; err == nil || !strings.HasSuffix(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
		b.Exec(t, "postgres", "CREATE ROLE team", "CREATE DATABASE seed", "REVOKE ALL ON DATABASE seed FROM PUBLIC")
		_, err = b.postgres.Create(t.Context(), r)
		if want := "(SQLSTATE 42501): run as its owner or as a superuser: ALTER DATABASE "; err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q without a membership in a superuser", err, want)
		}
		b.Exec(t, "postgres", "ALTER DATABASE seed OWNER TO team")
		_, err = b.postgres.Create(t.Context(), r)
		if want := "make the administrator admin a member of its owner team, or run as its owner or as a superuser: ALTER DATABASE "; err == nil || !strings.Contains(err.Error(), want) {
			t.Fatalf("got %v, want %q", err, want)
		}
		_, statement, _ := strings.Cut(err.Error(), "as a superuser: ")
		b.Exec(t, "postgres", statement)
		b.create(t, r)
	})
}

// The administrator may not enter the database of another role. The message names another
// way, and has the statement that permits it.
func TestCreateNamesTheRemedyForASharedDatabase(t *testing.T) {
	pgtest.Each(t, func(t *testing.T, i pgtest.Installation) {
		b := start(t, i, admin, adminPassword, nil)
		b.Exec(t, "postgres", "CREATE ROLE team", "CREATE DATABASE previews OWNER team", "REVOKE ALL ON DATABASE previews FROM PUBLIC")
		b.Exec(t, "previews", "REVOKE ALL ON SCHEMA public FROM PUBLIC")
		const other = "name another database (--database, overlay.database.name)"
		for _, right := range []string{"CREATE", "CONNECT"} { // without CREATE, and without both
			b.Exec(t, "postgres", "GRANT CONNECT ON DATABASE previews TO admin", "REVOKE "+right+" ON DATABASE previews FROM admin")
			_, err := b.postgres.Create(t.Context(), request("pr_1", database.StrategySchema))
			if want := other + ", or run as its owner or as a superuser: GRANT "; err == nil || !strings.Contains(err.Error(), want) {
				t.Fatalf("without the right %s: got %v, want %q", right, err, want)
			}
			_, statement, _ := strings.Cut(err.Error(), "as a superuser: ")
			b.Exec(t, "postgres", statement)
			b.execAs(t, b.create(t, request("pr_1", database.StrategySchema)), "CREATE TABLE mine ()")
			b.drop(t, "pr_1")
			b.Exec(t, "postgres", "REVOKE ALL ON DATABASE previews FROM admin CASCADE")
		}
		// A template must not have schemas of previews.
		r := request("pr_1", database.StrategySchema)
		r.Database = "template1"
		if _, err := b.postgres.Create(t.Context(), r); err == nil || !strings.HasSuffix(err.Error(), other) {
			t.Errorf("got %v, want %q", err, other)
		}
	})
}
