package e2e_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/previewset/previewset/test/e2e/environment"
	"github.com/previewset/previewset/test/e2e/stack"
)

// polled is the number of ApplicationSets or sets on one repository.
const polled = 10

// pollCost returns the number of calls to the forge for one poll of all sets: of previewset
// and of Argo CD's own generator.
func (fx *fixture) pollCost(t *testing.T) (ours, peer float64) {
	t.Helper()
	forge, calls := fx.countingForge(t)
	return fx.ourCost(t, forge, calls), fx.peerCost(t, forge, calls)
}

// countingForge starts a proxy in front of Gitea that counts API calls.
func (fx *fixture) countingForge(t *testing.T) (address string, calls *atomic.Int64) {
	t.Helper()
	target, err := url.Parse(fx.Gitea.URL)
	must(t, err)
	calls = new(atomic.Int64)
	proxy := httputil.NewSingleHostReverseProxy(target)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "/api/") {
			calls.Add(1)
		}
		proxy.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	return server.URL, calls
}

// ourCost runs another previewset with ten sets that poll every second.
func (fx *fixture) ourCost(t *testing.T, forge string, calls *atomic.Int64) float64 {
	t.Helper()
	service, err := fx.ServeSets(t.Context(), forge, polled)
	must(t, err)
	defer func() { must(t, service.Stop()) }()
	const polls = 10
	awaitPolls := func(n int) {
		await(t, fmt.Sprintf("all sets have completed %d polls", n), func(ctx context.Context) error {
			got, err := minSyncs(ctx, service)
			if err == nil && got < n {
				err = fmt.Errorf("%d polls", got)
			}
			return err
		})
	}
	awaitPolls(2)
	before := calls.Load()
	awaitPolls(2 + polls)
	return float64(calls.Load()-before) / polls
}

// minSyncs returns the smallest number of completed syncs of a set.
func minSyncs(ctx context.Context, service *environment.Service) (int, error) {
	lines, err := service.Metrics(ctx)
	if err != nil {
		return 0, err
	}
	var syncs []int
	for _, line := range lines {
		name, value, ok := strings.Cut(line, "} ")
		if !ok || !strings.HasPrefix(name, "previewset_sync_duration_seconds_count{") {
			continue
		}
		n, err := strconv.Atoi(value)
		if err != nil {
			return 0, err
		}
		syncs = append(syncs, n)
	}
	if len(syncs) < polled {
		return 0, fmt.Errorf("%d sets have synced, want %d", len(syncs), polled)
	}
	return slices.Min(syncs), nil
}

// peerCost refreshes ten ApplicationSets with Argo CD's own generator.
func (fx *fixture) peerCost(t *testing.T, forge string, calls *atomic.Int64) float64 {
	t.Helper()
	objects, err := fx.Manifests("test", "e2e", "testdata", "own-generator.yaml")
	must(t, err)
	must(t, fx.Argo("applicationsets").Delete(t.Context(), objects[0].GetName(), metav1.DeleteOptions{}))
	for i := range polled {
		must(t, fx.Cluster.Apply(t.Context(), stack.ArgoCDNamespace, pollingOnly(t, objects[0], forge, i)))
	}
	const polls = 3
	fx.refreshAll(t) // completes the first reconciles
	before := calls.Load()
	for range polls {
		fx.refreshAll(t)
	}
	return float64(calls.Load()-before) / polls
}

// pollingOnly returns the i-th ApplicationSet. It calls the forge and deploys nothing.
func pollingOnly(t *testing.T, o *unstructured.Unstructured, forge string, i int) *unstructured.Unstructured {
	t.Helper()
	o = o.DeepCopy()
	o.SetName(fmt.Sprintf("polling-%d", i))
	generators, _, err := unstructured.NestedSlice(o.Object, "spec", "generators")
	must(t, err)
	generator := generators[0].(map[string]any)["pullRequest"].(map[string]any)
	generator["gitea"].(map[string]any)["api"] = forge
	generator["requeueAfterSeconds"] = int64(3600)
	must(t, unstructured.SetNestedSlice(o.Object, generators, "spec", "generators"))
	must(t, unstructured.SetNestedField(o.Object, fmt.Sprintf("polling-%d-{{.number}}", i), "spec", "template", "metadata", "name"))
	unstructured.RemoveNestedField(o.Object, "spec", "template", "spec", "syncPolicy")
	return o
}

// refreshAll reconciles each of the ApplicationSets once.
func (fx *fixture) refreshAll(t *testing.T) {
	t.Helper()
	for i := range polled {
		fx.requestRefresh(t, fmt.Sprintf("polling-%d", i))
	}
	for i := range polled {
		fx.awaitRefreshed(t, fmt.Sprintf("polling-%d", i))
	}
}
