package reconcile

import (
	"fmt"
	"testing"
	"time"

	"github.com/previewset/previewset/test/bench/measure"
)

// The measurements of previewset.
const (
	warm = "warm" // reconcile after a sync
	cold = "cold" // wiring, first sync and reconcile
	sent = "sent" // like warm, but only until the last byte of the answer is read
)

// Speed measures the time of one reconcile for each side (goal 2).
func Speed(b *testing.B, a ArgoCD) {
	for _, delay := range []time.Duration{5 * time.Millisecond, 50 * time.Millisecond} {
		b.Run(fmt.Sprintf("1000 at %s", delay), func(b *testing.B) {
			durations := speed(b, a, 1000, delay)
			for state, bound := range map[string]float64{warm: 50, cold: 1} {
				measure.Row{
					Goal: 2, Work: fmt.Sprintf("%s, 1,000 pull requests, %s per call", state, delay), Unit: "ms",
					Ours: durations.Median(state), Peer: a.Name, Theirs: durations.Median(a.Name),
					Bound: measure.Bound{Kind: measure.TimesAtLeast, At: bound},
				}.Report(b)
			}
			measure.Row{
				Goal: 2, Work: fmt.Sprintf("warm, without decoding the answer, %s per call", delay), Unit: "ms",
				Ours: durations.Median(sent), Peer: a.Name, Theirs: durations.Median(a.Name),
			}.Report(b)
		})
	}
}

// Growth measures one reconcile with 100, 1,000 and 10,000 pull requests, without delay.
func Growth(b *testing.B, a ArgoCD) {
	costs := map[string]*measure.Growth{warm: {}, cold: {}, a.Name: {}}
	for _, open := range []int{100, 1000, 10_000} {
		b.Run(fmt.Sprintf("%d", open), func(b *testing.B) {
			durations := speed(b, a, open, 0)
			for name, growth := range costs {
				growth.Add(open, durations.Median(name))
			}
		})
	}
	for name, growth := range costs {
		growth.Report(b, 2, name+", 100 to 10,000 pull requests", measure.Bound{})
	}
}

// speed runs the rounds of b and returns the durations of each side, in milliseconds.
func speed(b *testing.B, a ArgoCD, open int, delay time.Duration) *measure.Pair {
	f := newFixture(b, open)
	settings := f.configure(b, 1)
	synced := start(b, settings, time.Now)
	b.Cleanup(synced.close)
	synced.sync(b)
	reconcile := a.Plugin(b, synced.url)
	pullRequests := a.PullRequests(b, f.forge.URL)
	generate(b, reconcile, open)
	generate(b, pullRequests, open)
	f.forge.Delay(delay)
	var durations measure.Pair
	for b.Loop() {
		durations.Round(
			measure.Side{Name: warm, Run: func() float64 {
				return measure.Millis(func() { generate(b, reconcile, open) })
			}},
			measure.Side{Name: sent, Run: func() float64 {
				return measure.Millis(func() { synced.fetch(b) })
			}},
			measure.Side{Name: cold, Run: func() float64 {
				var s *service
				defer func() { s.close() }()
				return measure.Millis(func() {
					s = start(b, settings, time.Now)
					s.sync(b)
					generate(b, a.Plugin(b, s.url), open)
				})
			}},
			measure.Side{Name: a.Name, Run: func() float64 {
				return measure.Millis(func() { generate(b, pullRequests, open) })
			}},
		)
	}
	return &durations
}

// generate calls f. The test fails unless f returns the given number of parameter sets.
func generate(t testing.TB, f Generate, want int) []map[string]any {
	t.Helper()
	sets, err := f()
	if err != nil {
		t.Fatal(err)
	}
	if len(sets) != want {
		t.Fatalf("got %d parameter sets, want %d", len(sets), want)
	}
	return sets
}
