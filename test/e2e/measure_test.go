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

	"github.com/previewset/previewset/test/e2e/parts"
	"github.com/previewset/previewset/test/e2e/stack"
	"github.com/previewset/previewset/test/e2e/world"
)

// rounds is how many pull requests are opened to measure.
const rounds = 20

// TestMeasure prints how long it takes from the forge's webhook to the
// Application, and what polling costs the forge, beside Argo CD's own generator.
// It asserts no time.
func TestMeasure(t *testing.T) {
	b := newBed(t, parts.ArgoCD3, "single")
	_, err := b.ApplyExample(t.Context(), "parameters")
	must(t, err)
	must(t, b.ownGenerator(t.Context()))
	seen := b.watchApplications(t)
	b.watchWebhooks(t, seen)
	var numbers []int64
	for i := range rounds {
		start := time.Now()
		number, _, err := b.Forge.Open(t.Context(), fmt.Sprintf("measure-%d", i), "Measured")
		must(t, err)
		numbers = append(numbers, number)
		// Not in step with the polls of the other.
		pause(t, start.Add(3700*time.Millisecond))
	}
	table := [][2]string{}
	for _, kind := range []string{"created", "healthy"} {
		var ours, theirs []time.Duration
		for _, number := range numbers {
			opened := seen.await(t, fmt.Sprint(number), "announced")
			ours = append(ours, seen.await(t, fmt.Sprintf("plain-pr-%d", number), kind).Sub(opened))
			theirs = append(theirs, seen.await(t, fmt.Sprintf("own-%d", number), kind).Sub(opened))
		}
		a, b := median(ours), median(theirs)
		table = append(table, [2]string{
			"webhook of a new pull request to Application " + kind,
			fmt.Sprintf("%5.2f s beside %5.2f s: %.2f", a.Seconds(), b.Seconds(), a.Seconds()/b.Seconds()),
		})
	}
	ours, theirs := b.pollCost(t)
	table = append(table, [2]string{
		"calls to the forge in an hour of polling each minute, 10 ApplicationSets",
		fmt.Sprintf("%5.0f beside %5.0f: %.2f", 60*ours, 60*theirs, ours/theirs),
	})
	t.Logf("previewset beside Argo CD's own generator, which polls each 10 s (medians of %d; %d pull requests):", rounds, rounds)
	for _, row := range table {
		t.Logf("  %-72s %s", row[0], row[1])
	}
}

func pause(t *testing.T, until time.Time) {
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

// ownGenerator applies the peer.
func (b *bed) ownGenerator(ctx context.Context) error {
	token := &corev1.Secret{
		ObjectMeta: metav1.ObjectMeta{Name: "own-generator", Labels: map[string]string{"app.kubernetes.io/part-of": "argocd"}},
		StringData: map[string]string{"token": b.Forge.ServiceToken},
	}
	if _, err := b.Cluster.Kubernetes.CoreV1().Secrets(stack.ArgoCDNamespace).Create(ctx, token, metav1.CreateOptions{}); err != nil {
		return err
	}
	objects, err := b.Manifests("test", "e2e", "testdata", "own-generator.yaml")
	if err != nil {
		return err
	}
	return b.Cluster.Apply(ctx, stack.ArgoCDNamespace, objects...)
}

// sightings are when something was first seen in a state.
type sightings struct {
	mu   sync.Mutex
	when map[string]time.Time // by name and state
}

func (b *bed) watchApplications(t *testing.T) *sightings {
	t.Helper()
	s := &sightings{when: map[string]time.Time{}}
	watch, err := b.Argo("applications").Watch(t.Context(), metav1.ListOptions{})
	must(t, err)
	t.Cleanup(watch.Stop)
	go func() {
		for event := range watch.ResultChan() {
			o, ok := event.Object.(*unstructured.Unstructured)
			if !ok {
				continue
			}
			s.note(o.GetName() + " created")
			if text(o, "status", "sync", "status") == "Synced" && text(o, "status", "health", "status") == "Healthy" {
				s.note(o.GetName() + " healthy")
			}
		}
	}()
	return s
}

// watchWebhooks notes when the forge sends the webhook of a new pull request.
func (b *bed) watchWebhooks(t *testing.T, s *sightings) {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		var event struct {
			Action string
			Number int64
		}
		if json.NewDecoder(r.Body).Decode(&event) == nil && event.Action == "opened" {
			s.note(fmt.Sprint(event.Number, " announced"))
		}
	}))
	t.Cleanup(server.Close)
	must(t, b.Forge.Hook(world.Shop, server.URL, "unused"))
}

func (s *sightings) note(what string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, ok := s.when[what]; !ok {
		s.when[what] = time.Now()
	}
}

func (s *sightings) await(t *testing.T, name, state string) (when time.Time) {
	t.Helper()
	await(t, name+" is to be "+state, func(context.Context) error {
		s.mu.Lock()
		defer s.mu.Unlock()
		var ok bool
		if when, ok = s.when[name+" "+state]; !ok {
			return fmt.Errorf("it is not")
		}
		return nil
	})
	return when
}
