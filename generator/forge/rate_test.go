package forge_test

import (
	"sync"
	"testing"
	"time"

	"github.com/previewset/previewset/generator/forge"
)

func TestRateIsTheNewest(t *testing.T) {
	t.Parallel()
	var r forge.Rate
	reset := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	now := reset.Add(-time.Minute)
	if until := r.ReservedUntil(now); !until.IsZero() {
		t.Errorf("reserved until %s before any response", until)
	}
	var all sync.WaitGroup
	for i := range 8 {
		all.Go(func() { r.Saw(i, 60, reset) })
	}
	all.Wait()
	for remaining, want := range map[int]time.Time{1249: reset, 1250: {}} {
		r.Saw(remaining, 5000, reset)
		if until := r.ReservedUntil(now); !until.Equal(want) {
			t.Errorf("%d of 5000: reserved until %s, want %s", remaining, until, want)
		}
	}
	r.Saw(12, 5000, reset)
	if until := r.ReservedUntil(reset); !until.IsZero() {
		t.Errorf("reserved until %s after the reset", until)
	}
}
