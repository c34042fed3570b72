package naming_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/previewset/previewset/generator/naming"
	"github.com/previewset/previewset/test/literals"
)

// reservedIn returns the words of a file of testdata/reserved: servers.txt has the schemas
// and databases of every server, and each other file has the reserved words of one server.
// test/databases compares the files with servers.
func reservedIn(t *testing.T, name string) []string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata/reserved", name))
	if err != nil {
		t.Fatal(err)
	}
	return strings.Fields(string(text))
}

func TestReservedWords(t *testing.T) {
	t.Parallel()
	want := map[string]bool{}
	for _, name := range []string{"servers.txt", "postgres.txt", "mysql.txt", "mariadb.txt"} {
		for _, word := range reservedIn(t, name) {
			want[word] = true
		}
	}
	if len(want) < 300 {
		t.Fatalf("got %d words, want at least 300", len(want))
	}
	for word := range want {
		if !naming.Reserved(word) {
			t.Errorf("%s is not reserved", word)
		}
		for _, near := range []string{word + "x", "x" + word, word + "_", word[1:], word[:len(word)-1]} {
			if !want[near] && naming.Reserved(near) {
				t.Errorf("%s is reserved", near)
			}
		}
	}
	// Each reserved word of the source code is in a file.
	for _, text := range literals.Of(t, ".") {
		for word := range strings.FieldsSeq(text) {
			if naming.Reserved(word) && !want[word] {
				t.Errorf("%s is reserved, and no file has it", word)
			}
		}
	}
}

// TestReservedNames makes every reserved word with a digit at its end, which a
// template can make of a number.
func TestReservedNames(t *testing.T) {
	t.Parallel()
	made := 0
	for _, name := range []string{"servers.txt", "postgres.txt", "mysql.txt", "mariadb.txt"} {
		for _, word := range reservedIn(t, name) {
			digit := word[len(word)-1]
			if digit < '1' || digit > '9' {
				continue
			}
			made++
			p := naming.Patterns{Set: "shop", PullRequests: true, DBSchema: word[:len(word)-1] + "{{.number}}"}
			n := newNamers(t, p)["shop"]
			if got := mustName(t, n, pr("shop", int64(digit-'0'))).DBSchema; got == word {
				t.Errorf("got the reserved name %s", got)
			}
			if got, want := mustName(t, n, pr("shop", 70)).DBSchema, word[:len(word)-1]+"70"; got != want {
				t.Errorf("got %s, want %s", got, want)
			}
		}
	}
	if made < 8 {
		t.Errorf("only %d words end in a digit", made)
	}
}
