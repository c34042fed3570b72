package databases_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/previewset/previewset/internal/database"
)

func TestPostgresMarks(t *testing.T) {
	t.Parallel()
	eachPostgres(t, func(t *testing.T, f *postgresFixture) {
		checkMarks(t, f.admin, postgresRequest("shop_pr_1", database.StrategySchema))
	})
}

func TestMySQLMarks(t *testing.T) {
	t.Parallel()
	f := newMySQLFixture(t)
	checkMarks(t, f.server, mysqlRequest("shop_pr_1"))
}

// checkMarks creates one database several times: with the marks of older versions, which
// have no repository ID, after a rename, and for another repository of the same name.
func checkMarks(t *testing.T, server database.Server, r database.Request) {
	t.Helper()
	of := func(source, repositoryID string) database.Mark {
		m := r.Mark
		m.Source, m.RepositoryID = source, repositoryID
		return m
	}
	const shop, renamed = "github.com/acme/shop", "github.com/acme/store"
	for _, step := range []struct {
		name        string
		mark, after database.Mark // the mark of the request, and of the object after it
	}{
		{"older version", of(shop, ""), of(shop, "")},
		{"this version", of(shop, "7"), of(shop, "7")},
		{"another repository of the same name", of(shop, "8"), of(shop, "7")},
		{"older version again", of(shop, ""), of(shop, "")},
		{"this version again", of(shop, "7"), of(shop, "7")},
		{"older version after a rename", of(renamed, ""), of(shop, "7")},
		{"this version after a rename", of(renamed, "7"), of(renamed, "7")},
		{"this version before the rename", of(shop, "7"), of(shop, "7")},
		{"same id on another forge", of("gitea.acme.dev/acme/shop", "7"), of(shop, "7")},
	} {
		r.Mark = step.mark
		_, err := server.Create(t.Context(), r)
		if refused := step.mark != step.after; errors.Is(err, database.ErrForeign) != refused || err != nil != refused {
			t.Fatalf("%s: got %v, want %v: %t", step.name, err, database.ErrForeign, refused)
		} else if refused && !strings.Contains(err.Error(), shop+" with the id 7") {
			t.Errorf("%s: got %v, want the owner's repository", step.name, err)
		}
		objects, err := server.List(t.Context())
		if err != nil || len(objects) != 1 || objects[0].Mark != step.after {
			t.Fatalf("%s: got %v, %v, want the mark %s", step.name, objects, err, step.after)
		}
	}
	if err := server.Note(t.Context(), database.Object{Name: r.Name, Mark: of(shop, "8")}); !errors.Is(err, database.ErrForeign) {
		t.Errorf("note of another repository: got %v, want %v", err, database.ErrForeign)
	}
	if _, err := server.Drop(t.Context(), r.Name, of(shop, "8"), time.Minute); !errors.Is(err, database.ErrForeign) {
		t.Errorf("drop of another repository: got %v, want %v", err, database.ErrForeign)
	}
	// The Job of an older version at a pinned revision has no ID.
	if dropped, err := server.Drop(t.Context(), r.Name, of(shop, ""), time.Minute); !dropped || err != nil {
		t.Errorf("drop by an older version: got %t, %v, want it dropped", dropped, err)
	}
}
