package answers_test

import (
	"fmt"
	"testing"

	"github.com/previewset/previewset/test/bench/measure"
)

const goal = 1

// turns is the number of turns of each side in a round. One turn is so short that a slow
// phase of the machine can affect all of it.
const turns = 5

// bytesPerTurn is the size of all answers of a turn. A turn with large answers has more
// bytes, because it has a minimum number of requests.
const bytesPerTurn = 64 << 20

// BenchmarkAnswers requests the same list of previews from both sides.
func BenchmarkAnswers(b *testing.B) {
	for _, callers := range []int{1, 64} {
		var growth measure.Growth
		for _, previews := range []int{100, 1000, 10_000} {
			b.Run(fmt.Sprintf("previews=%d/callers=%d", previews, callers), func(b *testing.B) {
				growth.Add(previews, 1/compare(b, previews, callers))
			})
		}
		growth.Report(b, goal, fmt.Sprintf("time of an answer, %s", callersText(callers)), measure.Bound{})
	}
}

// compare returns the requests per second of previewset.
func compare(b *testing.B, previews, callers int) float64 {
	plugin := newPlugin(b, previews)
	answer := contentOf(b, plugin)
	ourAddress, echoAddress := serve(b, plugin), serve(b, newEcho(answer))
	requests := max(bytesPerTurn/len(answer), 25, 2*callers)
	side := func(name, address string) measure.Side {
		c := newCallers(b, address, callers)
		c.send(callers, len(answer)) // warm up the connections
		return measure.Side{Name: name, Run: func() float64 { return c.send(requests, len(answer)) }}
	}
	ours, peer := side("previewset", ourAddress), side("Echo", echoAddress)
	var pair measure.Pair
	for b.Loop() {
		for range turns {
			pair.Round(ours, peer)
		}
	}
	pair.Versus(b, measure.Row{
		Goal: goal, Work: fmt.Sprintf("answers of %d previews, %s", previews, callersText(callers)), Unit: "req/s",
	}, ours.Name, map[string]measure.Bound{peer.Name: {Kind: measure.ShareAtLeast, At: 0.9}})
	return pair.Median(ours.Name)
}

func callersText(callers int) string {
	if callers == 1 {
		return "1 caller"
	}
	return fmt.Sprintf("%d callers", callers)
}

// BenchmarkAllocations reports the allocations of the handler for one request, and the
// additional allocations with more previews.
func BenchmarkAllocations(b *testing.B) {
	var few, fewBytes, many, manyBytes float64
	for b.Loop() {
		few, fewBytes = allocations(b, 100)
		many, manyBytes = allocations(b, 10_000)
	}
	none := measure.Bound{Kind: measure.AtMost, At: 0}
	for _, row := range []measure.Row{
		{Work: "one request, 100 previews", Ours: few, Unit: "allocations"},
		{Work: "one request, 10000 previews", Ours: many, Unit: "allocations"},
		{Work: "one request, 10000 previews", Ours: manyBytes, Unit: "B"},
		{Work: "added by 9900 more previews", Ours: many - few, Unit: "allocations", Bound: none},
		{Work: "added by 9900 more previews", Ours: manyBytes - fewBytes, Unit: "B", Bound: none},
	} {
		row.Goal = goal
		row.Report(b)
	}
}
