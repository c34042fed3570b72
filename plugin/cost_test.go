package plugin_test

import (
	"fmt"
	"net/http"
	"runtime"
	"strings"
	"testing"
)

// discard is a response that nobody reads.
type discard struct{ header http.Header }

func (d discard) Header() http.Header         { return d.header }
func (d discard) Write(p []byte) (int, error) { return len(p), nil }
func (d discard) WriteHeader(int)             {}

// TestAnswersAllocateNothingByPreview: what a request allocates is the same
// however many previews it is answered with. The race detector has pools drop
// some of what they are given, so that a little is allocated now and then.
func TestAnswersAllocateNothingByPreview(t *testing.T) {
	few, fewBytes := allocations(t, 100)
	many, manyBytes := allocations(t, 10_000)
	if many > few+2 || manyBytes > fewBytes+1024 {
		t.Errorf("with 100 previews %.0f allocations of %.0f bytes, with 10,000 %.0f of %.0f", few, fewBytes, many, manyBytes)
	}
}

// allocations returns how many there are for an answer with so many previews,
// and of how many bytes, once such a question was asked.
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
		s.ServeHTTP(discard{http.Header{}}, request)
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
