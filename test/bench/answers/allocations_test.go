package answers_test

import (
	"net/http"
	"runtime"
	"runtime/debug"
	"testing"
)

// discard is a response that nobody reads.
type discard struct{ header http.Header }

func (d discard) Header() http.Header         { return d.header }
func (d discard) Write(p []byte) (int, error) { return len(p), nil }
func (d discard) WriteHeader(int)             {}

// allocations returns how many there are for an answer with so many previews,
// and of how many bytes, once such a question was asked.
func allocations(tb testing.TB, previews int) (count, bytes float64) {
	tb.Helper()
	defer debug.SetGCPercent(debug.SetGCPercent(-1)) // a collection empties pools
	handler := newPlugin(tb, previews)
	request := newRequest(tb, "localhost")
	ask := func() {
		var err error
		if request.Body, err = request.GetBody(); err != nil {
			tb.Fatal(err)
		}
		handler.ServeHTTP(discard{http.Header{}}, request)
	}
	const runs = 1000
	count = testing.AllocsPerRun(runs, ask)
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for range runs {
		ask()
	}
	runtime.ReadMemStats(&after)
	return count, float64((after.TotalAlloc - before.TotalAlloc) / runs)
}
