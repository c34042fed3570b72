package plugin_test

import (
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/plugin"
)

// callers is how many ApplicationSets ask at once.
const callers = 100

// BenchmarkAnswers has a hundred ApplicationSets ask at once, over loopback. An
// iteration is one round of all; p99 is over all requests.
func BenchmarkAnswers(b *testing.B) {
	for _, previews := range []int{100, 1000} {
		b.Run(fmt.Sprintf("previews=%d", previews), func(b *testing.B) {
			url := benchServer(b, previews)
			client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: callers}}
			defer client.CloseIdleConnections()
			took := make([]time.Duration, 0, callers*b.N)
			b.ReportAllocs()
			for b.Loop() {
				took = append(took, round(b, client, url)...)
			}
			slices.Sort(took)
			b.ReportMetric(float64(took[len(took)*99/100].Microseconds())/1000, "p99-ms")
		})
	}
}

func benchServer(b *testing.B, previews int) (url string) {
	b.Helper()
	board := plugin.NewBoard(time.Now)
	board.Configure([]string{"shop"}, time.Hour)
	snapshot := &generator.Snapshot{Set: "shop", TakenAt: time.Now()}
	for i := range previews {
		snapshot.Previews = append(snapshot.Previews, generator.Placed{Preview: generator.Preview{
			Set: "shop", Names: generator.Names{ID: fmt.Sprintf("pr-%d", i)},
			Change: generator.Change{Kind: generator.PullRequest, Number: int64(i), Title: "Some title of a usual length"},
		}})
	}
	if err := board.Publish(snapshot); err != nil {
		b.Fatal(err)
	}
	server := httptest.NewServer(plugin.New(plugin.Options{
		Board: board, Token: func() string { return token }, Metrics: http.NotFoundHandler(),
		Answered: func(string, int, time.Duration) {}, Log: slog.New(slog.DiscardHandler),
	}))
	b.Cleanup(server.Close)
	return server.URL + "/api/v1/getparams.execute"
}

func round(b *testing.B, client *http.Client, url string) []time.Duration {
	took := make([]time.Duration, callers)
	var all sync.WaitGroup
	for i := range callers {
		all.Go(func() {
			start := time.Now()
			request, err := http.NewRequest(http.MethodPost, url, strings.NewReader(`{"input":{"parameters":{"set":"shop"}}}`))
			if err != nil {
				b.Error(err)
				return
			}
			request.Header.Set("Authorization", "Bearer "+token)
			response, err := client.Do(request)
			if err != nil {
				b.Error(err)
				return
			}
			defer func() { _ = response.Body.Close() }()
			if _, err := io.Copy(io.Discard, response.Body); err != nil || response.StatusCode != http.StatusOK {
				b.Error(response.Status, err)
			}
			took[i] = time.Since(start)
		})
	}
	all.Wait()
	return took
}
