package licenses_test

import (
	"encoding/json"
	"errors"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

const (
	root    = "../../"
	product = "github.com/previewset/previewset"
)

// platforms are those on which previewset can run. The set of linked modules differs
// between them.
var platforms = []string{"darwin/amd64", "darwin/arm64", "linux/amd64", "linux/arm64", "windows/amd64", "windows/arm64"}

// legal matches the names of files that a distribution of a binary must contain.
var legal = regexp.MustCompile(`(?i)licen[cs]e|copying|copyright|notice|patents`)

// module is a linked module with its texts, in the order of their files.
type module struct {
	path, version, dir string
	texts              []text
}

// text is the content of a file. Its name is relative to the module.
type text struct{ file, content string }

// goPackage has the fields that linked reads from go list -json.
type goPackage struct {
	Dir, Root, ImportPath string
	Standard              bool
	Module                *struct {
		Path, Version, Dir string
		Replace            *struct{ Path string }
	}
}

// linked returns the modules that are linked into previewset on at least one platform,
// sorted by path. The standard library is one of them.
func linked(t *testing.T) []module {
	t.Helper()
	found := map[string]module{}
	files := map[string]map[string]bool{} // paths of legal files by module
	for _, platform := range platforms {
		for _, p := range dependencies(t, platform) {
			// All packages of the standard library have the licence of Go. It contains copies
			// of packages of golang.org/x, with the same licence.
			m, dir := module{path: "Go standard library", dir: p.Root}, p.Root
			if !p.Standard {
				m, dir = module{path: p.Module.Path, version: p.Module.Version, dir: p.Module.Dir}, p.Dir
				if p.Module.Replace != nil {
					t.Errorf("%s is replaced by %s: THIRD_PARTY_LICENSES must say where its source is", m.path, p.Module.Replace.Path)
				}
			}
			if m.path == product || strings.HasPrefix(p.ImportPath, "vendor/") {
				continue
			}
			if files[m.path] == nil {
				found[m.path], files[m.path] = m, map[string]bool{}
			}
			addLegal(t, files[m.path], m.dir, dir)
		}
	}
	var modules []module
	for _, path := range slices.Sorted(maps.Keys(found)) {
		m := found[path]
		m.texts = read(t, m.dir, slices.Sorted(maps.Keys(files[path])))
		modules = append(modules, m)
	}
	return modules
}

// dependencies returns the packages that are linked into previewset on the platform.
func dependencies(t *testing.T, platform string) (list []goPackage) {
	t.Helper()
	system, architecture, _ := strings.Cut(platform, "/")
	cmd := exec.Command("go", "list", "-deps", "-json=Dir,Root,ImportPath,Standard,Module", "./cmd/previewset")
	cmd.Dir = root
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS="+system, "GOARCH="+architecture)
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s: %v", platform, err)
	}
	for decoder := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p goPackage
		if err := decoder.Decode(&p); errors.Is(err, io.EOF) {
			return list
		} else if err != nil {
			t.Fatal(err)
		}
		list = append(list, p)
	}
}

// addLegal adds the paths of the files that apply to the package in dir: those of dir and of
// the directories above it, up to top.
func addLegal(t *testing.T, files map[string]bool, top, dir string) {
	t.Helper()
	for ; strings.HasPrefix(dir, top); dir = filepath.Dir(dir) {
		entries, err := os.ReadDir(dir)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range entries {
			if !e.IsDir() && legal.MatchString(e.Name()) && filepath.Ext(e.Name()) != ".go" {
				files[filepath.Join(dir, e.Name())] = true
			}
		}
	}
}

// read returns the texts of the named files, with names relative to top.
func read(t *testing.T, top string, names []string) (texts []text) {
	t.Helper()
	for _, name := range names {
		content, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		file, err := filepath.Rel(top, name)
		if err != nil {
			t.Fatal(err)
		}
		texts = append(texts, text{filepath.ToSlash(file), string(content)})
	}
	return texts
}
