package plugin_test

import (
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"time"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/plugin"
)

// The service answers Argo CD from the newest snapshot on its board.
func Example() {
	board := plugin.NewBoard(time.Now)
	board.Configure([]string{"shop"}, time.Hour)
	server := httptest.NewServer(plugin.New(plugin.Options{
		Board: board, Token: func() string { return "token" }, Metrics: http.NotFoundHandler(),
		OnAnswer: func(string, int, time.Duration) {}, Log: slog.New(slog.DiscardHandler),
	}))
	defer server.Close()
	ask := func() {
		request, err := http.NewRequest(http.MethodPost, server.URL+"/api/v1/getparams.execute",
			strings.NewReader(`{"applicationSetName":"previews","input":{"parameters":{"set":"shop"}}}`))
		if err != nil {
			fmt.Println(err)
			return
		}
		request.Header.Set("Authorization", "Bearer token")
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			fmt.Println(err)
			return
		}
		defer func() { _ = response.Body.Close() }()
		body, _ := io.ReadAll(response.Body)
		fmt.Println(response.StatusCode, strings.Contains(string(body), `"namespace":"shop-pr-42"`))
	}
	ask()
	_, err := board.Publish(&generator.Snapshot{Set: "shop", TakenAt: time.Now(), Previews: []generator.Placed{{
		Preview: generator.Preview{
			Set: "shop", Change: generator.Change{Kind: generator.PullRequest, Number: 42},
			Names: generator.Names{ID: "pr-42", Application: "shop-pr-42", Namespace: "shop-pr-42"},
		},
	}}})
	if err != nil {
		fmt.Println(err)
	}
	ask()
	// Output:
	// 503 false
	// 200 true
}
