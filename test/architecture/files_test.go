package architecture_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"io/fs"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestFilesHaveNoReferenceCycles checks that the files of each package of kustomize do
// not refer to each other in a cycle, so that a reader needs only the files that a file
// refers to.
func TestFilesHaveNoReferenceCycles(t *testing.T) {
	const root = "../../kustomize"
	err := filepath.WalkDir(root, func(dir string, d fs.DirEntry, err error) error {
		if err != nil || !d.IsDir() {
			return err
		}
		if d.Name() == "testdata" {
			return filepath.SkipDir
		}
		if cycle := cycleOf(references(t, dir)); cycle != nil {
			t.Errorf("files of %s refer to each other in a cycle: %s", dir, strings.Join(cycle, ", "))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// parsePackage parses the files of the package in dir, without tests.
func parsePackage(t *testing.T, dir string) (positions *token.FileSet, files []*ast.File) {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	positions = token.NewFileSet()
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(positions, name, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, f)
	}
	return positions, files
}

// references returns, for each file of the package in dir, the files of the package that
// it refers to. Imports are not resolved, so objects of other packages do not count.
func references(t *testing.T, dir string) map[string][]string {
	t.Helper()
	positions, files := parsePackage(t, dir)
	info := &types.Info{Uses: map[*ast.Ident]types.Object{}}
	ignoring := types.Config{Error: func(error) {}}
	pkg, _ := ignoring.Check(dir, positions, files, info)
	fileOf := func(p token.Pos) string { return filepath.Base(positions.Position(p).Filename) }
	found := map[string]map[string]bool{}
	for used, object := range info.Uses {
		from := fileOf(used.Pos())
		if object.Pkg() != pkg || !object.Pos().IsValid() || fileOf(object.Pos()) == from {
			continue
		}
		if found[from] == nil {
			found[from] = map[string]bool{}
		}
		found[from][fileOf(object.Pos())] = true
	}
	sorted := map[string][]string{}
	for from, to := range found {
		sorted[from] = slices.Sorted(maps.Keys(to))
	}
	return sorted
}

// cycleOf returns files that refer to each other in a cycle, or nil.
func cycleOf(references map[string][]string) []string {
	done := map[string]bool{}
	var visit func(file string, path []string) []string
	visit = func(file string, path []string) []string {
		if i := slices.Index(path, file); i >= 0 {
			return path[i:]
		}
		if done[file] {
			return nil
		}
		for _, to := range references[file] {
			if cycle := visit(to, append(path, file)); cycle != nil {
				return cycle
			}
		}
		done[file] = true
		return nil
	}
	for _, file := range slices.Sorted(maps.Keys(references)) {
		if cycle := visit(file, nil); cycle != nil {
			return cycle
		}
	}
	return nil
}
