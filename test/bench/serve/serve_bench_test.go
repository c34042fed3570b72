package serve_test

import (
	"fmt"
	"os"
	"testing"
	"time"

	"github.com/previewset/previewset/test/bench/measure"
)

const goal = 8

// BenchmarkServe starts the program where it ran before: with overlays, the
// entries are there. The first start, which commits them all, is a row without a
// goal.
func BenchmarkServe(b *testing.B) {
	if _, err := os.Stat("/proc/self/status"); err != nil {
		b.Skip("the memory of a process is read from /proc")
	}
	for _, kind := range []struct {
		name     string
		overlays bool
	}{{"parameters", false}, {"overlays", true}} {
		var start, memory measure.Growth
		for _, previews := range []int{100, 1000, 10_000} {
			b.Run(fmt.Sprintf("%s/previews=%d", kind.name, previews), func(b *testing.B) {
				// Polls are soon, so that memory is looked at after some syncs.
				w := newWorld(b, size{sets: previews / 100, perSet: 100, overlays: kind.overlays, poll: 3 * time.Second})
				work := fmt.Sprintf("%d previews in %d sets, %s", previews, w.sets, kind.name)
				beyond, resident := w.restarts(b, work)
				start.Add(previews, beyond)
				memory.Add(previews, resident)
			})
		}
		start.Report(b, goal, "start to ready beyond the servers, "+kind.name, measure.Bound{})
		memory.Report(b, goal, "memory, "+kind.name, measure.Bound{})
		memory.ReportSlope(b, goal, "memory of one more preview, "+kind.name, "KB", measure.Bound{Kind: measure.AtMost, At: 10})
	}
}

// restarts returns the medians of how long a restart takes beyond forge and Git
// server, in milliseconds, and of the memory in use thereafter, in KB.
func (w *world) restarts(b *testing.B, work string) (beyond, resident float64) {
	first, took := w.start(b)
	peak := first.memory("VmHWM")
	first.Stop(b)
	rows := []measure.Row{
		{Work: work + ": first start", Ours: millis(took.ready), Unit: "ms"},
		{Work: work + ": first start beyond the servers", Ours: millis(took.beyond()), Unit: "ms"},
		{Work: work + ": first start, peak of memory", Ours: peak / 1024, Unit: "MB"},
	}
	var listens, readies, beyonds, cpus, residents, peaks []float64
	for b.Loop() {
		p, took := w.start(b)
		p.settle(w.sets, 3)
		listens, readies = append(listens, millis(took.listening)), append(readies, millis(took.ready))
		beyonds, cpus = append(beyonds, millis(took.beyond())), append(cpus, millis(took.cpu))
		residents, peaks = append(residents, p.memory("VmRSS")), append(peaks, p.memory("VmHWM"))
		p.Stop(b)
	}
	beyond, resident = measure.Median(beyonds), measure.Median(residents)
	for _, row := range append(rows,
		measure.Row{Work: work + ": start to listening", Ours: measure.Median(listens), Unit: "ms"},
		measure.Row{Work: work + ": start to ready", Ours: measure.Median(readies), Unit: "ms"},
		measure.Row{Work: work + ": start to ready beyond the servers", Ours: beyond, Unit: "ms", Bound: measure.Bound{Kind: measure.AtMost, At: 1000}},
		measure.Row{Work: work + ": processor time until ready", Ours: measure.Median(cpus), Unit: "ms"},
		measure.Row{Work: work + ": memory", Ours: resident / 1024, Unit: "MB"},
		measure.Row{Work: work + ": peak of memory", Ours: measure.Median(peaks) / 1024, Unit: "MB"},
	) {
		row.Goal = goal
		row.Report(b)
	}
	return beyond, resident
}

func millis(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
