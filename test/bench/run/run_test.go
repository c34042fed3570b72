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
	if err := writeTable(&out, []measure.Row{
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
			t.Errorf("line %d: got %q, want %q", n, got, want[n])
		}
	}
}

// Each suite has its directory and a benchmark, and is a separate module if it says so.
func TestSuitesHaveBenchmarks(t *testing.T) {
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
		if _, err := os.Stat(filepath.Join("..", s.name, "go.mod")); !found || (err == nil) != s.module {
			t.Errorf("%s: has a benchmark: %v, want true; is a separate module: %v, want %v", s.name, found, err == nil, s.module)
		}
	}
}

func TestParseGoals(t *testing.T) {
	goals, err := parseGoals("2, 9")
	if err != nil || len(goals) != 2 || goals[0] != 2 || goals[1] != 9 {
		t.Errorf("got goals %v, %v; want 2 and 9", goals, err)
	}
	if got := suitesFor(goals); len(got) != 3 {
		t.Errorf("got %d suites, want 3", len(got))
	}
	if _, err := parseGoals("17"); err == nil {
		t.Error("parseGoals accepted the unknown goal 17")
	}
}
