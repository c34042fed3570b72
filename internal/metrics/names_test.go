package metrics_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	dto "github.com/prometheus/client_model/go"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/internal/metrics"
)

// gathered returns the value of each series, by its name and labels. Of a histogram it
// returns how many values there were.
func gathered(t *testing.T, r *prometheus.Registry) map[string]float64 {
	t.Helper()
	families, err := r.Gather()
	if err != nil {
		t.Fatal(err)
	}
	values := map[string]float64{}
	for _, family := range families {
		for _, m := range family.GetMetric() {
			name := family.GetName()
			for _, label := range m.GetLabel() {
				name += fmt.Sprintf(" %s=%s", label.GetName(), label.GetValue())
			}
			values[name] = valueOf(m)
		}
	}
	return values
}

func valueOf(m *dto.Metric) float64 {
	switch {
	case m.Counter != nil:
		return m.Counter.GetValue()
	case m.Gauge != nil:
		return m.Gauge.GetValue()
	}
	return float64(m.Histogram.GetSampleCount())
}

// TestEverySeries checks the names, the labels and the values of all metrics, which
// dashboards and alerts use, and the series that remain after a set is forgotten.
func TestEverySeries(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	r := prometheus.NewRegistry()
	m := metrics.New(r, func() time.Time { return at.Add(90 * time.Second) })
	m.Answered("shop", 200, time.Second)
	m.Answered("", 404, time.Second)
	m.Snapshot(&generator.Snapshot{
		Set: "shop", TakenAt: at,
		Previews: []generator.Placed{{}, {Preview: generator.Preview{Held: "because"}}},
		Dropped: []generator.Dropped{
			{Verdict: generator.Verdict{Reason: "label"}}, {Verdict: generator.Verdict{Reason: "label"}}, {Verdict: generator.Verdict{Reason: "draft"}},
		},
	})
	m.Overlays("shop", []metrics.Fault{{File: "base", Reason: "no"}, {File: "base", Reason: "no"}})
	m.Synced("shop", time.Second, true, false)
	m.Synced("shop", time.Second, false, true)
	m.Synced("shop", time.Second, false, false)
	m.PushRetried("shop")
	m.Refreshed("shop", false)
	m.Refreshed("shop", true)
	m.Refreshed("shop", true)
	m.RateLimit("shop", "core", 7, 60)
	m.ConfigRefused()
	counters := map[string]float64{
		"previewset_answers_total code=200 set=shop":        1,
		"previewset_answers_total code=404 set=":            1,
		"previewset_answer_duration_seconds set=shop":       1,
		"previewset_answer_duration_seconds set=":           1,
		"previewset_sync_duration_seconds set=shop":         3,
		"previewset_sync_failures_total set=shop":           1,
		"previewset_commits_total set=shop":                 1,
		"previewset_push_retries_total set=shop":            1,
		"previewset_refreshes_total result=done set=shop":   1,
		"previewset_refreshes_total result=failed set=shop": 2,
		"previewset_config_reload_failures_total":           1,
	}
	gauges := map[string]float64{
		"previewset_previews set=shop":                                 2,
		"previewset_previews_held set=shop":                            1,
		"previewset_changes_dropped reason=label set=shop":             2,
		"previewset_changes_dropped reason=draft set=shop":             1,
		"previewset_overlays_failing file=base reason=no set=shop":     2,
		"previewset_forge_rate_limit_remaining resource=core set=shop": 7,
		"previewset_forge_rate_limit resource=core set=shop":           60,
		"previewset_snapshot_age_seconds set=shop":                     90,
	}
	want := maps.Clone(counters)
	maps.Copy(want, gauges)
	if got := gathered(t, r); !maps.Equal(got, want) {
		t.Errorf("got %v\nwant %v", sorted(got), sorted(want))
	}
	m.Forget("shop")
	maps.DeleteFunc(want, func(series string, _ float64) bool { return strings.Contains(series, "set=shop") })
	if got := gathered(t, r); !maps.Equal(got, want) {
		t.Errorf("after the set is forgotten, got %v\nwant %v", sorted(got), sorted(want))
	}
}

// TestNewSnapshotsReplaceOldOnes checks the gauges by reason and by file.
func TestNewSnapshotsReplaceOldOnes(t *testing.T) {
	t.Parallel()
	r := prometheus.NewRegistry()
	m := metrics.New(r, time.Now)
	for _, reason := range []generator.Reason{"label", "draft"} {
		m.Snapshot(&generator.Snapshot{Set: "shop", Dropped: []generator.Dropped{{Verdict: generator.Verdict{Reason: reason}}}})
		m.Overlays("shop", []metrics.Fault{{File: "f", Reason: string(reason)}})
	}
	got := gathered(t, r)
	for name, want := range map[string]bool{
		"previewset_changes_dropped reason=label set=shop": false, "previewset_changes_dropped reason=draft set=shop": true,
		"previewset_overlays_failing file=f reason=label set=shop": false, "previewset_overlays_failing file=f reason=draft set=shop": true,
	} {
		if _, there := got[name]; there != want {
			t.Errorf("%s: got %v, want %v", name, there, want)
		}
	}
}

func sorted(values map[string]float64) (lines []string) {
	for _, name := range slices.Sorted(maps.Keys(values)) {
		lines = append(lines, fmt.Sprintf("%s %v\n", name, values[name]))
	}
	return lines
}
