package postgres_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/previewset/previewset/internal/database"
	pgtest "github.com/previewset/previewset/test/fake/postgres"
)

// A preview whose strategy changes keeps its data until somebody drops it.
func TestCreateRefusesAnotherStrategy(t *testing.T) {
	eachServer(t, func(t *testing.T, b *fixture) {
		b.seed(t)
		elsewhere := request("pr_1", database.StrategySchema)
		elsewhere.Database = "elsewhere"
		isSchema, isDatabase := "pr_1 has a schema in the database previews", "pr_1 has the database pr_1"
		for _, test := range []struct {
			before, after database.Request
			place, remedy string
		}{
			{request("pr_1", database.StrategySchema), request("pr_1", database.StrategyDatabase), isSchema, "restore the strategy schema"},
			{request("pr_1", database.StrategySchema), request("pr_1", database.StrategySnapshot), isSchema, "restore the strategy schema"},
			{request("pr_1", database.StrategySchema), elsewhere, isSchema, "restore the name of that database"},
			{request("pr_1", database.StrategyDatabase), request("pr_1", database.StrategySchema), isDatabase, "restore the strategy database or snapshot"},
			{request("pr_1", database.StrategySnapshot), elsewhere, isDatabase, "restore the strategy database or snapshot"},
		} {
			a := b.create(t, test.before)
			b.execAs(t, a, "CREATE TABLE mine ()")
			before := b.catalogues(t)
			for range 2 {
				_, err := b.postgres.Create(t.Context(), test.after)
				if !errors.Is(err, database.ErrStrategy) || !strings.Contains(err.Error(), test.place) || !strings.Contains(err.Error(), test.remedy) {
					t.Errorf("%s to %s: got %v, want %q and %q", test.before.Strategy, test.after.Strategy, err, test.place, test.remedy)
				}
			}
			if after := b.catalogues(t); !slices.Equal(after, before) {
				t.Errorf("%s to %s: got catalogues\n%s\nwant\n%s", test.before.Strategy, test.after.Strategy, strings.Join(after, "\n"), strings.Join(before, "\n"))
			}
			b.execAs(t, b.create(t, test.before), "DROP TABLE mine")
			b.drop(t, "pr_1")
			b.execAs(t, b.create(t, test.after), "CREATE TABLE mine ()")
			b.drop(t, "pr_1")
		}
	})
}

// Both strategies have a database of their own. The existing one stays.
func TestCreateKeepsADatabaseOfTheOtherKind(t *testing.T) {
	pgtest.Each(t, func(t *testing.T, i pgtest.Installation) {
		b := start(t, i, admin, adminPassword, nil)
		b.seed(t)
		b.execAs(t, b.create(t, request("pr_1", database.StrategyDatabase)), "CREATE TABLE mine ()")
		b.execAs(t, b.create(t, request("pr_1", database.StrategySnapshot)), "TABLE mine")
	})
}

// An interrupted Create of a new preview has no data. One of an earlier version left a
// schema behind, and its preview works.
func TestCreateIgnoresPlacesWithoutData(t *testing.T) {
	pgtest.Each(t, func(t *testing.T, i pgtest.Installation) {
		b := start(t, i, admin, adminPassword, nil)
		b.create(t, request("pr_1", database.StrategySchema))
		b.Exec(t, "postgres", "ALTER ROLE pr_1 NOLOGIN VALID UNTIL '-infinity' CONNECTION LIMIT -1")
		a := b.create(t, request("pr_1", database.StrategyDatabase))
		b.execAs(t, a, "CREATE TABLE mine ()")
		b.Exec(t, "previews", "CREATE SCHEMA pr_1 AUTHORIZATION pr_1")
		b.execAs(t, b.create(t, request("pr_1", database.StrategyDatabase)), "TABLE mine")
		// The restored strategy would remove the objects of an incomplete role.
		b.Exec(t, "postgres", "ALTER ROLE pr_1 NOLOGIN VALID UNTIL '-infinity'")
		if _, err := b.postgres.Create(t.Context(), request("pr_1", database.StrategyDatabase)); !errors.Is(err, database.ErrStrategy) || strings.Contains(err.Error(), "restore") {
			t.Errorf("got %v, want %v without the advice to restore the strategy", err, database.ErrStrategy)
		}
	})
}
