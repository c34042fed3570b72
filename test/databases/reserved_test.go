package databases_test

import (
	"os"
	"slices"
	"strings"
	"testing"

	mariadbtest "github.com/previewset/previewset/test/fake/mariadb"
	pgtest "github.com/previewset/previewset/test/fake/postgres"
)

// reservedWords returns the reserved words of generator/naming. The test of that package
// compares them with the source code.
func reservedWords(t *testing.T, files ...string) (words []string) {
	t.Helper()
	for _, name := range files {
		text, err := os.ReadFile("../../generator/naming/testdata/reserved/" + name + ".txt")
		if err != nil {
			t.Fatal(err)
		}
		words = append(words, strings.Fields(string(text))...)
	}
	return words
}

// TestReservedWordsOfPostgres compares the words with those of each installed
// version.
func TestReservedWordsOfPostgres(t *testing.T) {
	t.Parallel()
	pgtest.Each(t, func(t *testing.T, i pgtest.Installation) {
		t.Parallel()
		s := pgtest.Start(t, i)
		all := reservedWords(t, "postgres")
		server := s.Strings(t, "postgres", "SELECT word FROM pg_get_keywords() WHERE catcode IN ('R', 'T') ORDER BY word")
		if len(server) < 90 {
			t.Fatalf("the server reserves only %d words", len(server))
		}
		for _, word := range server {
			if !slices.Contains(all, word) {
				t.Errorf("%s is reserved, and not in postgres.txt", word)
			}
		}
		keywords := s.Strings(t, "postgres", "SELECT word FROM pg_get_keywords()")
		for _, word := range all {
			if slices.Contains(keywords, word) && !slices.Contains(server, word) {
				t.Errorf("%s is in postgres.txt, and not reserved", word)
			}
		}
		for _, name := range s.Strings(t, "postgres", "SELECT datname FROM pg_database UNION SELECT nspname FROM pg_namespace WHERE nspname NOT LIKE 'pg\\_%'") {
			if !slices.Contains(reservedWords(t, "servers"), name) {
				t.Errorf("a new server has %s, and servers.txt has not", name)
			}
		}
	})
}

// TestReservedWordsOfMariaDB tries each keyword of MariaDB as the name of a database
// without quotes. A refused word must be reserved.
func TestReservedWordsOfMariaDB(t *testing.T) {
	t.Parallel()
	s := mariadbtest.Start(t)
	root := s.Root(t)
	query := func(sql string) []string {
		t.Helper()
		got, err := mariadbtest.Query(t.Context(), root, sql)
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	databases := query("SELECT LOWER(schema_name) FROM information_schema.schemata")
	const syntaxError, exists = 1064, 1007
	all, refused := reservedWords(t, "servers", "postgres", "mysql", "mariadb"), 0
	for _, word := range query("SELECT LOWER(word) FROM information_schema.keywords WHERE word REGEXP '^[A-Za-z_][A-Za-z0-9_]*$'") {
		_, err := root.ExecContext(t.Context(), "CREATE DATABASE "+word)
		if number := mysqlErrorNumber(err); number != syntaxError {
			if err != nil && number != exists {
				t.Errorf("%s: %v", word, err)
			}
			continue
		}
		refused++
		if !slices.Contains(all, word) {
			t.Errorf("%s is reserved, and no file has it", word)
		}
	}
	if refused < 200 {
		t.Errorf("the server refuses only %d words", refused)
	}
	for _, name := range databases {
		if !slices.Contains(all, name) {
			t.Errorf("a new server has the database %s, and servers.txt has not", name)
		}
	}
}
