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

// TestOnlyPlainPackagesAreConcurrent checks that no package runs the same tests twice with
// the race detector, and that the internal packages run all of theirs with it.
func TestOnlyPlainPackagesAreConcurrent(t *testing.T) {
	t.Parallel()
	plain := listed(t, "plain")
	for _, p := range listed(t, "concurrent") {
		if !slices.Contains(plain, p) {
			t.Errorf("%s is concurrent and not plain", p)
		}
	}
	for _, p := range plain {
		if strings.Contains(p, "/internal/") {
			t.Errorf("%s has no race detector", p)
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
