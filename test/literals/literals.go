// Package literals reads the string literals of a package's source, for tests of its
// tables.
//
// A test that compares only the rows that it knows passes when the table gets another
// row. A test that also tries every literal of the source fails for each row that is
// added, changed or removed.
package literals

import (
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// Of returns the string literals in the source of the package in dir, without its
// tests, sorted, each once. It skips import paths.
func Of(t testing.TB, dir string) []string {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]bool{}
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		collect(file, found)
	}
	if len(found) == 0 {
		t.Fatalf("%s has no literals", dir)
	}
	return slices.Sorted(maps.Keys(found))
}

// Words returns the literals of Of without white space and formats.
func Words(t testing.TB, dir string) []string {
	t.Helper()
	return slices.DeleteFunc(Of(t, dir), func(s string) bool { return strings.ContainsAny(s, " \n\t%") })
}

func collect(file *ast.File, found map[string]bool) {
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.ImportSpec:
			return false
		case *ast.BasicLit:
			if n.Kind == token.STRING {
				text, _ := strconv.Unquote(n.Value) // the parser accepted it
				found[text] = true
			}
		}
		return true
	})
}
