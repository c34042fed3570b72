package committer_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/previewset/previewset/test/bench/gitserver"
	"github.com/previewset/previewset/test/bench/measure"
)

const (
	goal      = 5
	producers = 8
	// window is how long a side works in each round. Whoever has begun an
	// operation by its end finishes it.
	window = 8 * time.Second
)

// shape is a GitOps repository of a usual size.
func shape() gitserver.Shape { return gitserver.Shape{Entries: 1000, Files: 50000, Commits: 200} }

// operation changes one entry of the producer's own, and returns when the
// server has it.
type operation func(ctx context.Context, producer, n int) error

// BenchmarkProducers has eight producers change entries on one branch, as fast
// as they get through: sets of one previewset, or independent clones.
func BenchmarkProducers(b *testing.B) {
	store := gitserver.NewStore(b)
	var rates, latencies measure.Pair
	for b.Loop() {
		slow := map[string]float64{}
		side := func(name string, connect func(b *testing.B, url string) operation) measure.Side {
			return measure.Side{Name: name, Run: func() float64 {
				repo := store.Repo(b, shape())
				took := work(b, connect(b, gitserver.Serve(b, repo, 0).URL))
				check(b, repo)
				slow[name] = measure.Quantile(took, 0.95)
				return float64(len(took)) / window.Seconds()
			}}
		}
		rates.Round(side("previewset", sets), side("git", clones))
		latencies.Round(
			measure.Side{Name: "previewset", Run: func() float64 { return slow["previewset"] }},
			measure.Side{Name: "git", Run: func() float64 { return slow["git"] }},
		)
	}
	rates.Versus(b, measure.Row{Goal: goal, Work: "operations of 8 producers", Unit: "ops/s"}, "previewset",
		map[string]measure.Bound{"git": {Kind: measure.ShareAtLeast, At: 10}})
	latencies.Versus(b, measure.Row{Goal: goal, Work: "p95 of an operation", Unit: "ms"}, "previewset",
		map[string]measure.Bound{"git": {Kind: measure.AtMost, At: 200}})
}

// work returns how long each operation took, in milliseconds.
func work(b *testing.B, do operation) (took []float64) {
	ctx, cancel := context.WithTimeout(b.Context(), 10*window)
	defer cancel()
	var all sync.WaitGroup
	var mu sync.Mutex
	end := time.Now().Add(window)
	for producer := range producers {
		all.Go(func() {
			for n := 1; time.Now().Before(end); n++ {
				start := time.Now()
				if err := do(ctx, producer, n); err != nil {
					b.Errorf("producer %d: %v", producer, err)
					return
				}
				mu.Lock()
				took = append(took, float64(time.Since(start).Microseconds())/1000)
				mu.Unlock()
			}
		})
	}
	all.Wait()
	return took
}
