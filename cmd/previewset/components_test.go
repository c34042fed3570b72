package main

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/previewset/previewset/kustomize"
)

// runComponents returns the status of a command and its output.
func runComponents(t *testing.T, args ...string) (status int, text string) {
	t.Helper()
	var out strings.Builder
	status = Run(t.Context(), append([]string{"components"}, args...), &out, &out)
	return status, out.String()
}

func TestComponentsUsage(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		args   []string
		status int
		want   string
	}{
		{nil, statusUsage, "Usage: previewset components COMMAND"},
		{[]string{"--help"}, statusDone, "Usage: previewset components COMMAND"},
		{[]string{"copy", "--help"}, statusDone, "-to DIRECTORY"},
		{[]string{"remove"}, statusUsage, `unknown command "components remove"`},
		{[]string{"list", "quota"}, statusUsage, `components list: unexpected argument "quota"`},
		{[]string{"copy"}, statusUsage, "components copy: the argument NAME is missing"},
		{[]string{"copy", "--to", filepath.Join(t.TempDir(), "c"), "quota", "nope"}, statusUsage, `unknown component "nope": the built-in components are auth, `},
	} {
		if status, text := runComponents(t, test.args...); status != test.status || !strings.Contains(text, test.want) {
			t.Errorf("%v: status %d\n%s", test.args, status, text)
		}
	}
}

func TestListComponents(t *testing.T) {
	t.Parallel()
	status, text := runComponents(t, "list")
	if status != statusDone || !strings.Contains(text, "\n                     quota_pods: 20\n") {
		t.Errorf("status %d\n%s", status, text)
	}
	status, text = runComponents(t, "list", "--output", "json")
	var infos []struct {
		Name, Summary string
		Parameters    map[string]string
	}
	if err := json.Unmarshal([]byte(text), &infos); status != statusDone || err != nil {
		t.Fatalf("status %d: %v\n%s", status, err, text)
	}
	var names []string
	for _, c := range infos {
		names = append(names, c.Name)
		if c.Summary == "" || strings.HasSuffix(c.Summary, ".") || c.Parameters == nil {
			t.Errorf("got %+v, want a summary without a full stop, and parameters", c)
		}
		switch c.Name {
		case "quota":
			if c.Summary != "Limits the resources of a preview" || c.Parameters["quota_memory"] != "4Gi" {
				t.Errorf("got %+v, want its summary and quota_memory 4Gi", c)
			}
		case "postgres-schema": // it includes the parameters of its Jobs
			if c.Parameters["database_strategy"] != "schema" || c.Parameters["database_admin_secret"] == "" {
				t.Errorf("got %+v, want the strategy schema and an administrator's Secret", c)
			}
		}
	}
	if _, all := kustomize.Builtin(""); !slices.Equal(names, all) {
		t.Errorf("got %v, want %v", names, all)
	}
}

func TestCopyComponents(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "gitops", "components")
	read := func(name string) string {
		t.Helper()
		content, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		return string(content)
	}
	status, text := runComponents(t, "copy", "postgres-schema", "quota", "--to", dir)
	if status != statusDone || !strings.Contains(text, "    - "+dir+"/postgres-schema\n    - "+dir+"/quota\n") {
		t.Fatalf("status %d\n%s", status, text)
	}
	files, err := kustomize.BuiltinFiles("postgres-schema")
	if err != nil || len(files) < 4 {
		t.Fatal(files, err)
	}
	for name, want := range files { // also of the component that it includes
		if read(name) != string(want) {
			t.Errorf("%s: got\n%s\nwant\n%s", name, read(name), want)
		}
	}

	const ours = "# ours\n"
	if err := os.WriteFile(filepath.Join(dir, "quota", "quota.yaml"), []byte(ours), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(filepath.Join(dir, "quota", "limits.yaml")); err != nil {
		t.Fatal(err)
	}
	status, text = runComponents(t, "copy", "quota", "smoke", "--to", dir)
	if status != statusFailed || !strings.Contains(text, "quota/quota.yaml: use --force to overwrite them") || strings.Contains(text, "quota/kustomization.yaml") {
		t.Errorf("status %d\n%s", status, text)
	}
	for _, name := range []string{"quota/limits.yaml", "smoke"} {
		if _, err := os.Stat(filepath.Join(dir, name)); err == nil {
			t.Errorf("%s was written", name)
		}
	}
	if read("quota/quota.yaml") != ours {
		t.Error("copy overwrote quota/quota.yaml without --force")
	}
	if status, text := runComponents(t, "copy", "quota", "--force", "--to", dir); status != statusDone || read("quota/quota.yaml") == ours || read("quota/limits.yaml") == "" {
		t.Errorf("status %d\n%s", status, text)
	}
}

// TestCopyComponentsFollowsNoLink copies into a directory with a symbolic link to
// another directory.
func TestCopyComponentsFollowsNoLink(t *testing.T) {
	t.Parallel()
	dir, outside := t.TempDir(), t.TempDir()
	if err := os.Symlink(outside, filepath.Join(dir, "quota")); err != nil {
		t.Fatal(err)
	}
	if status, text := runComponents(t, "copy", "quota", "--force", "--to", dir); status != statusFailed {
		t.Errorf("status %d\n%s", status, text)
	}
	if entries, err := os.ReadDir(outside); err != nil || len(entries) > 0 {
		t.Error(entries, err)
	}
}

// TestComponentExamplesAreValid validates the configurations of examples/components and
// examples/databases, alone and with each of their sets.
func TestComponentExamplesAreValid(t *testing.T) {
	t.Parallel()
	for folder, least := range map[string]int{"components": 13, "databases": 5} {
		files, err := filepath.Glob("../../examples/" + folder + "/sets/*.yaml")
		if err != nil || len(files) < least {
			t.Fatal(files, err)
		}
		config := "../../examples/" + folder + "/config.yaml"
		checkValid(t, config)
		checkSets(t, config, files)
	}
}

func checkSets(t *testing.T, config string, files []string) {
	t.Helper()
	for _, file := range files {
		full := readYAML(t, config)
		if databases := readYAML(t, file)["overlay"].(map[string]any)["database"]; databases != nil {
			delete(full["sets"].([]any)[0].(map[string]any)["overlay"].(map[string]any), "database")
		}
		merge(full["sets"].([]any)[0].(map[string]any), readYAML(t, file))
		text, err := yaml.Marshal(full)
		if err != nil {
			t.Fatal(err)
		}
		merged := filepath.Join(t.TempDir(), filepath.Base(file))
		if err := os.WriteFile(merged, text, 0o600); err != nil {
			t.Fatal(err)
		}
		checkValid(t, merged)
	}
}

func checkValid(t *testing.T, file string) {
	t.Helper()
	var out strings.Builder
	if status := Run(t.Context(), []string{"validate", file}, &out, &out); status != statusDone {
		t.Errorf("status %d\n%s", status, out.String())
	}
}

func readYAML(t *testing.T, file string) (content map[string]any) {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := yaml.Unmarshal(text, &content); err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	return content
}

// merge copies the fields of more into set, and the fields of its overlay into the
// overlay of set.
func merge(set, more map[string]any) {
	for key, value := range more {
		if key == "overlay" {
			maps.Copy(set[key].(map[string]any), value.(map[string]any))
		} else {
			set[key] = value
		}
	}
}
