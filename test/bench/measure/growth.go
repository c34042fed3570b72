package measure

import (
	"math"
	"testing"
)

// Growth is what a cost was at some sizes.
type Growth struct {
	sizes, costs []float64
}

// Add says what the cost was at a size; both are more than 0.
func (g *Growth) Add(size int, cost float64) {
	g.sizes, g.costs = append(g.sizes, float64(size)), append(g.costs, cost)
}

// Exponent returns e where cost grows as size to the power of e: the slope of
// the least-squares line through the logarithms. 1 is linear, 0 is constant.
func (g *Growth) Exponent() float64 {
	return g.slope(math.Log)
}

// Slope returns how much cost comes with one more of size: that of the
// least-squares line.
func (g *Growth) Slope() float64 {
	return g.slope(func(v float64) float64 { return v })
}

// slope returns that of the least-squares line through what scale makes of sizes
// and costs.
func (g *Growth) slope(scale func(float64) float64) float64 {
	n := float64(len(g.sizes))
	var x, y, xx, xy float64
	for i := range g.sizes {
		a, b := scale(g.sizes[i]), scale(g.costs[i])
		x, y, xx, xy = x+a, y+b, xx+a*a, xy+a*b
	}
	return (n*xy - x*y) / (n*xx - x*x)
}

// Report reports the exponent as a row. Of one size there is none: that is all
// there was where a pattern chose one benchmark.
func (g *Growth) Report(b *testing.B, goal int, work string, bound Bound) {
	b.Helper()
	if len(g.sizes) > 1 {
		Row{Goal: goal, Work: "growth: " + work, Ours: g.Exponent(), Unit: "exponent", Bound: bound}.Report(b)
	}
}

// ReportSlope reports the slope as a row; unit is the costs'. Of one size there
// is none.
func (g *Growth) ReportSlope(b *testing.B, goal int, work, unit string, bound Bound) {
	b.Helper()
	if len(g.sizes) > 1 {
		Row{Goal: goal, Work: work, Ours: g.Slope(), Unit: unit, Bound: bound}.Report(b)
	}
}
