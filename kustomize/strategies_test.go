package kustomize_test

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/previewset/previewset/kustomize"
)

func TestDatabaseStrategies(t *testing.T) {
	for _, s := range kustomize.DatabaseStrategies() {
		if found, _ := kustomize.Builtin(s.Component); !found {
			t.Errorf("%s of %s: the library has no component %q", s.Name, s.Engine, s.Component)
		}
		if s.Secret == "" || s.SecretKey == "" || !slices.IsSorted(s.Keys) {
			t.Errorf("got %+v, want a Secret with a key, and sorted keys", s)
		}
		for key := range s.Required {
			if !slices.Contains(s.Keys, key) {
				t.Errorf("%s of %s requires %s, which is not in its keys", s.Name, s.Engine, key)
			}
		}
		if found, ok := kustomize.FindDatabaseStrategy(s.Engine, s.Name); !ok || found.Component != s.Component {
			t.Errorf("%s of %s is listed twice, or FindDatabaseStrategy does not find it", s.Name, s.Engine)
		}
		if s.Default != (s.Name == kustomize.DefaultDatabaseStrategy(s.Engine)) {
			t.Errorf("%s does not have exactly one default strategy", s.Engine)
		}
	}
}

// TestDatabaseStrategiesAreDocumented compares the strategies with the tables in
// docs/databases.md.
func TestDatabaseStrategiesAreDocumented(t *testing.T) {
	content, err := os.ReadFile("../docs/databases.md")
	if err != nil {
		t.Fatal(err)
	}
	page := string(content)
	var documented, want []string
	for _, row := range regexp.MustCompile("(?m)^\\| `(postgres|mysql)`, `([a-z-]+)` \\|").FindAllStringSubmatch(page, -1) {
		documented = append(documented, row[1]+"/"+row[2])
	}
	_, settings, _ := strings.Cut(page, "\n## Settings\n")
	for _, s := range kustomize.DatabaseStrategies() {
		want = append(want, s.Engine+"/"+s.Name)
		for _, key := range s.Keys {
			if !strings.Contains(settings, "\n| `"+key+"` |") {
				t.Errorf("the table of settings has no row for %s", key)
			}
		}
	}
	if !slices.Equal(documented, want) {
		t.Errorf("got the documented strategies %v, want %v", documented, want)
	}
	defaults := "| `" + kustomize.DefaultDatabaseStrategy("postgres") + "`, for MySQL `" + kustomize.DefaultDatabaseStrategy("mysql") + "` |"
	if !strings.Contains(settings, "\n| `engine`, `strategy` | one of the pairs above "+defaults) {
		t.Errorf("docs/databases.md does not name the default strategies %s", defaults)
	}
}
