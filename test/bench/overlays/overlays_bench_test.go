package overlays_test

import (
	"bytes"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/previewset/previewset/kustomize"
	"github.com/previewset/previewset/test/bench/measure"
)

const goal = 6

// How many overlays a round has: previewset renders all, the command builds some
// of them, because it takes a minute for all. What is compared is the time for
// one overlay.
const (
	overlays = 1000
	sample   = 20
)

// The sides. "two" is two goroutines, or two commands, at a time.
const (
	oursOne, oursTwo     = "previewset", "previewset, two goroutines"
	theirsOne, theirsTwo = "kustomize build", "kustomize build, two at a time"
)

// BenchmarkOverlays renders and checks 1,000 overlays, beside the command that
// builds them from files, and compares what both make.
func BenchmarkOverlays(b *testing.B) {
	for _, resources := range []int{6, 60} {
		b.Run(fmt.Sprintf("resources=%d", resources), func(b *testing.B) {
			files := baseOf(resources)
			cli := newCommand(b, files)
			var pair measure.Pair
			round := 0
			for b.Loop() {
				round++
				compareOutput(b, cli, files, round)
				pair.Round(
					measure.Side{Name: oursOne, Run: func() float64 { return renderAll(b, files, overlays, 1, round) }},
					measure.Side{Name: oursTwo, Run: func() float64 { return renderAll(b, files, overlays, 2, round) }},
					measure.Side{Name: theirsOne, Run: func() float64 { return buildSample(b, cli, 1) }},
					measure.Side{Name: theirsTwo, Run: func() float64 { return buildSample(b, cli, 2) }},
				)
			}
			work := fmt.Sprintf("one overlay on %d resources, of %d", resources, overlays)
			report := func(work, ours, peer string, times float64) {
				measure.Row{
					Goal: goal, Work: work, Ours: pair.Median(ours), Unit: "ms", Peer: peer, Theirs: pair.Median(peer),
					Bound: measure.Bound{Kind: measure.TimesAtLeast, At: times},
				}.Report(b)
			}
			report(work+", one at a time", oursOne, theirsOne, 8)
			report(work+", two at a time", oursTwo, theirsTwo, 8)
			report(work+", two goroutines", oursTwo, oursOne, 1.5)
		})
	}
}

// sampled returns the number of the i-th pull request of the sample.
func sampled(i int) int { return 1 + i*overlays/sample }

// compareOutput writes the overlays of the sample to files, and compares what the
// command prints for them with what previewset builds.
func compareOutput(b *testing.B, cli *command, files map[string]string, round int) {
	b.Helper()
	base := load(b, files)
	for i := range sample {
		o := cli.add(b, base, preview(sampled(i), round))
		ours, err := base.Build(b.Context(), o)
		if err != nil {
			b.Fatal(err)
		}
		if theirs := cli.build(b, o.Dir); !bytes.Equal(ours, theirs) {
			b.Fatalf("previewset builds\n%s\nand kustomize\n%s", ours, theirs)
		}
	}
}

// renderAll loads the base and renders n overlays on it in as many goroutines as
// workers says. It returns the milliseconds for one without the loading, which is
// done once for as long as a base stays the same.
func renderAll(t testing.TB, files map[string]string, n, workers, round int) float64 {
	base := load(t, files)
	return measure.Millis(func() {
		share(n, workers, func(i int) { render(t, base, i+1, round) })
	}) / float64(n)
}

func render(t testing.TB, base *kustomize.Base, number, round int) {
	p := preview(number, round)
	if _, err := base.Render(t.Context(), p, dirOf(p)); err != nil {
		t.Error(err)
	}
}

// buildSample has the command build the sample, as many at a time as workers
// says. It returns the milliseconds for one.
func buildSample(t testing.TB, cli *command, workers int) float64 {
	return measure.Millis(func() {
		share(sample, workers, func(i int) { cli.build(t, dirOf(preview(sampled(i), 0))) })
	}) / sample
}

// share does 0 to n-1 in as many goroutines as workers says.
func share(n, workers int, do func(i int)) {
	var next atomic.Int64
	var wg sync.WaitGroup
	for range workers {
		wg.Go(func() {
			for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
				do(i)
			}
		})
	}
	wg.Wait()
}

// BenchmarkGrowth says how the time grows with the overlays and with the resources
// of the base, and how long it takes to load that.
func BenchmarkGrowth(b *testing.B) {
	sizes := []int{6, 60, 600}
	bases := map[int]*kustomize.Base{}
	var loading measure.Growth
	for _, resources := range sizes {
		files := baseOf(resources)
		took := measure.Millis(func() { bases[resources] = load(b, files) })
		measure.Row{Goal: goal, Work: fmt.Sprintf("loading a base of %d resources", resources), Ours: took, Unit: "ms"}.Report(b)
		loading.Add(resources, took)
		for n := range 2 { // these are built; see BenchmarkOverlays for what that takes
			render(b, bases[resources], n+1, 0)
		}
	}
	all, one := map[int][]float64{}, map[int][]float64{}
	for b.Loop() {
		for _, n := range []int{10, 100, 1000} {
			all[n] = append(all[n], renderAll(b, baseOf(6), n, 1, 0)*float64(n))
		}
		for _, resources := range sizes {
			const times = 20
			took := measure.Millis(func() {
				for n := range times {
					render(b, bases[resources], n+1, 1)
				}
			})
			one[resources] = append(one[resources], took/times)
		}
	}
	linear := measure.Bound{Kind: measure.AtMost, At: 1.1}
	medians(all).Report(b, goal, "10, 100, 1,000 overlays on 6 resources", linear)
	medians(one).Report(b, goal, "one overlay on 6, 60, 600 resources", linear)
	loading.Report(b, goal, "loading a base of 6, 60, 600 resources", measure.Bound{})
}

// medians returns the growth of the medians of costs, by size.
func medians(costs map[int][]float64) *measure.Growth {
	var g measure.Growth
	for size, of := range costs {
		g.Add(size, measure.Median(of))
	}
	return &g
}
