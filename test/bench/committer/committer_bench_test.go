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
	// window is the duration of a round. A producer finishes an operation that it
	// started within the window.
	window = 8 * time.Second
)

// shape returns the shape of a GitOps repository of typical size.
func shape() gitserver.Shape { return gitserver.Shape{Entries: 1000, Files: 50000, Commits: 200} }

// operation changes one entry of the producer, and returns when the server has the
// commit. n is the number of the operation.
type operation func(ctx context.Context, producer, n int) error

// BenchmarkProducers runs eight producers that change entries on one branch as fast as
// possible: eight sets of one previewset, or eight independent clones.
func BenchmarkProducers(b *testing.B) {
	store := gitserver.NewStore(b)
	var rates, latencies measure.Pair
	for b.Loop() {
		p95 := map[string]float64{}
		side := func(name string, connect func(b *testing.B, url string) operation) measure.Side {
			return measure.Side{Name: name, Run: func() float64 {
				repo := store.Repo(b, shape())
				durations := runProducers(b, connect(b, gitserver.Serve(b, repo, 0).URL))
				check(b, repo)
				p95[name] = measure.Quantile(durations, 0.95)
				return float64(len(durations)) / window.Seconds()
			}}
		}
		rates.Round(side("previewset", sets), side("git", clones))
		latencies.Round(
			measure.Side{Name: "previewset", Run: func() float64 { return p95["previewset"] }},
			measure.Side{Name: "git", Run: func() float64 { return p95["git"] }},
		)
	}
	rates.Versus(b, measure.Row{Goal: goal, Work: "operations of 8 producers", Unit: "ops/s"}, "previewset",
		map[string]measure.Bound{"git": {Kind: measure.ShareAtLeast, At: 10}})
	latencies.Versus(b, measure.Row{Goal: goal, Work: "p95 of an operation", Unit: "ms"}, "previewset",
		map[string]measure.Bound{"git": {Kind: measure.AtMost, At: 200}})
}

// runProducers runs all producers for one window and returns the duration of each
// operation, in milliseconds.
func runProducers(b *testing.B, do operation) (durations []float64) {
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
				durations = append(durations, float64(time.Since(start).Microseconds())/1000)
				mu.Unlock()
			}
		})
	}
	all.Wait()
	return durations
}
