package config_test

import (
	"errors"
	"testing"

	"github.com/previewset/previewset/internal/config"
)

// An included file has one problem if it is read as a configuration: what to read instead.
func TestIncludedFileAloneHasOneProblem(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"sets:\n- name: Shop_1\n": "config.yaml: the file has only sets: validate the configuration that includes it; if none does, add apiVersion, kind and auth",
		"sets: []\n":              "config.yaml: the file has only sets: validate the configuration that includes it; if none does, add apiVersion, kind and auth",
		"sets: []\nsetz: []\nkind: Config\nauth: {}": "",
	} {
		_, err := config.Parse("config.yaml", []byte(text))
		var problems *config.Problems
		if !errors.As(err, &problems) {
			t.Fatalf("%q: got %v, want problems", text, err)
		}
		if want != "" && err.Error() != want || want == "" && len(problems.List) < 2 {
			t.Errorf("%q: got %v, want %s", text, err, want)
		}
	}
}
