package kinds_test

import (
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/previewset/previewset/kustomize/kinds"
)

// definitionModules is the directory of the Go module that pins modules with
// CustomResourceDefinitions.
const definitionModules = "../../test/e2e/parts/crds"

// TestDefinitions compares the scopes with those of all CustomResourceDefinitions of the
// pinned modules.
func TestDefinitions(t *testing.T) {
	if testing.Short() {
		t.Skip("it downloads and reads modules of 370 MB")
	}
	t.Parallel()
	compared := map[definition]bool{}
	for _, module := range downloadedModules(t) {
		found := definitionsOf(t, module.Dir)
		if len(found) == 0 {
			t.Errorf("%s has no definitions", module.Path)
		}
		for _, d := range found {
			if compared[d] {
				continue
			}
			compared[d] = true
			if got := kinds.ScopeOf(d.Spec.Group, d.Spec.Names.Kind); got != d.Spec.Scope {
				t.Errorf("%s/%s of %s: got %q, want %q", d.Spec.Group, d.Spec.Names.Kind, module.Path, got, d.Spec.Scope)
			}
		}
	}
	if len(compared) < 220 {
		t.Errorf("compared %d kinds, want at least 220", len(compared))
	}
}

// module is a downloaded module, as `go mod download -json` prints it.
type module struct{ Path, Dir, Error string }

// downloadedModules downloads all pinned modules.
func downloadedModules(t *testing.T) (modules []module) {
	t.Helper()
	var pinned struct{ Require []struct{ Path string } }
	if err := json.Unmarshal(goCommand(t, "mod", "edit", "-json"), &pinned); err != nil {
		t.Fatal(err)
	}
	args := []string{"mod", "download", "-json"}
	for _, require := range pinned.Require {
		args = append(args, require.Path)
	}
	decoder := json.NewDecoder(strings.NewReader(string(goCommand(t, args...))))
	for {
		var m module
		if err := decoder.Decode(&m); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		modules = append(modules, m)
	}
	if len(modules) == 0 || len(modules) != len(pinned.Require) {
		t.Fatalf("downloaded %d modules of %d", len(modules), len(pinned.Require))
	}
	return modules
}

// goCommand returns the output of a command of Go in definitionModules.
func goCommand(t *testing.T, args ...string) []byte {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", args...)
	cmd.Dir = definitionModules
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return out
}

// definition has the fields of a CustomResourceDefinition that matter here.
type definition struct {
	Kind string
	Spec struct {
		Group string
		Names struct{ Kind string }
		Scope kinds.Scope
	}
}

func (d definition) isComplete() bool {
	return d.Kind == "CustomResourceDefinition" && d.Spec.Group != "" && d.Spec.Names.Kind != "" && d.Spec.Scope != ""
}

// definitionsOf returns the definitions in the YAML files below dir. It leaves out patches of
// definitions, templates, and definitions for tests and examples.
func definitionsOf(t *testing.T, dir string) (found []definition) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && slices.Contains([]string{"test", "tests", "testdata"}, d.Name()):
			return filepath.SkipDir
		case d.IsDir() || !slices.Contains([]string{".yaml", ".yml"}, filepath.Ext(path)):
			return nil
		}
		content, err := os.ReadFile(path)
		if err != nil || !strings.Contains(string(content), "kind: CustomResourceDefinition") {
			return err
		}
		for document := range strings.SplitSeq(string(content), "\n---") {
			if strings.Contains(document, "{{") {
				continue
			}
			if d := decode(document); d.isComplete() && !strings.HasPrefix(d.Spec.Group, "example.") {
				found = append(found, d)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// decode decodes a YAML document, up to the schemas of the versions if the fields of a
// definition are before them. It returns an incomplete definition for other documents.
func decode(document string) (d definition) {
	start, _, _ := strings.Cut(document, "\n  versions:")
	if err := yaml.Unmarshal([]byte(start), &d); err == nil && d.isComplete() || d.Kind != "CustomResourceDefinition" {
		return d
	}
	d = definition{}
	if err := yaml.Unmarshal([]byte(document), &d); err != nil {
		return definition{}
	}
	return d
}
