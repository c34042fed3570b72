package writer_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/previewset/previewset/test/bench/gitserver"
	"github.com/previewset/previewset/test/bench/measure"
	"github.com/previewset/previewset/test/bench/writer"
)

// goal is the chapter of the page that explains these.
const goal = 4

// BenchmarkWriter removes 300 of 1,000 entries and changes 100 in a repository
// of 50,000 files. A cold side has nothing at hand. A warm one has pushed
// before, and somebody else has pushed since.
func BenchmarkWriter(b *testing.B) {
	store := gitserver.NewStore(b)
	for _, delay := range []time.Duration{0, 40 * time.Millisecond} {
		for _, state := range []struct {
			name  string
			share float64
		}{{"cold", 0.4}, {"warm", 0.7}} {
			took := map[int]float64{}
			for _, commits := range []int{200, 5000} {
				name := fmt.Sprintf("%s, http with %d ms, %d commits", state.name, delay.Milliseconds(), commits)
				b.Run(name, func(b *testing.B) {
					r := rounds{
						store: store, delay: delay, warm: state.name == "warm",
						shape: gitserver.Shape{Entries: 1000, Files: 50000, Commits: commits},
					}
					r.run(b, theWork(), us, theGit)
					r.report(b, name, measure.Bound{Kind: measure.ShareAtMost, At: state.share})
					took[commits] = r.time.Median(us)
				})
			}
			reportHistory(b, fmt.Sprintf("%s, http with %d ms, 5000 commits", state.name, delay.Milliseconds()), took)
		}
	}
}

func (r *rounds) report(b *testing.B, name string, bound measure.Bound) {
	b.Helper()
	r.time.Versus(b, measure.Row{Goal: goal, Work: name, Unit: "ms"}, us, map[string]measure.Bound{theGit: bound})
	if r.delay > 0 {
		return // the same as without
	}
	r.received.Versus(b, measure.Row{Goal: goal, Work: name + ", received", Unit: "kB"}, us, nil)
	r.sent.Versus(b, measure.Row{Goal: goal, Work: name + ", sent", Unit: "kB"}, us, nil)
	r.requests.Versus(b, measure.Row{Goal: goal, Work: name + ", requests", Unit: "requests"}, us, nil)
}

// reportHistory compares the longer history with the shorter one, where both
// were run.
func reportHistory(b *testing.B, name string, took map[int]float64) {
	b.Helper()
	if took[200] == 0 || took[5000] == 0 {
		return
	}
	measure.Row{
		Goal: goal, Work: name, Ours: took[5000], Unit: "ms", Peer: us + ", 200 commits", Theirs: took[200],
		Bound: measure.Bound{Kind: measure.ShareAtMost, At: 1.5},
	}.Report(b)
}

// BenchmarkWriterGrowth is cold and without latency. With the files the work
// stays the same; with the entries it is always 30 % and 10 % of them.
func BenchmarkWriterGrowth(b *testing.B) {
	store := gitserver.NewStore(b)
	grow(b, store, "files", func(files int) gitserver.Shape {
		return gitserver.Shape{Entries: 100, Files: files, Commits: 20}
	}, 500, 5000, 50000)
	grow(b, store, "entries", func(entries int) gitserver.Shape {
		return gitserver.Shape{Entries: entries, Files: 50000, Commits: 20}
	}, 100, 1000, 10000)
}

func grow(b *testing.B, store *gitserver.Store, of string, shape func(size int) gitserver.Shape, sizes ...int) {
	b.Helper()
	growth := map[string]*measure.Growth{us: {}, theGit: {}}
	for _, size := range sizes {
		name := fmt.Sprintf("cold, %d %s", size, of)
		b.Run(name, func(b *testing.B) {
			r := rounds{store: store, shape: shape(size)}
			r.run(b, writer.NewEdit(r.shape.Entries*3/10, r.shape.Entries/10), us, theGit)
			r.time.Versus(b, measure.Row{Goal: goal, Work: name, Unit: "ms"}, us, nil)
			for side, g := range growth {
				g.Add(size, r.time.Median(side))
			}
		})
	}
	growth[us].Report(b, goal, "cold, "+of, measure.Bound{})
	growth[theGit].Report(b, goal, "cold, "+of+", git", measure.Bound{})
}
