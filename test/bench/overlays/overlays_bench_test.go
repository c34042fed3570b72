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

// In each round previewset renders all overlays, and the command builds a sample of them,
// because it would take a minute for all. The rows compare the time for one overlay.
const (
	overlays = 1000
	sample   = 20
)

// The sides. "Two" is two goroutines, or two commands at the same time.
const (
	oursOne, oursTwo = "previewset", "previewset, two goroutines"
	peerOne, peerTwo = "kustomize build", "kustomize build, two at a time"
)

// BenchmarkOverlays renders and checks 1,000 overlays. The peer builds overlays from
// files. It also compares the output of both.
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
					measure.Side{Name: peerOne, Run: func() float64 { return buildSample(b, cli, 1) }},
					measure.Side{Name: peerTwo, Run: func() float64 { return buildSample(b, cli, 2) }},
				)
			}
			work := fmt.Sprintf("one overlay on %d resources, of %d", resources, overlays)
			report := func(work, ours, peer string, times float64) {
				measure.Row{
					Goal: goal, Work: work, Ours: pair.Median(ours), Unit: "ms", Peer: peer, Theirs: pair.Median(peer),
					Bound: measure.Bound{Kind: measure.TimesAtLeast, At: times},
				}.Report(b)
			}
			report(work+", one at a time", oursOne, peerOne, 8)
			report(work+", two at a time", oursTwo, peerTwo, 8)
			report(work+", two goroutines", oursTwo, oursOne, 1.5)
		})
	}
}

// sampled returns the number of the i-th pull request of the sample.
func sampled(i int) int { return 1 + i*overlays/sample }

// compareOutput writes the overlays of the sample to files, and compares the output of
// the command with previewset's build of the same overlays.
func compareOutput(b *testing.B, cli *command, files map[string]string, round int) {
	b.Helper()
	base := load(b, files)
	for i := range sample {
		o := cli.add(b, base, preview(sampled(i), round))
		ours, err := base.Build(b.Context(), o)
		if err != nil {
			b.Fatal(err)
		}
		if want := cli.build(b, o.Dir); !bytes.Equal(ours, want) {
			b.Fatalf("previewset built\n%s\nwant the output of kustomize\n%s", ours, want)
		}
	}
}

// renderAll loads the base and renders n overlays in the given number of goroutines. It
// returns the milliseconds per overlay, without the time for loading: previewset loads
// a base only when it changes.
func renderAll(t testing.TB, files map[string]string, n, workers, round int) float64 {
	base := load(t, files)
	return measure.Millis(func() {
		parallel(n, workers, func(i int) { render(t, base, i+1, round) })
	}) / float64(n)
}

func render(t testing.TB, base *kustomize.Base, number, round int) {
	p := preview(number, round)
	if _, err := base.Render(t.Context(), p, dirOf(p)); err != nil {
		t.Error(err)
	}
}

// buildSample builds the sample with the given number of concurrent commands. It returns
// the milliseconds per overlay.
func buildSample(t testing.TB, cli *command, workers int) float64 {
	return measure.Millis(func() {
		parallel(sample, workers, func(i int) { cli.build(t, dirOf(preview(sampled(i), 0))) })
	}) / sample
}

// parallel calls do with 0 to n-1 in the given number of goroutines.
func parallel(n, workers int, do func(i int)) {
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

// BenchmarkGrowth reports how the time grows with the number of overlays and with the
// resources of the base, and the time to load a base.
func BenchmarkGrowth(b *testing.B) {
	sizes := []int{6, 60, 600}
	bases := map[int]*kustomize.Base{}
	var loading measure.Growth
	for _, resources := range sizes {
		files := baseOf(resources)
		duration := measure.Millis(func() { bases[resources] = load(b, files) })
		measure.Row{Goal: goal, Work: fmt.Sprintf("loading a base of %d resources", resources), Ours: duration, Unit: "ms"}.Report(b)
		loading.Add(resources, duration)
		for n := range 2 { // Kustomize builds the first two; BenchmarkOverlays includes their time
			render(b, bases[resources], n+1, 0)
		}
	}
	all, one := map[int][]float64{}, map[int][]float64{} // durations by size
	for b.Loop() {
		for _, n := range []int{10, 100, 1000} {
			all[n] = append(all[n], renderAll(b, baseOf(6), n, 1, 0)*float64(n))
		}
		for _, resources := range sizes {
			const times = 20
			duration := measure.Millis(func() {
				for n := range times {
					render(b, bases[resources], n+1, 1)
				}
			})
			one[resources] = append(one[resources], duration/times)
		}
	}
	linear := measure.Bound{Kind: measure.AtMost, At: 1.1}
	medians(all).Report(b, goal, "10, 100, 1,000 overlays on 6 resources", linear)
	medians(one).Report(b, goal, "one overlay on 6, 60, 600 resources", linear)
	loading.Report(b, goal, "loading a base of 6, 60, 600 resources", measure.Bound{})
}

// medians returns the growth of the medians of costs, which are by size.
func medians(costs map[int][]float64) *measure.Growth {
	var g measure.Growth
	for size, values := range costs {
		g.Add(size, measure.Median(values))
	}
	return &g
}
