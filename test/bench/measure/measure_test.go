package measure_test

import (
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/previewset/previewset/test/bench/measure"
)

func TestQuantile(t *testing.T) {
	values := []float64{5, 1, 4, 2, 3}
	for q, want := range map[float64]float64{0: 1, 0.2: 1, 0.5: 3, 0.8: 4, 0.95: 5, 1: 5} {
		if got := measure.Quantile(values, q); got != want {
			t.Errorf("quantile %g: got %g, want %g", q, got, want)
		}
	}
	if got := measure.Median(nil); got != 0 {
		t.Errorf("median of no values: got %g, want 0", got)
	}
}

func TestGrowth(t *testing.T) {
	for _, exponent := range []float64{0, 1, 2} {
		var g measure.Growth
		for _, size := range []int{100, 1000, 10000} {
			g.Add(size, 3*math.Pow(float64(size), exponent))
		}
		if got := g.Exponent(); math.Abs(got-exponent) > 1e-9 {
			t.Errorf("exponent %g, want %g", got, exponent)
		}
	}
	var line measure.Growth
	line.Add(100, 1200)
	line.Add(1000, 3000)
	line.Add(10000, 21000)
	if got := line.Slope(); math.Abs(got-2) > 1e-9 {
		t.Errorf("slope %g, want 2", got)
	}
}

func TestGrowthOfOneSizeReportsNothing(t *testing.T) {
	file := filepath.Join(t.TempDir(), "results")
	t.Setenv(measure.ResultsEnv, file)
	var g measure.Growth
	report := func(b *testing.B) {
		g.Report(b, 4, "work", measure.Bound{})
		g.ReportSlope(b, 4, "work", "KB", measure.Bound{})
	}
	g.Add(100, 1)
	testing.Benchmark(report)
	if content, err := os.ReadFile(file); err == nil {
		t.Errorf("one size: got %s, want no rows", content)
	}
	g.Add(1000, 10)
	testing.Benchmark(report)
	if content, err := os.ReadFile(file); err != nil || strings.Count(string(content), "\n") < 2 {
		t.Errorf("two sizes: got %s, %v; want at least two rows", content, err)
	}
}

// Every second round reverses the order, so that no side always runs first.
func TestRoundsAlternate(t *testing.T) {
	var order string
	side := func(name string) measure.Side {
		return measure.Side{Name: name, Run: func() float64 { order += name; return float64(len(order)) }}
	}
	var pair measure.Pair
	for range 3 {
		pair.Round(side("a"), side("b"))
	}
	if order != "abbaab" {
		t.Errorf("order: got %q, want abbaab", order)
	}
	if got := pair.Median("b"); got != 3 {
		t.Errorf("median of b: got %g, want 3", got)
	}
}

func TestVerdict(t *testing.T) {
	for _, test := range []struct {
		kind         measure.Kind
		at           float64
		ours, theirs float64
		value        float64
		met          bool
	}{
		{measure.ShareAtMost, 0.4, 30, 100, 0.3, true},
		{measure.ShareAtMost, 0.4, 50, 100, 0.5, false},
		{measure.ShareAtLeast, 0.9, 95, 100, 0.95, true},
		{measure.ShareAtLeast, 0.9, 80, 100, 0.8, false},
		{measure.TimesAtLeast, 50, 2, 120, 60, true},
		{measure.TimesAtLeast, 50, 4, 120, 30, false},
		{measure.AtMost, 25, 15, 11, 15, true},
		{measure.AtMost, 25, 26, 11, 26, false},
	} {
		row := reported(t, measure.Row{
			Goal: 4, Work: "work", Ours: test.ours, Unit: "ms", Peer: "git", Theirs: test.theirs,
			Bound: measure.Bound{Kind: test.kind, At: test.at},
		})
		if bounded, met := row.Verdict(); !bounded || met != test.met || math.Abs(row.Value-test.value) > 1e-9 {
			t.Errorf("%s %g: got value %g, bounded %v, met %v; want %g, true, %v", test.kind, test.at, row.Value, bounded, met, test.value, test.met)
		}
	}
	if bounded, _ := reported(t, measure.Row{Work: "without a goal", Ours: 1}).Verdict(); bounded {
		t.Error("a row without a bound has a verdict")
	}
}

// reported reports the row and returns it as read from the file of results.
func reported(t *testing.T, r measure.Row) (read measure.Row) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "results")
	t.Setenv(measure.ResultsEnv, file)
	testing.Benchmark(func(b *testing.B) { r.Report(b) })
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	line, _, _ := strings.Cut(string(content), "\n")
	if err := json.Unmarshal([]byte(line), &read); err != nil {
		t.Fatal(err)
	}
	return read
}
