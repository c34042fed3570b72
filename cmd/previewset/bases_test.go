package main

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	githubtest "github.com/previewset/previewset/test/fake/github"
)

// basesDir has the bases in different styles, a folder each: config.yaml, the files of the
// GitOps repository in gitops/, and the golden files.
const basesDir = "../../examples/bases"

// baseNames returns the folders of the bases.
func baseNames(t *testing.T) (names []string) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(basesDir, "*", "config.yaml"))
	if err != nil || len(files) < 12 {
		t.Fatalf("got the bases %q, %v, want at least 12", files, err)
	}
	for _, file := range files {
		names = append(names, filepath.Base(filepath.Dir(file)))
	}
	return names
}

// TestBases checks the manifests of the preview of a pull request for each base, and the
// warnings of its set. With -update, it writes the golden files.
func TestBases(t *testing.T) {
	t.Parallel()
	for _, name := range baseNames(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newBase(t, name)
			checkGolden(t, filepath.Join(basesDir, name, "build.golden.yaml"), b.stable(b.mustRun("render", "--build", "pr-1")))
			checkGolden(t, filepath.Join(basesDir, name, "warnings.golden.txt"), b.stable(b.warnings()))
		})
	}
}

// TestBasesAreValid validates the configurations of the bases as they are.
func TestBasesAreValid(t *testing.T) {
	t.Parallel()
	for _, name := range baseNames(t) {
		checkValid(t, filepath.Join(basesDir, name, "config.yaml"))
	}
}

// base is a fixture with the configuration of a base, and one pull request.
type base struct {
	*fixture
	places *strings.Replacer
}

func newBase(t *testing.T, name string) *base {
	t.Helper()
	f, forge := newFixture(t), githubtest.New(t)
	forge.Token(githubToken)
	f.write("github-token", githubToken+"\n")
	f.gitops.Commit(t, "main", "Add the base", filesOf(t, filepath.Join(basesDir, name, "gitops")))

	config := readYAML(t, filepath.Join(basesDir, name, "config.yaml"))
	config["auth"] = map[string]any{"tokenFile": f.file("token")}
	gitopsURL := config["gitops"].(map[string]any)["url"].(string)
	config["gitops"] = map[string]any{"url": f.gitops.URL()}
	github := config["sets"].([]any)[0].(map[string]any)["source"].(map[string]any)["github"].(map[string]any)
	github["apiURL"], github["tokenFile"] = forge.APIURL(), f.file("github-token")
	text, err := yaml.Marshal(config)
	if err != nil {
		t.Fatal(err)
	}
	f.write("config.yaml", string(text))

	repo := forge.Repo(github["owner"].(string), github["repo"].(string))
	repo.OpenPull(githubtest.Pull{Title: "Dark mode", Author: "ada", Head: "dark-mode", Labels: []string{"preview"}})
	return &base{f, strings.NewReplacer(f.gitops.URL(), gitopsURL, forge.URL, "https://github.com", strings.TrimPrefix(forge.URL, "http://"), "github.com")}
}

// stable returns text with the addresses of the example instead of those of this run.
func (b *base) stable(text string) string { return b.places.Replace(text) }

// warnings returns the warnings of plan, one a line.
func (b *base) warnings() string {
	b.t.Helper()
	var plan any
	if err := json.Unmarshal([]byte(b.mustRun("plan", "--output", "json")), &plan); err != nil {
		b.t.Fatal(err)
	}
	lines := warningsIn(plan)
	slices.Sort(lines)
	return strings.Join(slices.Compact(lines), "")
}

// warningsIn returns the lines for all keys `warnings` in a JSON document: those of sets and
// those of previews.
func warningsIn(document any) (lines []string) {
	switch document := document.(type) {
	case []any:
		for _, item := range document {
			lines = append(lines, warningsIn(item)...)
		}
	case map[string]any:
		for key, value := range document {
			if list, ok := value.([]any); ok && key == "warnings" {
				for _, w := range list {
					lines = append(lines, fmt.Sprintf("%v: %v\n", w.(map[string]any)["subject"], w.(map[string]any)["message"]))
				}
				continue
			}
			lines = append(lines, warningsIn(value)...)
		}
	}
	return lines
}

// checkGolden compares content with a golden file, or writes the file with -update.
func checkGolden(t *testing.T, file, content string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil || string(want) != content {
		t.Errorf("%s differs (%v): look at the difference, and run go test ./cmd/previewset -run TestBases -update; got\n%s", file, err, content)
	}
}

// filesOf returns the contents of the files below a directory, by their paths in it.
func filesOf(t *testing.T, dir string) map[string]string {
	t.Helper()
	files := map[string]string{}
	if err := fs.WalkDir(os.DirFS(dir), ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := os.ReadFile(filepath.Join(dir, path))
		files[path] = string(content)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return files
}
