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
	if _, limit, _ := r.Newest(); limit != 0 {
		t.Errorf("got the limit %d before any response, want 0", limit)
	}
	reset := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	var all sync.WaitGroup
	for i := range 8 {
		all.Go(func() { r.Saw(i, 60, reset) })
	}
	all.Wait()
	r.Saw(12, 5000, reset)
	if remaining, limit, until := r.Newest(); remaining != 12 || limit != 5000 || !until.Equal(reset) {
		t.Errorf("got %d of %d until %s, want the newest", remaining, limit, until)
	}
}
