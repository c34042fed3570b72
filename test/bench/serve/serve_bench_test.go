package serve_test

import (
	"fmt"
	"os"
	"testing"
	"time"

	"github.com/previewset/previewset/test/bench/measure"
)

const goal = 8

// BenchmarkServe measures restarts: with overlays, the repository already has all
// entries. The first start, which commits all entries, is a row without a goal.
func BenchmarkServe(b *testing.B) {
	if _, err := os.Stat("/proc/self/status"); err != nil {
		b.Skip("requires Linux: the benchmark reads the memory of a process from /proc")
	}
	for _, kind := range []struct {
		name     string
		overlays bool
	}{{"parameters", false}, {"overlays", true}} {
		var start, memory measure.Growth
		for _, previews := range []int{100, 1000, 10_000} {
			b.Run(fmt.Sprintf("%s/previews=%d", kind.name, previews), func(b *testing.B) {
				// The poll interval is short, because memory is measured after three syncs.
				f := newFixture(b, size{sets: previews / 100, perSet: 100, overlays: kind.overlays, poll: 3 * time.Second})
				work := fmt.Sprintf("%d previews in %d sets, %s", previews, f.sets, kind.name)
				own, resident := f.restarts(b, work)
				start.Add(previews, own)
				memory.Add(previews, resident)
			})
		}
		start.Report(b, goal, "start to ready without the servers, "+kind.name, measure.Bound{})
		memory.Report(b, goal, "memory, "+kind.name, measure.Bound{})
		memory.ReportSlope(b, goal, "memory of one more preview, "+kind.name, "KB", measure.Bound{Kind: measure.AtMost, At: 10})
	}
}

// restarts returns the median time of a restart without the time of the forge and the Git
// server, in milliseconds, and the median memory after three syncs, in KB.
func (f *fixture) restarts(b *testing.B, work string) (own, resident float64) {
	first, times := f.start(b)
	peak := first.memory("VmHWM")
	first.Stop(b)
	rows := []measure.Row{
		{Work: work + ": first start", Ours: millis(times.ready), Unit: "ms"},
		{Work: work + ": first start without the servers", Ours: millis(times.own()), Unit: "ms"},
		{Work: work + ": first start, peak memory", Ours: peak / 1024, Unit: "MB"},
	}
	var listens, readies, owns, cpus, residents, peaks []float64
	for b.Loop() {
		p, times := f.start(b)
		p.awaitSyncs(f.sets, 3)
		listens, readies = append(listens, millis(times.listening)), append(readies, millis(times.ready))
		owns, cpus = append(owns, millis(times.own())), append(cpus, millis(times.cpu))
		residents, peaks = append(residents, p.memory("VmRSS")), append(peaks, p.memory("VmHWM"))
		p.Stop(b)
	}
	own, resident = measure.Median(owns), measure.Median(residents)
	for _, row := range append(rows,
		measure.Row{Work: work + ": start to listening", Ours: measure.Median(listens), Unit: "ms"},
		measure.Row{Work: work + ": start to ready", Ours: measure.Median(readies), Unit: "ms"},
		measure.Row{Work: work + ": start to ready without the servers", Ours: own, Unit: "ms", Bound: measure.Bound{Kind: measure.AtMost, At: 1000}},
		measure.Row{Work: work + ": processor time until ready", Ours: measure.Median(cpus), Unit: "ms"},
		measure.Row{Work: work + ": memory", Ours: resident / 1024, Unit: "MB"},
		measure.Row{Work: work + ": peak memory", Ours: measure.Median(peaks) / 1024, Unit: "MB"},
	) {
		row.Goal = goal
		row.Report(b)
	}
	return own, resident
}

func millis(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
