package reconcile

import (
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/previewset/previewset/generator/cached"
	"github.com/previewset/previewset/internal/config"
	"github.com/previewset/previewset/internal/gitops"
	"github.com/previewset/previewset/internal/pipeline"
	"github.com/previewset/previewset/internal/wiring"
	"github.com/previewset/previewset/plugin"
)

// service is previewset with a clock and syncs that the benchmark controls.
type service struct {
	url    string
	config *config.Config
	source *cached.Source
	sets   []*pipeline.Set
	board  *plugin.Board
	close  func()
}

// configure returns a configuration of sets that all read the same repository.
func (f *fixture) configure(t testing.TB, sets int) *config.Config {
	t.Helper()
	token := filepath.Join(t.TempDir(), "token")
	if err := os.WriteFile(token, []byte(ForgeToken+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	var text strings.Builder
	fmt.Fprintf(&text, "apiVersion: previewset.dev/v1alpha1\nkind: Config\nauth: {tokenFile: %q}\nsets:\n", token)
	for n := range sets {
		fmt.Fprintf(&text, "- name: shop-%d\n  source: {github: {owner: %s, repo: %s, apiURL: %q, tokenFile: %q}}\n  select: {pullRequests: {}}\n",
			n, Owner, Repo, f.forge.APIURL(), token)
	}
	c, err := config.Parse("config.yaml", []byte(text.String()))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// start wires a service without data, and starts its HTTP server. The caller must call
// close.
func start(t testing.TB, c *config.Config, now func() time.Time) *service {
	t.Helper()
	log := slog.New(slog.DiscardHandler)
	s := &service{config: c, board: plugin.NewBoard(now)}
	parts, err := wiring.Wire(c, wiring.Options{Log: log, Now: now})
	if err != nil {
		t.Fatal(err)
	}
	s.sets, s.source = parts.Sets, parts.Sources[c.Sets[0].Name] // all sets share it
	var names []string
	for _, set := range c.Sets {
		names = append(names, set.Name)
	}
	s.board.Configure(names, time.Duration(c.MaxAge))
	server := httptest.NewServer(plugin.New(plugin.Options{
		Board: s.board, Token: func() string { return Token }, Log: log,
		OnAnswer: func(string, int, time.Duration) {}, Metrics: http.NotFoundHandler(),
	}))
	s.url, s.close = server.URL, server.Close
	return s
}

// sync syncs one set after the other, as the loop of internal/service does at each poll.
func (s *service) sync(t testing.TB) {
	t.Helper()
	for _, set := range s.sets {
		previous, err := s.board.Snapshot(set.Name)
		if err != nil {
			previous = nil
		}
		outcome, err := set.Sync(t.Context(), pipeline.Input{Previous: previous, Permissions: gitops.Permissions{Write: true}})
		if err == nil {
			_, err = s.board.Publish(outcome.Snapshot)
		}
		if err != nil {
			t.Fatalf("sync of %s: %v", set.Name, err)
		}
	}
}

// fetch sends a request as Argo CD's client does, and discards the answer.
func (s *service) fetch(t testing.TB) {
	t.Helper()
	body := strings.NewReader(`{"applicationSetName":"shop","input":{"parameters":{"set":"` + Set + `"}}}`)
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.url+"/api/v1/getparams.execute", body)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer "+Token)
	request.Header.Set("Content-Type", "application/json")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	if _, err := io.Copy(io.Discard, response.Body); err != nil || response.StatusCode != http.StatusOK {
		t.Fatalf("status %d, %v", response.StatusCode, err)
	}
}
