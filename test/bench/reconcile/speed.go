package reconcile

import (
	"fmt"
	"testing"
	"time"

	"github.com/previewset/previewset/test/bench/measure"
)

// What is timed of previewset.
const (
	warm = "warm" // it has synced
	cold = "cold" // it starts with nothing: wiring, first list and answer
	sent = "sent" // as warm, until the last byte of the answer is read, and no more
)

// Speed measures what one reconcile takes with each side (goal 2).
func Speed(b *testing.B, a ArgoCD) {
	for _, delay := range []time.Duration{5 * time.Millisecond, 50 * time.Millisecond} {
		b.Run(fmt.Sprintf("1000 at %s", delay), func(b *testing.B) {
			took := speed(b, a, 1000, delay)
			for state, bound := range map[string]float64{warm: 50, cold: 1} {
				measure.Row{
					Goal: 2, Work: fmt.Sprintf("%s, 1,000 pull requests, %s a call", state, delay), Unit: "ms",
					Ours: took.Median(state), Peer: a.Name, Theirs: took.Median(a.Name),
					Bound: measure.Bound{Kind: measure.TimesAtLeast, At: bound},
				}.Report(b)
			}
			measure.Row{
				Goal: 2, Work: fmt.Sprintf("warm, until the answer is there to be decoded, %s a call", delay), Unit: "ms",
				Ours: took.Median(sent), Peer: a.Name, Theirs: took.Median(a.Name),
			}.Report(b)
		})
	}
}

// Growth measures the same at sizes ten times apart, without delay.
func Growth(b *testing.B, a ArgoCD) {
	costs := map[string]*measure.Growth{warm: {}, cold: {}, a.Name: {}}
	for _, open := range []int{100, 1000, 10_000} {
		b.Run(fmt.Sprintf("%d", open), func(b *testing.B) {
			took := speed(b, a, open, 0)
			for name, growth := range costs {
				growth.Add(open, took.Median(name))
			}
		})
	}
	for name, growth := range costs {
		growth.Report(b, 2, name+", 100 to 10,000 pull requests", measure.Bound{})
	}
}

// speed runs the rounds of b and returns what each side took, in milliseconds.
func speed(b *testing.B, a ArgoCD, open int, delay time.Duration) *measure.Pair {
	w := newWorld(b, open)
	settings := w.configure(b, 1)
	synced := start(b, settings, time.Now)
	b.Cleanup(synced.close)
	synced.sync(b)
	reconcile := a.Plugin(b, synced.url)
	theirs := a.PullRequests(b, w.forge.URL)
	generate(b, reconcile, open)
	generate(b, theirs, open)
	w.forge.Delay(delay)
	var took measure.Pair
	for b.Loop() {
		took.Round(
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
				return measure.Millis(func() { generate(b, theirs, open) })
			}},
		)
	}
	return &took
}

// generate fails where another number of parameter sets comes.
func generate(t testing.TB, from Generate, want int) []map[string]any {
	t.Helper()
	sets, err := from()
	if err != nil {
		t.Fatal(err)
	}
	if len(sets) != want {
		t.Fatalf("%d parameter sets, want %d", len(sets), want)
	}
	return sets
}
