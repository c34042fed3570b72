package e2e_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/previewset/previewset/test/e2e/environment"
	"github.com/previewset/previewset/test/e2e/parts"
	"github.com/previewset/previewset/test/e2e/stack"
)

// rounds is the number of pull requests that the measurement opens.
const rounds = 20

// TestMeasure prints the time from the forge's webhook to the Application, and the number
// of calls for polls, compared with Argo CD's own generator. It does not fail because of
// them.
func TestMeasure(t *testing.T) {
	fx := newFixture(t, parts.ArgoCD3, "single")
	_, err := fx.ApplyExample(t.Context(), "parameters")
	must(t, err)
	must(t, fx.ownGenerator(t.Context()))
	times := fx.watchTimes(t)
	fx.watchWebhooks(t, times)
	var numbers []int64
	for i := range rounds {
		start := time.Now()
		number, _, err := fx.Forge.Open(t.Context(), fmt.Sprintf("measure-%d", i), "Measured")
		must(t, err)
		numbers = append(numbers, number)
		// This interval is not a divisor of the peer's poll interval.
		pauseUntil(t, start.Add(3700*time.Millisecond))
	}
	table := [][2]string{}
	for _, kind := range []string{"created", "healthy"} {
		var ours, peer []time.Duration
		for _, number := range numbers {
			opened := times.await(t, fmt.Sprint(number), "announced")
			ours = append(ours, times.await(t, fmt.Sprintf("plain-pr-%d", number), kind).Sub(opened))
			peer = append(peer, times.await(t, fmt.Sprintf("own-%d", number), kind).Sub(opened))
		}
		oursMedian, peerMedian := median(ours), median(peer)
		table = append(table, [2]string{
			"webhook of a new pull request to Application " + kind,
			fmt.Sprintf("%5.2f s, peer %5.2f s: %.2f", oursMedian.Seconds(), peerMedian.Seconds(), oursMedian.Seconds()/peerMedian.Seconds()),
		})
	}
	ours, peer := fx.pollCost(t)
	table = append(table, [2]string{
		"calls to the forge per hour, one poll per minute, 10 ApplicationSets",
		fmt.Sprintf("%5.0f, peer %5.0f: %.2f", 60*ours, 60*peer, ours/peer),
	})
	t.Logf("previewset compared with Argo CD's own generator, which polls every 10 s (medians of %d pull requests):", rounds)
	for _, row := range table {
		t.Logf("  %-72s %s", row[0], row[1])
	}
}

func pauseUntil(t *testing.T, until time.Time) {
	t.Helper()
	select {
	case <-t.Context().Done():
		t.Fatal(t.Context().Err())
	case <-time.After(time.Until(until)):
	}
}

func median(all []time.Duration) time.Duration {
	sorted := slices.Sorted(slices.Values(all))
	return (sorted[(len(sorted)-1)/2] + sorted[len(sorted)/2]) / 2
}

// ownGenerator applies the ApplicationSet with Argo CD's own generator.
func (fx *fixture) ownGenerator(ctx context.Context) error {
	token := &corev1.Secret{
		ObjectMeta: metav1.ObjectMeta{Name: "own-generator", Labels: map[string]string{"app.kubernetes.io/part-of": "argocd"}},
		StringData: map[string]string{"token": fx.Forge.ServiceToken},
	}
	if _, err := fx.Cluster.Kubernetes.CoreV1().Secrets(stack.ArgoCDNamespace).Create(ctx, token, metav1.CreateOptions{}); err != nil {
		return err
	}
	objects, err := fx.Manifests("test", "e2e", "testdata", "own-generator.yaml")
	if err != nil {
		return err
	}
	return fx.Cluster.Apply(ctx, stack.ArgoCDNamespace, objects...)
}

// stateTimes records when objects first reach a state.
type stateTimes struct {
	mu   sync.Mutex
	when map[string]time.Time // by name and state
}

// watchTimes records when Applications are created and healthy.
func (fx *fixture) watchTimes(t *testing.T) *stateTimes {
	t.Helper()
	s := &stateTimes{when: map[string]time.Time{}}
	watch, err := fx.Argo("applications").Watch(t.Context(), metav1.ListOptions{})
	must(t, err)
	t.Cleanup(watch.Stop)
	go func() {
		for event := range watch.ResultChan() {
			o, ok := event.Object.(*unstructured.Unstructured)
			if !ok {
				continue
			}
			s.record(o.GetName() + " created")
			if text(o, "status", "sync", "status") == "Synced" && text(o, "status", "health", "status") == "Healthy" {
				s.record(o.GetName() + " healthy")
			}
		}
	}()
	return s
}

// watchWebhooks records when the forge sends the webhook of a new pull request.
func (fx *fixture) watchWebhooks(t *testing.T, s *stateTimes) {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		var event struct {
			Action string
			Number int64
		}
		if json.NewDecoder(r.Body).Decode(&event) == nil && event.Action == "opened" {
			s.record(fmt.Sprint(event.Number, " announced"))
		}
	}))
	t.Cleanup(server.Close)
	must(t, fx.Forge.Hook(environment.Shop, server.URL, "unused"))
}

func (s *stateTimes) record(key string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, ok := s.when[key]; !ok {
		s.when[key] = time.Now()
	}
}

func (s *stateTimes) await(t *testing.T, name, state string) (when time.Time) {
	t.Helper()
	await(t, name+" is "+state, func(context.Context) error {
		s.mu.Lock()
		defer s.mu.Unlock()
		var ok bool
		if when, ok = s.when[name+" "+state]; !ok {
			return fmt.Errorf("the expected state was not reached")
		}
		return nil
	})
	return when
}
