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

	"github.com/previewset/previewset/test/e2e/stack"
	"github.com/previewset/previewset/test/e2e/world"
)

// polled is how many ApplicationSets, or sets, are on one repository.
const polled = 10

// pollCost returns how many calls a poll of all costs at the forge: ours, and
// those of Argo CD's own generator.
func (b *bed) pollCost(t *testing.T) (ours, theirs float64) {
	t.Helper()
	forge, calls := b.countingForge(t)
	return b.ourCost(t, forge, calls), b.theirCost(t, forge, calls)
}

// countingForge stands in front of Gitea and counts calls of its API.
func (b *bed) countingForge(t *testing.T) (address string, calls *atomic.Int64) {
	t.Helper()
	target, err := url.Parse(b.Gitea.URL)
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

// ourCost runs another previewset with ten sets that poll each second.
func (b *bed) ourCost(t *testing.T, forge string, calls *atomic.Int64) float64 {
	t.Helper()
	service, err := b.ServeSets(t.Context(), forge, polled)
	must(t, err)
	defer func() { must(t, service.Stop()) }()
	const polls = 10
	reach := func(n int) {
		await(t, fmt.Sprintf("%d polls", n), func(ctx context.Context) error {
			got, err := leastSyncs(ctx, service)
			if err == nil && got < n {
				err = fmt.Errorf("there were %d", got)
			}
			return err
		})
	}
	reach(2)
	before := calls.Load()
	reach(2 + polls)
	return float64(calls.Load()-before) / polls
}

// leastSyncs returns how often the set that did so least has synced.
func leastSyncs(ctx context.Context, service *world.Service) (int, error) {
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
		return 0, fmt.Errorf("%d sets have synced", len(syncs))
	}
	return slices.Min(syncs), nil
}

// theirCost refreshes ten ApplicationSets with Argo CD's own generator.
func (b *bed) theirCost(t *testing.T, forge string, calls *atomic.Int64) float64 {
	t.Helper()
	objects, err := b.Manifests("test", "e2e", "testdata", "own-generator.yaml")
	must(t, err)
	must(t, b.Argo("applicationsets").Delete(t.Context(), objects[0].GetName(), metav1.DeleteOptions{}))
	for i := range polled {
		must(t, b.Cluster.Apply(t.Context(), stack.ArgoCDNamespace, pollingOnly(t, objects[0], forge, i)))
	}
	const polls = 3
	b.refreshAll(t) // they are settled then
	before := calls.Load()
	for range polls {
		b.refreshAll(t)
	}
	return float64(calls.Load()-before) / polls
}

// pollingOnly is the i-th ApplicationSet, which asks and deploys nothing.
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

// refreshAll makes each of them ask once more.
func (b *bed) refreshAll(t *testing.T) {
	t.Helper()
	for i := range polled {
		b.markRefresh(t, fmt.Sprintf("polling-%d", i))
	}
	for i := range polled {
		b.awaitRefreshed(t, fmt.Sprintf("polling-%d", i))
	}
}
