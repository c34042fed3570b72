package metrics_test

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/internal/metrics"
)

// registry is a registry with the metrics of a process, whose clock the test controls. It
// records the name of each metric that is registered.
type registry struct {
	*prometheus.Registry
	*metrics.Metrics
	now   time.Time
	names []string
}

func newRegistry() *registry {
	r := &registry{Registry: prometheus.NewRegistry(), now: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)}
	r.Metrics = metrics.New(r, func() time.Time { return r.now }, "v1.2.3")
	return r
}

// Snapshot calls Metrics.Snapshot without Applications.
func (r *registry) Snapshot(s *generator.Snapshot) {
	r.Metrics.Snapshot(s, generator.Statuses(s, generator.Applications{}))
}

var fqName = regexp.MustCompile(`fqName: "([^"]+)"`)

// MustRegister implements prometheus.Registerer.
func (r *registry) MustRegister(all ...prometheus.Collector) {
	for _, c := range all {
		descs := make(chan *prometheus.Desc, 10)
		c.Describe(descs)
		close(descs)
		for desc := range descs {
			r.names = append(r.names, fqName.FindStringSubmatch(desc.String())[1])
		}
	}
	r.Registry.MustRegister(all...)
}

// series returns the value of each series, as the text format names it without the prefix
// "previewset_". A histogram has a series for its count and one for its sum.
func (r *registry) series(t *testing.T) map[string]float64 {
	t.Helper()
	families, err := r.Gather()
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]float64{}
	for _, family := range families {
		name := strings.TrimPrefix(family.GetName(), "previewset_")
		for _, m := range family.GetMetric() {
			var labels []string
			for _, label := range m.GetLabel() {
				labels = append(labels, fmt.Sprintf("%s=%q", label.GetName(), label.GetValue()))
			}
			suffix := ""
			if len(labels) > 0 {
				suffix = "{" + strings.Join(labels, ",") + "}"
			}
			switch {
			case m.GetHistogram() != nil:
				all[name+"_count"+suffix] = float64(m.GetHistogram().GetSampleCount())
				all[name+"_sum"+suffix] = m.GetHistogram().GetSampleSum()
			case m.GetCounter() != nil:
				all[name+suffix] = m.GetCounter().GetValue()
			default:
				all[name+suffix] = m.GetGauge().GetValue()
			}
		}
	}
	return all
}

// check compares all series with want. Some series always exist, and are not in want if they
// have their first value.
func (r *registry) check(t *testing.T, want map[string]float64) {
	t.Helper()
	got := r.series(t)
	maps.DeleteFunc(got, func(name string, value float64) bool {
		_, listed := want[name]
		return !listed && (!strings.Contains(name, "set=") && value == 0 || strings.HasPrefix(name, "build_info{"))
	})
	if !maps.Equal(got, want) {
		t.Errorf("got series\n%s\nwant\n%s", lines(got), lines(want))
	}
}

func lines(series map[string]float64) string {
	var all []string
	for _, name := range slices.Sorted(maps.Keys(series)) {
		all = append(all, fmt.Sprintf("  %s %v", name, series[name]))
	}
	return strings.Join(all, "\n")
}
