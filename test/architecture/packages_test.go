package architecture_test

import (
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// TestEveryPackageIsTested checks that `make test` runs all tests of each package once, with
// or without the race detector.
func TestEveryPackageIsTested(t *testing.T) {
	t.Parallel()
	list := exec.CommandContext(t.Context(), "go", "list", "-f", "{{if or .TestGoFiles .XTestGoFiles}}{{.ImportPath}}{{end}}", "./...")
	list.Dir = "../.."
	want := fieldsOf(t, list)
	got := append(listed(t, "race"), listed(t, "plain")...)
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("make test runs\n%q\nwant\n%q", got, want)
	}
}

// TestConcurrentPackagesArePlain checks that no test runs twice with the race detector.
func TestConcurrentPackagesArePlain(t *testing.T) {
	t.Parallel()
	plain := listed(t, "plain")
	for _, p := range listed(t, "concurrent") {
		if !slices.Contains(plain, p) {
			t.Errorf("%s is concurrent and not plain", p)
		}
	}
}

// listed returns a list of .ci/packages.
func listed(t *testing.T, list string) []string {
	t.Helper()
	return fieldsOf(t, exec.CommandContext(t.Context(), "../../.ci/packages", list))
}

// fieldsOf returns the words that a command prints.
func fieldsOf(t *testing.T, cmd *exec.Cmd) []string {
	t.Helper()
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s: %v", cmd, err)
	}
	return strings.Fields(string(out))
}
