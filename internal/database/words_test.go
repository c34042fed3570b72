package database_test

import (
	"net/url"
	"testing"
	"time"

	"github.com/previewset/previewset/internal/database"
)

// TestStoredWords checks the fixed words in programs, marks on servers and
// configurations.
func TestStoredWords(t *testing.T) {
	t.Parallel()
	for got, want := range map[string]string{
		string(database.Keep): "keep", string(database.Return): "return", string(database.Note): "note", string(database.Wait): "wait",
		string(database.Hold): "hold", string(database.Doubt): "doubt", string(database.Leave): "leave", string(database.Drop): "drop",
		string(database.Dropping): "dropping", string(database.StrategySchema): "schema", string(database.StrategyDatabase): "database", string(database.StrategySnapshot): "snapshot",
	} {
		if got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	m := database.Mark{Set: "shop", ID: "pr-1", Source: "github.com/acme/shop", RepositoryID: "7", OrphanedAt: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)}
	m.DroppingAt = m.OrphanedAt.Add(time.Hour)
	const text = `previewset {"set":"shop","id":"pr-1","source":"github.com/acme/shop","repositoryID":"7","orphanedAt":"2026-03-01T12:00:00Z","droppingAt":"2026-03-01T13:00:00Z"}`
	if got := m.String(); got != text {
		t.Errorf("got %s, want %s", got, text)
	}
	if got, ok := database.ParseMark(text); !ok || got != m {
		t.Errorf("got %+v, want %+v", got, m)
	}
}

// TestEachPartOfAMarkIdentifiesItsOwner changes each part of a mark that identifies
// the owner of an object.
func TestEachPartOfAMarkIdentifiesItsOwner(t *testing.T) {
	t.Parallel()
	m := database.Mark{Set: "shop", ID: "pr-1", Source: "github.com/acme/shop"}
	for name, tt := range map[string]struct {
		change func(*database.Mark)
		same   bool
	}{
		"nothing":      {func(*database.Mark) {}, true},
		"Set":          {func(m *database.Mark) { m.Set = "x" }, false},
		"ID":           {func(m *database.Mark) { m.ID = "x" }, false},
		"Source":       {func(m *database.Mark) { m.Source = "x" }, false},
		"RepositoryID": {func(m *database.Mark) { m.RepositoryID = "7" }, true}, // m has none
		"OrphanedAt":   {func(m *database.Mark) { m.OrphanedAt = time.Unix(1, 0) }, true},
		"DroppingAt":   {func(m *database.Mark) { m.DroppingAt = time.Unix(1, 0) }, true},
	} {
		other := m
		tt.change(&other)
		if got := m.SameOwner(other); got != tt.same {
			t.Errorf("%s: got %v, want %v", name, got, tt.same)
		}
	}
}

func TestURLHasEveryPartOfAnAccess(t *testing.T) {
	t.Parallel()
	a := database.Access{
		Scheme: "postgres", Host: "::1", Port: 5433, Database: "shop", User: "u ser", Password: "p@ss", Options: url.Values{"sslmode": {"require"}},
	}
	if got, want := a.URL(), "postgres://u%20ser:p%40ss@[::1]:5433/shop?sslmode=require"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
