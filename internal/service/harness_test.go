package service_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/previewset/previewset/internal/config"
	"github.com/previewset/previewset/internal/service"
	gittest "github.com/previewset/previewset/test/fake/git"
)

const (
	bearerToken = "s3cret-token"
	timeout     = time.Minute // of waiting for the service
)

// harness runs the service on a configuration file and a GitOps repository.
type harness struct {
	t      *testing.T
	dir    string
	gitops *gittest.Repo
	url    string // of the service

	mu  sync.Mutex
	log bytes.Buffer
}

// settings is the base of the previews.
const settings = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\n"

func newHarness(t *testing.T) *harness {
	t.Helper()
	h := &harness{t: t, dir: t.TempDir(), gitops: gittest.NewRepo(t, "gitops")}
	h.gitops.Commit(t, "main", "Add the base", map[string]string{
		"base/kustomization.yaml": "resources: [settings.yaml]\n", "base/settings.yaml": settings,
	})
	h.write("token", bearerToken+"\n")
	return h
}

func (h *harness) file(name string) string { return filepath.Join(h.dir, name) }

func (h *harness) write(name, content string) {
	h.t.Helper()
	// A file that is written in place is empty for a short time, so replace it.
	if err := os.WriteFile(h.file(name)+".new", []byte(content), 0o600); err != nil {
		h.t.Fatal(err)
	}
	if err := os.Rename(h.file(name)+".new", h.file(name)); err != nil {
		h.t.Fatal(err)
	}
}

// configure writes a configuration with these keys, in YAML.
func (h *harness) configure(poll, keys string) {
	h.t.Helper()
	h.write("config.yaml", fmt.Sprintf("apiVersion: previewset.dev/v1alpha1\nkind: Config\nauth: {tokenFile: %s}\npoll: %s\n%s", h.file("token"), poll, keys))
}

// Write implements io.Writer for the log.
func (h *harness) Write(p []byte) (int, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.log.Write(p)
}

func (h *harness) logText() string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.log.String()
}

// start runs the service until the test or a call of stop ends it.
func (h *harness) start() (stop func()) {
	h.t.Helper()
	return h.startWith(service.Options{})
}

// startWith is start with further options.
func (h *harness) startWith(o service.Options) (stop func()) {
	h.t.Helper()
	file, c, err := config.Open(h.file("config.yaml"))
	if err != nil {
		h.t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.WithoutCancel(h.t.Context()))
	listening, ended := make(chan net.Addr, 1), make(chan error, 1)
	o.Config, o.Reload, o.Prune = c, file.Reload, true
	o.Listen, o.Listening = "127.0.0.1:0", func(a net.Addr) { listening <- a }
	o.Log = slog.New(slog.NewTextHandler(h, &slog.HandlerOptions{Level: slog.LevelDebug}))
	go func() { ended <- service.Run(ctx, o) }()
	select {
	case address := <-listening:
		h.url = "http://" + address.String()
	case err := <-ended:
		cancel()
		h.t.Fatal(err)
	}
	stop = sync.OnceFunc(func() {
		cancel()
		if err := <-ended; err != nil {
			h.t.Errorf("the service ended with %v", err)
		}
	})
	h.t.Cleanup(stop)
	return stop
}

func (h *harness) send(method, path, body string, header http.Header) (int, string) {
	h.t.Helper()
	request, err := http.NewRequestWithContext(h.t.Context(), method, h.url+path, strings.NewReader(body))
	if err != nil {
		h.t.Fatal(err)
	}
	maps.Copy(request.Header, header)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		h.t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		h.t.Fatal(err)
	}
	return response.StatusCode, string(text)
}

// ask requests the parameters of a set, and returns the status and the ids of the previews.
func (h *harness) ask(set, token string) (int, []string) {
	h.t.Helper()
	status, body := h.send(http.MethodPost, "/api/v1/getparams.execute", `{"input":{"parameters":{"set":"`+set+`"}}}`,
		http.Header{"Authorization": {"Bearer " + token}})
	var answer struct {
		Output struct {
			Parameters []struct {
				ID string `json:"id"`
			} `json:"parameters"`
		} `json:"output"`
	}
	if status == http.StatusOK {
		if err := json.Unmarshal([]byte(body), &answer); err != nil {
			h.t.Fatal(err)
		}
	}
	var ids []string
	for _, p := range answer.Output.Parameters {
		ids = append(ids, p.ID)
	}
	return status, ids
}

