package answers_test

import (
	"fmt"
	"testing"

	"github.com/previewset/previewset/test/bench/measure"
)

const goal = 1

// The sides take turns some times in each round of the benchmark: one turn is
// over so soon that a slow moment of the machine is in all of it.
const turns = 5

// perTurn is how many bytes each side answers with in a turn, or more where that
// were too few requests to be measured.
const perTurn = 64 << 20

// BenchmarkAnswers asks both sides for the same list of previews.
func BenchmarkAnswers(b *testing.B) {
	for _, callers := range []int{1, 64} {
		var growth measure.Growth
		for _, previews := range []int{100, 1000, 10_000} {
			b.Run(fmt.Sprintf("previews=%d/callers=%d", previews, callers), func(b *testing.B) {
				growth.Add(previews, 1/compare(b, previews, callers))
			})
		}
		growth.Report(b, goal, fmt.Sprintf("time of an answer, %s", people(callers)), measure.Bound{})
	}
}

// compare returns how many requests previewset answers in a second.
func compare(b *testing.B, previews, callers int) float64 {
	plugin := newPlugin(b, previews)
	answer := contentOf(b, plugin)
	ours, theirs := serve(b, plugin), serve(b, newEcho(answer))
	requests := max(perTurn/len(answer), 25, 2*callers)
	side := func(name, address string) measure.Side {
		c := newCallers(b, address, callers)
		c.ask(callers, len(answer)) // what is slow once is over
		return measure.Side{Name: name, Run: func() float64 { return c.ask(requests, len(answer)) }}
	}
	us, peer := side("previewset", ours), side("Echo", theirs)
	var pair measure.Pair
	for b.Loop() {
		for range turns {
			pair.Round(us, peer)
		}
	}
	pair.Versus(b, measure.Row{
		Goal: goal, Work: fmt.Sprintf("answers of %d previews, %s", previews, people(callers)), Unit: "req/s",
	}, us.Name, map[string]measure.Bound{peer.Name: {Kind: measure.ShareAtLeast, At: 0.9}})
	return pair.Median(us.Name)
}

func people(callers int) string {
	if callers == 1 {
		return "1 caller"
	}
	return fmt.Sprintf("%d callers", callers)
}

// BenchmarkAllocations says what a request allocates in the handler, and what
// comes with more previews.
func BenchmarkAllocations(b *testing.B) {
	var few, fewBytes, many, manyBytes float64
	for b.Loop() {
		few, fewBytes = allocations(b, 100)
		many, manyBytes = allocations(b, 10_000)
	}
	none := measure.Bound{Kind: measure.AtMost, At: 0}
	for _, row := range []measure.Row{
		{Work: "a request, 100 previews", Ours: few, Unit: "allocations"},
		{Work: "a request, 10000 previews", Ours: many, Unit: "allocations"},
		{Work: "a request, 10000 previews", Ours: manyBytes, Unit: "B"},
		{Work: "what 9900 more previews add", Ours: many - few, Unit: "allocations", Bound: none},
		{Work: "what 9900 more previews add", Ours: manyBytes - fewBytes, Unit: "B", Bound: none},
	} {
		row.Goal = goal
		row.Report(b)
	}
}
