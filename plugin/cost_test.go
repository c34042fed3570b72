package plugin_test

import (
	"fmt"
	"net/http"
	"runtime"
	"strings"
	"testing"
)

// discard is a ResponseWriter that discards the response.
type discard struct{ header http.Header }

func (d discard) Header() http.Header         { return d.header }
func (d discard) Write(p []byte) (int, error) { return len(p), nil }
func (d discard) WriteHeader(int)             {}

// The allocations of a request do not depend on the number of previews. The test allows
// some, because pools drop objects at random under the race detector.
func TestAllocationsDoNotGrowWithPreviews(t *testing.T) {
	few, fewBytes := allocations(t, 100)
	many, manyBytes := allocations(t, 10_000)
	if many > few+2 || manyBytes > fewBytes+1024 {
		t.Errorf("got %.0f allocations of %.0f bytes for 100 previews, and %.0f of %.0f bytes for 10,000, want the same", few, fewBytes, many, manyBytes)
	}
}

// allocations returns the number and the bytes of the allocations of a repeated request
// for a set with so many previews.
func allocations(t *testing.T, previews int) (count, bytes float64) {
	t.Helper()
	s := newService(t, "shop")
	ids := make([]string, previews)
	for i := range ids {
		ids[i] = fmt.Sprintf("pr-%d", i+1)
	}
	s.publish(t, "shop", ids...)
	const body = `{"applicationSetName":"x","input":{"parameters":{"set":"shop"}}}`
	ask := func() {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "/api/v1/getparams.execute", strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Authorization", "Bearer "+token)
		s.Handler.(described).Handler.ServeHTTP(discard{http.Header{}}, request)
	}
	const runs = 200
	count = testing.AllocsPerRun(runs, ask)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for range runs {
		ask()
	}
	runtime.ReadMemStats(&after)
	return count, float64(after.TotalAlloc-before.TotalAlloc) / runs
}
