package measure

import (
	"math"
	"testing"
)

// Growth collects the cost of work of several sizes.
type Growth struct {
	sizes, costs []float64
}

// Add adds the cost at a size. Both must be greater than 0.
func (g *Growth) Add(size int, cost float64) {
	g.sizes, g.costs = append(g.sizes, float64(size)), append(g.costs, cost)
}

// Exponent returns e if the cost grows as size to the power of e: the slope of the
// least-squares line through the logarithms. 1 is linear, 0 is constant.
func (g *Growth) Exponent() float64 {
	return g.slope(math.Log)
}

// Slope returns the additional cost per unit of size: the slope of the least-squares
// line.
func (g *Growth) Slope() float64 {
	return g.slope(func(v float64) float64 { return v })
}

// slope returns the slope of the least-squares line through the scaled sizes and costs.
func (g *Growth) slope(scale func(float64) float64) float64 {
	n := float64(len(g.sizes))
	var x, y, xx, xy float64
	for i := range g.sizes {
		a, b := scale(g.sizes[i]), scale(g.costs[i])
		x, y, xx, xy = x+a, y+b, xx+a*a, xy+a*b
	}
	return (n*xy - x*y) / (n*xx - x*x)
}

// Report reports the exponent as a row. It reports nothing if there is only one size,
// which happens if a -bench pattern selects one benchmark.
func (g *Growth) Report(b *testing.B, goal int, work string, bound Bound) {
	b.Helper()
	if len(g.sizes) > 1 {
		Row{Goal: goal, Work: "growth: " + work, Ours: g.Exponent(), Unit: "exponent", Bound: bound}.Report(b)
	}
}

// ReportSlope reports the slope as a row; unit is the unit of the costs. It reports
// nothing if there is only one size.
func (g *Growth) ReportSlope(b *testing.B, goal int, work, unit string, bound Bound) {
	b.Helper()
	if len(g.sizes) > 1 {
		Row{Goal: goal, Work: work, Ours: g.Slope(), Unit: unit, Bound: bound}.Report(b)
	}
}
