package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/previewset/previewset/test/bench/measure"
)

func TestTable(t *testing.T) {
	var out strings.Builder
	if err := table(&out, []measure.Row{
		{Goal: 4, Work: "cold", Ours: 85, Unit: "ms", Peer: "git", Theirs: 250, Bound: measure.Bound{Kind: measure.ShareAtMost, At: 0.4}, Value: 0.34},
		{Goal: 2, Work: "warm", Ours: 10, Unit: "ms", Peer: "Argo CD 2", Theirs: 300, Bound: measure.Bound{Kind: measure.TimesAtLeast, At: 50}, Value: 30},
		{Goal: 4, Work: "memory", Ours: 15.25, Unit: "MB", Bound: measure.Bound{Kind: measure.AtMost, At: 25}, Value: 15.25},
		{Goal: 6, Work: "growth: overlays", Ours: 0.987, Unit: "exponent", Value: 0.987},
	}); err != nil {
		t.Fatal(err)
	}
	want := []string{
		"GOAL WORK PREVIEWSET PEER PEER'S RATIO GOAL",
		"4 cold 85.0 ms git 250 ms 0.34 ≤ 0.4 met",
		"2 warm 10.0 ms Argo CD 2 300 ms 30.0 × ≥ 50 × MISSED",
		"4 memory 15.2 MB ≤ 25 MB met",
		"6 growth: overlays 0.99 exponent",
	}
	for n, line := range strings.Split(strings.TrimSpace(out.String()), "\n") {
		if got := strings.Join(strings.Fields(line), " "); got != want[n] {
			t.Errorf("line %d is %q, want %q", n, got, want[n])
		}
	}
}

// Each suite is where the runner looks for it, and has a benchmark.
func TestSuitesAreThere(t *testing.T) {
	for _, s := range suites() {
		files, err := filepath.Glob(filepath.Join("..", s.name, "*_test.go"))
		if err != nil {
			t.Fatal(err)
		}
		found := false
		for _, file := range files {
			content, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			found = found || strings.Contains(string(content), "\nfunc Benchmark")
		}
		if _, err := os.Stat(filepath.Join("..", s.name, "go.mod")); !found || (err == nil) != s.own {
			t.Errorf("%s: it has a benchmark: %v; it is a module of its own: %v, want %v", s.name, found, err == nil, s.own)
		}
	}
}

func TestGoals(t *testing.T) {
	found, err := numbers("2, 9")
	if err != nil || len(found) != 2 || found[0] != 2 || found[1] != 9 {
		t.Errorf("goals %v, %v", found, err)
	}
	if got := chosen(found); len(got) != 3 {
		t.Errorf("%d suites, want 3", len(got))
	}
	if _, err := numbers("17"); err == nil {
		t.Error("a goal that there is not was taken")
	}
}
