package writer_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/previewset/previewset/test/bench/gitserver"
	"github.com/previewset/previewset/test/bench/measure"
	"github.com/previewset/previewset/test/bench/writer"
)

// goal is the number of the chapter in docs/performance.md.
const goal = 4

// BenchmarkWriter removes 300 of 1,000 entries and changes 100 in a repository of 50,000
// files. A cold side has no local data. A warm side has pushed before, and another writer
// has pushed since.
func BenchmarkWriter(b *testing.B) {
	store := gitserver.NewStore(b)
	for _, delay := range []time.Duration{0, 40 * time.Millisecond} {
		for _, state := range []struct {
			name  string
			share float64
		}{{"cold", 0.4}, {"warm", 0.7}} {
			medians := map[int]float64{} // by number of commits
			for _, commits := range []int{200, 5000} {
				name := fmt.Sprintf("%s, http with %d ms, %d commits", state.name, delay.Milliseconds(), commits)
				b.Run(name, func(b *testing.B) {
					r := rounds{
						store: store, delay: delay, warm: state.name == "warm",
						shape: gitserver.Shape{Entries: 1000, Files: 50000, Commits: commits},
					}
					r.run(b, goalEdit(), ours, gitCommand)
					r.report(b, name, measure.Bound{Kind: measure.ShareAtMost, At: state.share})
					medians[commits] = r.time.Median(ours)
				})
			}
			reportHistory(b, fmt.Sprintf("%s, http with %d ms, 5000 commits", state.name, delay.Milliseconds()), medians)
		}
	}
}

func (r *rounds) report(b *testing.B, name string, bound measure.Bound) {
	b.Helper()
	r.time.Versus(b, measure.Row{Goal: goal, Work: name, Unit: "ms"}, ours, map[string]measure.Bound{gitCommand: bound})
	if r.delay > 0 {
		return // the traffic does not depend on the delay
	}
	r.received.Versus(b, measure.Row{Goal: goal, Work: name + ", received", Unit: "kB"}, ours, nil)
	r.sent.Versus(b, measure.Row{Goal: goal, Work: name + ", sent", Unit: "kB"}, ours, nil)
	r.requests.Versus(b, measure.Row{Goal: goal, Work: name + ", requests", Unit: "requests"}, ours, nil)
}

// reportHistory compares the long history with the short history. It reports nothing if
// a -bench pattern has selected only one of them.
func reportHistory(b *testing.B, name string, medians map[int]float64) {
	b.Helper()
	if medians[200] == 0 || medians[5000] == 0 {
		return
	}
	measure.Row{
		Goal: goal, Work: name, Ours: medians[5000], Unit: "ms", Peer: ours + ", 200 commits", Theirs: medians[200],
		Bound: measure.Bound{Kind: measure.ShareAtMost, At: 1.5},
	}.Report(b)
}

// BenchmarkWriterGrowth measures growth, cold and without latency. While the number of
// files grows, the edit stays the same. While the number of entries grows, the edit
// removes 30 % and changes 10 % of them.
func BenchmarkWriterGrowth(b *testing.B) {
	store := gitserver.NewStore(b)
	grow(b, store, "files", func(files int) gitserver.Shape {
		return gitserver.Shape{Entries: 100, Files: files, Commits: 20}
	}, 500, 5000, 50000)
	grow(b, store, "entries", func(entries int) gitserver.Shape {
		return gitserver.Shape{Entries: entries, Files: 50000, Commits: 20}
	}, 100, 1000, 10000)
}

func grow(b *testing.B, store *gitserver.Store, unit string, shape func(size int) gitserver.Shape, sizes ...int) {
	b.Helper()
	growth := map[string]*measure.Growth{ours: {}, gitCommand: {}}
	for _, size := range sizes {
		name := fmt.Sprintf("cold, %d %s", size, unit)
		b.Run(name, func(b *testing.B) {
			r := rounds{store: store, shape: shape(size)}
			r.run(b, writer.NewEdit(r.shape.Entries*3/10, r.shape.Entries/10), ours, gitCommand)
			r.time.Versus(b, measure.Row{Goal: goal, Work: name, Unit: "ms"}, ours, nil)
			for side, g := range growth {
				g.Add(size, r.time.Median(side))
			}
		})
	}
	growth[ours].Report(b, goal, "cold, "+unit, measure.Bound{})
	growth[gitCommand].Report(b, goal, "cold, "+unit+", git", measure.Bound{})
}
