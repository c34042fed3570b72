package applications_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"k8s.io/client-go/rest"

	"github.com/previewset/previewset/internal/applications"
)

// cluster is an API with many Applications, which it makes when they are read. The
// first ones deploy entries.
type cluster struct {
	total, ours int
	large       string // JSON of an Application that deploys no entry
	peak        uint64
}

func newCluster(t *testing.T, total, ours int) *cluster {
	t.Helper()
	var resources []object
	for i := range 250 {
		resources = append(resources, object{
			"group": "apps", "version": "v1", "kind": "Deployment", "namespace": "team", "name": fmt.Sprint("deployment-with-a-name-", i), "status": "Synced",
			"health": object{"status": "Healthy", "message": "everything is available"},
		})
	}
	text, err := json.Marshal(app("NAME", "spec.source.path", "apps/team", "status.resources", resources))
	if err != nil {
		t.Fatal(err)
	}
	return &cluster{total: total, ours: ours, large: string(text)}
}

func (c *cluster) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.URL.Query().Get("watch") != "" {
		w.WriteHeader(http.StatusOK)
		<-r.Context().Done()
		return
	}
	var memory runtime.MemStats
	runtime.ReadMemStats(&memory)
	c.peak = max(c.peak, memory.HeapAlloc)
	limit, _ := strconv.Atoi(r.URL.Query().Get("limit"))
	first, _ := strconv.Atoi(r.URL.Query().Get("continue"))
	end, next := first+limit, fmt.Sprintf(`,"continue":"%d"`, first+limit)
	if end >= c.total {
		end, next = c.total, ""
	}
	_, _ = fmt.Fprintf(w, `{"kind":"ApplicationList","metadata":{"resourceVersion":"7"%s},"items":[`, next)
	for i := first; i < end; i++ {
		if i > first {
			_, _ = io.WriteString(w, ",")
		}
		text := strings.Replace(c.large, "NAME", fmt.Sprint("app-", i), 1)
		if i < c.ours {
			text = strings.Replace(text, "apps/team", fmt.Sprint("previews/shop/pr-", i), 1)
		}
		_, _ = io.WriteString(w, text)
	}
	_, _ = io.WriteString(w, "]}")
}

// listAll returns after w has listed all Applications, and the bytes that it retains.
func (c *cluster) listAll(t *testing.T) (w *applications.Watcher, retained int64) {
	t.Helper()
	before := heap()
	c.peak = 0
	listed := make(chan struct{}, 10)
	w, err := applications.New(&rest.Config{Host: "https://kube.test", Transport: pipe{c}}, applications.Options{
		Namespace: "argocd", RepoURL: "https://git.acme.dev/ops/gitops.git", Path: "previews",
		Changed: func([]string) { listed <- struct{}{} }, Log: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		w.Run(ctx)
	}()
	<-listed
	stop()
	<-done
	c.peak -= min(c.peak, before)
	return w, int64(heap()) - int64(before)
}

func heap() uint64 {
	runtime.GC()
	runtime.GC()
	var memory runtime.MemStats
	runtime.ReadMemStats(&memory)
	return memory.HeapAlloc
}

// TestMemory lists thousands of Applications of others with 50 kB each, and 300 of entries. It does not
// run in parallel, because others would change the measurement.
func TestMemory(t *testing.T) {
	c := newCluster(t, foreign+300, 300)
	begin := time.Now()
	w, retained := c.listAll(t)
	t.Logf("%d Applications of others with %d kB each, and 300 of entries: %d kB are retained, at most %d MB are used, in %v",
		foreign, len(c.large)>>10, retained>>10, c.peak>>20, time.Since(begin).Round(time.Millisecond))
	if got := w.Of("shop"); len(got.ByPath) != 300 {
		t.Fatalf("got %d Applications, want 300", len(got.ByPath))
	}
	if len(c.large) < 45<<10 || retained > 2<<20 || c.peak > 64<<20 {
		t.Errorf("got %d bytes retained and %d at most, want 2 MiB and 64 MiB", retained, c.peak)
	}
	runtime.KeepAlive(w)
}
