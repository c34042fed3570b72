package metrics

import (
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// ages is a collector of the age of each set's newest snapshot at the time of a
// scrape. Alerts use this metric.
type ages struct {
	now  func() time.Time
	desc *prometheus.Desc

	mu    sync.Mutex
	times map[string]time.Time
}

func newAges(now func() time.Time) *ages {
	return &ages{
		now:   now,
		desc:  prometheus.NewDesc("previewset_snapshot_age_seconds", "Seconds since the source was read for the newest snapshot.", []string{"set"}, nil),
		times: map[string]time.Time{},
	}
}

func (a *ages) set(set string, at time.Time) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.times[set] = at
}

func (a *ages) forget(set string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	delete(a.times, set)
}

// Describe implements prometheus.Collector.
func (a *ages) Describe(ch chan<- *prometheus.Desc) { ch <- a.desc }

// Collect implements prometheus.Collector.
func (a *ages) Collect(ch chan<- prometheus.Metric) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for set, at := range a.times {
		ch <- prometheus.MustNewConstMetric(a.desc, prometheus.GaugeValue, a.now().Sub(at).Seconds(), set)
	}
}
