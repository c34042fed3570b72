package metrics

import (
	"maps"
	"sync"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/previewset/previewset/generator"
)

// warnings is a collector of the number of warnings of each set: those of its newest sync,
// and the one about entries that no configured set has.
type warnings struct {
	desc *prometheus.Desc

	mu        sync.Mutex
	synced    map[string]int // by set
	leftovers map[string]generator.Warning
}

func newWarnings() *warnings {
	return &warnings{
		desc: prometheus.NewDesc("previewset_warnings",
			"Warnings of the newest sync: rules without effect, and items that were left as they were. Entries of a set that is not configured count as 1. The log has their messages.", []string{"set"}, nil),
		synced: map[string]int{},
	}
}

// Warnings sets the number of warnings of the newest sync of a set.
func (m *Metrics) Warnings(set string, n int) {
	m.warnings.mu.Lock()
	defer m.warnings.mu.Unlock()
	m.warnings.synced[set] = n
}

// Leftovers replaces the warnings about entries that no configured set has, by the set
// that the entries belong to.
func (m *Metrics) Leftovers(all map[string]generator.Warning) {
	m.warnings.mu.Lock()
	defer m.warnings.mu.Unlock()
	m.warnings.leftovers = maps.Clone(all)
}

// forget removes the warnings of syncs of a set. Its entries can still be there.
func (w *warnings) forget(set string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	delete(w.synced, set)
}

// Describe implements prometheus.Collector.
func (w *warnings) Describe(ch chan<- *prometheus.Desc) { ch <- w.desc }

// Collect implements prometheus.Collector.
func (w *warnings) Collect(ch chan<- prometheus.Metric) {
	w.mu.Lock()
	defer w.mu.Unlock()
	counts := maps.Clone(w.synced)
	for set := range w.leftovers {
		counts[set]++
	}
	for set, n := range counts {
		ch <- prometheus.MustNewConstMetric(w.desc, prometheus.GaugeValue, float64(n), set)
	}
}