// series returns the metrics of previewset, without their prefix.
func (h *harness) series() map[string]float64 {
	h.t.Helper()
	_, text := h.send(http.MethodGet, "/metrics", "", nil)
	all := map[string]float64{}
	for _, line := range strings.Split(text, "\n") {
		name, number, ok := cutLast(strings.TrimPrefix(line, "previewset_"), " ")
		if !ok || !strings.HasPrefix(line, "previewset_") {
			continue
		}
		value, err := strconv.ParseFloat(number, 64)
		if err != nil {
			h.t.Fatal(err)
		}
		all[name] = value
	}
	return all
}

func cutLast(s, sep string) (before, after string, found bool) {
	if i := strings.LastIndex(s, sep); i >= 0 {
		return s[:i], s[i+len(sep):], true
	}
	return s, "", false
}

// await waits until a condition holds.
func (h *harness) await(what string, holds func() bool) {
	h.t.Helper()
	for deadline := time.Now().Add(timeout); !holds(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			h.t.Fatalf("%s: not within %s; log:\n%s", what, timeout, h.logText())
		}
	}
}

// awaitIDs waits until a set has exactly these previews.
func (h *harness) awaitIDs(set string, want ...string) {
	h.t.Helper()
	var got []string
	h.await(fmt.Sprintf("previews %q of %s", want, set), func() bool {
		_, got = h.ask(set, bearerToken)
		return slices.Equal(got, want)
	})
}

// awaitSeries waits until a metric has a value.
func (h *harness) awaitSeries(name string, want float64) {
	h.t.Helper()
	h.await(fmt.Sprintf("%s = %v", name, want), func() bool {
		got, ok := h.series()[name]
		return ok && got == want
	})
}

// awaitSyncs waits until a set was synced n times more. Changed files are read as
// often as a set with a poll of one second is synced.
func (h *harness) awaitSyncs(set string, more float64) {
	h.t.Helper()
	name := `sync_duration_seconds_count{set="` + set + `"}`
	before := h.series()[name]
	h.await("more syncs of "+set, func() bool { return h.series()[name] >= before+more })
}

// checkSeries compares metrics with the values in want.
func (h *harness) checkSeries(want map[string]float64) {
	h.t.Helper()
	got := h.series()
	for _, name := range slices.Sorted(maps.Keys(want)) {
		if value, ok := got[name]; !ok || value != want[name] {
			h.t.Errorf("%s: got %v (exists: %t), want %v", name, value, ok, want[name])
		}
	}
}

// noSeries checks that no metric contains text.
func (h *harness) noSeries(text string) {
	h.t.Helper()
	for name := range h.series() {
		if strings.Contains(name, text) {
			h.t.Errorf("got series %s, want none with %s", name, text)
		}
	}
}

// newApp returns an application repository with branches beside main.
func newApp(t *testing.T, branches ...string) *gittest.Repo {
	t.Helper()
	r := gittest.NewRepo(t, "shop")
	first := r.Commit(t, "main", "Begin", map[string]string{"README": "x\n"})
	for _, branch := range branches {
		r.Branch(t, branch, first)
		r.Commit(t, branch, "Work", map[string]string{branch: "x\n"})
	}
	return r
}

// branchSet is a set that previews the branches of a repository except main.
func branchSet(name, url string, more ...string) string {
	return fmt.Sprintf("- name: %s\n  source: {git: {url: %q}}\n  select: {branches: {exclude: [main]}}\n%s", name, url, strings.Join(more, ""))
}

// overlay is the key of a set with overlays.
const overlay = "  overlay: {base: base}\n"

// warningsOf returns the warnings of a set, as the API has them.
func (h *harness) warningsOf(set string) string {
	h.t.Helper()
	_, body := h.send(http.MethodGet, "/api/v1/previews?set="+set, "", http.Header{"Authorization": {"Bearer " + bearerToken}})
	var answer struct {
		Sets []struct {
			Warnings []struct{ Message string }
		}
	}
	if err := json.Unmarshal([]byte(body), &answer); err != nil {
		h.t.Fatalf("%v in %s", err, body)
	}
	var all []string
	for _, s := range answer.Sets {
		for _, w := range s.Warnings {
			all = append(all, w.Message)
		}
	}
	return strings.Join(all, "\n")
}
