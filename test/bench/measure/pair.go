package measure

import (
	"maps"
	"slices"
	"testing"
	"time"
)

// Side is one implementation of the measured work. Run does the work once and returns its
// cost in the unit of the row; for times, see Millis.
type Side struct {
	Name string
	Run  func() float64
}

// Pair collects the costs of previewset and its peers for the same work. The zero value is
// ready to use.
type Pair struct {
	costs    map[string][]float64
	reversed bool
}

// Round runs every side once, in the opposite order of the round before.
func (p *Pair) Round(sides ...Side) {
	if p.costs == nil {
		p.costs = map[string][]float64{}
	}
	order := slices.Clone(sides)
	if p.reversed {
		slices.Reverse(order)
	}
	p.reversed = !p.reversed
	for _, side := range order {
		p.costs[side.Name] = append(p.costs[side.Name], side.Run())
	}
}

// Median returns the median cost of a side so far.
func (p *Pair) Median(name string) float64 { return Median(p.costs[name]) }

// Millis returns the duration of work, in milliseconds.
func Millis(work func()) float64 {
	start := time.Now()
	work()
	return float64(time.Since(start).Microseconds()) / 1000
}

// Median returns the median of values, or 0 if there are none.
func Median(values []float64) float64 { return Quantile(values, 0.5) }

// Quantile returns the smallest value that at least the share q (0 to 1) of the values do
// not exceed, or 0 if there are no values.
func Quantile(values []float64, q float64) float64 {
	if len(values) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(values))
	i := int(q*float64(len(sorted))+0.999999) - 1
	return sorted[min(max(i, 0), len(sorted)-1)]
}

// Versus reports one row for each peer, with the medians of the rounds. r has the fields
// that all rows share.
func (p *Pair) Versus(b *testing.B, r Row, ours string, bounds map[string]Bound) {
	b.Helper()
	r.Ours = p.Median(ours)
	for _, peer := range slices.Sorted(maps.Keys(p.costs)) {
		if peer == ours {
			continue
		}
		r.Peer, r.Theirs, r.Bound = peer, p.Median(peer), bounds[peer]
		r.Report(b)
	}
}
