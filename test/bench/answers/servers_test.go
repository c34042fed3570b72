package answers_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/labstack/echo/v4"
	"github.com/prometheus/client_golang/prometheus"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/internal/metrics"
	"github.com/previewset/previewset/plugin"
)

const (
	path  = "/api/v1/getparams.execute"
	token = "0123456789abcdef0123456789abcdef"
	body  = `{"applicationSetName":"shop-previews","input":{"parameters":{"set":"shop"}}}`
)

// newRequest returns the request that Argo CD sends (argo-cd v2.14,
// applicationset/services/internal/http: Client.NewRequest).
func newRequest(tb testing.TB, address string) *http.Request {
	tb.Helper()
	r, err := http.NewRequestWithContext(tb.Context(), http.MethodPost, "http://"+address+path, strings.NewReader(body))
	if err != nil {
		tb.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+token)
	r.Header.Set("Content-Type", "application/json")
	return r
}

// newPlugin returns previewset's handler as `serve` creates it. One of its two sets has
// the given number of previews.
func newPlugin(tb testing.TB, previews int) http.Handler {
	tb.Helper()
	board := plugin.NewBoard(time.Now)
	board.Configure([]string{"shop", "web"}, time.Hour)
	if _, err := board.Publish(snapshot(previews)); err != nil {
		tb.Fatal(err)
	}
	return plugin.New(plugin.Options{
		Board: board, Token: func() string { return token }, Metrics: http.NotFoundHandler(),
		OnAnswer: metrics.New(prometheus.NewRegistry(), time.Now, "v0.0.0").Answered, Log: slog.New(slog.DiscardHandler),
	})
}

// newEcho returns the peer. It sets Content-Length, so that net/http does not split the
// answer into chunks.
func newEcho(answer []byte) http.Handler {
	length := strconv.Itoa(len(answer))
	e := echo.New()
	e.POST(path, func(c echo.Context) error {
		c.Response().Header().Set(echo.HeaderContentLength, length)
		return c.JSONBlob(http.StatusOK, answer)
	})
	return e
}

// sliceWriter is a response writer that keeps the written slice without copying it.
type sliceWriter struct {
	discardWriter
	content []byte
}

func (s *sliceWriter) Write(p []byte) (int, error) {
	s.content = p
	return len(p), nil
}

// contentOf returns the answer of the plugin: its own slice, not a copy. The memory
// address of an answer of 12 MB can change the time by a tenth, so both sides must use
// the same memory.
func contentOf(tb testing.TB, plugin http.Handler) []byte {
	tb.Helper()
	s := &sliceWriter{discardWriter: discardWriter{http.Header{}}}
	plugin.ServeHTTP(s, newRequest(tb, "localhost"))
	return s.content
}

// serve serves handler until the test ends, and returns its address.
func serve(tb testing.TB, handler http.Handler) string {
	tb.Helper()
	listener, err := new(net.ListenConfig).Listen(tb.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		tb.Fatal(err)
	}
	server := plugin.NewServer(handler, slog.New(slog.DiscardHandler))
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = server.Serve(listener) // until it is shut down
	}()
	tb.Cleanup(func() {
		if err := server.Shutdown(context.WithoutCancel(tb.Context())); err != nil {
			tb.Error(err)
		}
		<-done
	})
	return listener.Addr().String()
}

// fetch sends a request to address and returns the answer.
func fetch(tb testing.TB, address string) []byte {
	tb.Helper()
	transport := &http.Transport{}
	defer transport.CloseIdleConnections()
	response, err := transport.RoundTrip(newRequest(tb, address))
	if err != nil {
		tb.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	answer, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode != http.StatusOK || response.ContentLength != int64(len(answer)) {
		tb.Fatalf("status %s, Content-Length %d, %d bytes, error %v", response.Status, response.ContentLength, len(answer), err)
	}
	return answer
}

// snapshot returns a snapshot of previews that have every parameter.
func snapshot(previews int) *generator.Snapshot {
	s := &generator.Snapshot{Set: "shop", TakenAt: time.Now()}
	repository := generator.Repository{
		ForgeHost: "github.com", Organization: "acme", Name: "shop", CloneURL: "https://github.com/acme/shop.git", DefaultBranch: "main",
	}
	opened := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	for i := range previews {
		id := fmt.Sprintf("pr-%d", i+1)
		s.Previews = append(s.Previews, generator.Placed{
			Preview: generator.Preview{
				Set: "shop", Repository: repository,
				Change: generator.Change{
					Kind: generator.PullRequest, Number: int64(i + 1), Branch: fmt.Sprintf("feature/SHOP-%d-basket-of-returning-guests", i+1),
					TargetBranch: "main", HeadSHA: fmt.Sprintf("%040x", 7919*(i+1)), Title: fmt.Sprintf("SHOP-%d: keep the basket of returning guests", i+1),
					Author: "some-developer", Labels: []string{"preview", "team/checkout"}, URL: fmt.Sprintf("https://github.com/acme/shop/pull/%d", i+1),
					CreatedAt: opened.Add(time.Duration(i) * time.Minute), UpdatedAt: opened.Add(time.Duration(i) * time.Hour),
				},
				Names: generator.Names{
					ID: id, Application: "shop-" + id, Namespace: "shop-" + id, Host: id + ".shop.preview.example.com", DBSchema: fmt.Sprintf("shop_pr_%d", i+1),
				},
				ExpiresAt: opened.Add(time.Duration(i)*time.Hour + 72*time.Hour),
			},
			Placement: generator.Placement{
				RepoURL: "https://github.com/acme/gitops.git", Path: "previews/shop/" + id, Revision: fmt.Sprintf("%040x", 104729*(i+1)),
			},
		})
	}
	return s
}
