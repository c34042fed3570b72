package naming_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/generator/naming"
	"github.com/previewset/previewset/test/literals"
)

// usable are the parameters that templates of names can use. changing are the parameters
// that would rename a preview.
var (
	usable = []string{
		"set", "id", "kind", "number", "variant", "branch", "branch_slug", "branchNormalized", "organization", "repository", "url", "change_url",
	}
	changing = []string{
		"title", "author", "labels", "flags", "target_branch", "target_branch_slug", "head_sha", "head_short_sha", "head_short_sha_7",
		"sha", "short_sha", "short_sha_7", "created_at", "updated_at",
	}
	// unknown are the parameters that exist once a preview has its names.
	unknown = []string{
		"name", "namespace", "host", "hosts", "preview_url", "db_schema", "expires_at", "repo_url", "path", "revision", "input",
		"label_set", "label_id", "label_kind", "label_variant", "label_number", "label_branch", "label_target_branch", "label_author", "label_repository",
	}
)

// TestParametersOfNames tries every parameter, and every word of the source code, in a
// template of a name.
func TestParametersOfNames(t *testing.T) {
	t.Parallel()
	for _, name := range generator.ParameterNames() {
		if n := count(slices.Contains(usable, name), slices.Contains(changing, name), slices.Contains(unknown, name)); n != 1 {
			t.Errorf("the parameter %s is in %d lists of this test", name, n)
		}
	}
	for _, name := range append(generator.ParameterNames(), literals.Words(t, ".")...) {
		if !isField(name) {
			continue
		}
		_, err := naming.NewNamers([]naming.Patterns{{Set: "shop", PullRequests: true, Branches: true, Host: "{{.id}}-{{." + name + "}}.x"}})
		switch {
		case slices.Contains(usable, name):
			if err != nil {
				t.Errorf("%s: %v", name, err)
			}
		case slices.Contains(changing, name):
			if err == nil || !strings.Contains(err.Error(), "would rename the preview when ") {
				t.Errorf("%s: got %v, want that it would rename the preview", name, err)
			}
		case err == nil || !strings.Contains(err.Error(), "is not a parameter that names can use"):
			t.Errorf("%s: got %v, want an unknown parameter", name, err)
		}
	}
}

func count(all ...bool) (n int) {
	for _, b := range all {
		if b {
			n++
		}
	}
	return n
}

// isField reports whether s can be a field of a template.
func isField(s string) bool {
	return s != "" && strings.Trim(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") == "" && (s[0] < '0' || s[0] > '9')
}

// TestFunctionsOfTemplates tries each function of text/template, and every word of
// the source, in a template.
func TestFunctionsOfTemplates(t *testing.T) {
	t.Parallel()
	available := strings.Fields("and or not eq ne lt le gt ge len index slice lower upper trunc replace trimPrefix trimSuffix default quote")
	others := strings.Fields("call html js print printf println urlquery env expandenv repeat")
	for _, name := range slices.Concat(available, others, literals.Words(t, ".")) {
		if !isField(name) {
			continue
		}
		_, err := naming.ParseTemplate("x", "{{if false}}{{"+name+" .id}}{{end}}")
		if slices.Contains([]string{"if", "else", "end", "range", "with", "template", "block", "define", "break", "continue", "nil", "true", "false"}, name) {
			continue // a keyword
		}
		if want := slices.Contains(available, name); (err == nil) != want {
			t.Errorf("%s: got %v, want it to be available: %v", name, err, want)
		}
	}
}
