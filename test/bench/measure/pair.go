package measure

import (
	"maps"
	"slices"
	"testing"
	"time"
)

// Side is one way to do a piece of work. Run does it once and returns how much
// it took, in the row's unit: for times, see Millis.
type Side struct {
	Name string
	Run  func() float64
}

// Pair is previewset and its peers at the same work. Its zero value is ready.
type Pair struct {
	took map[string][]float64
	flip bool
}

// Round runs every side once, in the opposite order of the round before.
func (p *Pair) Round(sides ...Side) {
	if p.took == nil {
		p.took = map[string][]float64{}
	}
	order := slices.Clone(sides)
	if p.flip {
		slices.Reverse(order)
	}
	p.flip = !p.flip
	for _, side := range order {
		p.took[side.Name] = append(p.took[side.Name], side.Run())
	}
}

// Median returns the median of what the side took so far.
func (p *Pair) Median(name string) float64 { return Median(p.took[name]) }

// Millis returns how long work took, in milliseconds.
func Millis(work func()) float64 {
	start := time.Now()
	work()
	return float64(time.Since(start).Microseconds()) / 1000
}

// Median of values; 0 of none.
func Median(values []float64) float64 { return Quantile(values, 0.5) }

// Quantile returns the smallest value that at least the share q (0 to 1) of the
// values do not exceed; 0 of none.
func Quantile(values []float64, q float64) float64 {
	if len(values) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(values))
	at := int(q*float64(len(sorted))+0.999999) - 1
	return sorted[min(max(at, 0), len(sorted)-1)]
}

// Versus reports one row for each peer, from the medians of the rounds. r has
// what is the same in all of them.
func (p *Pair) Versus(b *testing.B, r Row, ours string, bounds map[string]Bound) {
	b.Helper()
	r.Ours = p.Median(ours)
	for _, peer := range slices.Sorted(maps.Keys(p.took)) {
		if peer == ours {
			continue
		}
		r.Peer, r.Theirs, r.Bound = peer, p.Median(peer), bounds[peer]
		r.Report(b)
	}
}
