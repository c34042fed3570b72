package metrics

import (
	"maps"
	"sync"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/previewset/previewset/generator"
)

// warnings is a collector of the number of warnings of each set: those of its newest sync,
// and those that no sync has.
type warnings struct {
	desc *prometheus.Desc

	mu     sync.Mutex
	synced map[string]int                            // by set
	others map[string]map[string][]generator.Warning // by topic and set
}

func newWarnings() *warnings {
	return &warnings{
		desc: prometheus.NewDesc("previewset_warnings",
			"Warnings of the newest sync and of ApplicationSets: rules without effect, items that were left as they were, and dangerous options. Entries of a set that is not configured count as 1. The log has their messages.", []string{"set"}, nil),
		synced: map[string]int{}, others: map[string]map[string][]generator.Warning{},
	}
}

// Warnings sets the number of warnings of the newest sync of a set.
func (m *Metrics) Warnings(set string, n int) {
	m.warnings.mu.Lock()
	defer m.warnings.mu.Unlock()
	m.warnings.synced[set] = n
}

// Warn replaces the warnings of a topic that no sync has, by set.
func (m *Metrics) Warn(topic string, all map[string][]generator.Warning) {
	m.warnings.mu.Lock()
	defer m.warnings.mu.Unlock()
	m.warnings.others[topic] = maps.Clone(all)
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
	for _, topic := range w.others {
		for set, all := range topic {
			counts[set] += len(all)
		}
	}
	for set, n := range counts {
		ch <- prometheus.MustNewConstMetric(w.desc, prometheus.GaugeValue, float64(n), set)
	}
}
