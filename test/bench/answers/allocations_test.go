package answers_test

import (
	"net/http"
	"runtime"
	"runtime/debug"
	"testing"
)

// discardWriter is a response writer that discards the response.
type discardWriter struct{ header http.Header }

func (d discardWriter) Header() http.Header         { return d.header }
func (d discardWriter) Write(p []byte) (int, error) { return len(p), nil }
func (d discardWriter) WriteHeader(int)             {}

// allocations returns the number and the bytes of the allocations for one answer with
// the given number of previews. Earlier requests have warmed up the handler.
func allocations(tb testing.TB, previews int) (count, bytes float64) {
	tb.Helper()
	defer debug.SetGCPercent(debug.SetGCPercent(-1)) // a garbage collection empties sync.Pools
	handler := newPlugin(tb, previews)
	request := newRequest(tb, "localhost")
	send := func() {
		var err error
		if request.Body, err = request.GetBody(); err != nil {
			tb.Fatal(err)
		}
		handler.ServeHTTP(discardWriter{http.Header{}}, request)
	}
	const runs = 1000
	count = testing.AllocsPerRun(runs, send)
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for range runs {
		send()
	}
	runtime.ReadMemStats(&after)
	return count, float64((after.TotalAlloc - before.TotalAlloc) / runs)
}
