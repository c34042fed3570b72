package kube_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"k8s.io/client-go/rest"

	"github.com/previewset/previewset/internal/kube"
	kubetest "github.com/previewset/previewset/test/fake/kube"
)

// A Secret that differs from the one that was asked for in its kind, namespace or name is
// an error.
func TestAnswerIsTheRequestedSecret(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, kind, namespace, secret string
		want                          bool
	}{
		{"the Secret", "Secret", "shop", "db", true},
		{"another kind", "ConfigMap", "shop", "db", false},
		{"no kind", "", "shop", "db", false},
		{"a list", "SecretList", "shop", "db", false},
		{"another namespace", "Secret", "other", "db", false},
		{"no namespace", "Secret", "", "db", false},
		{"another name", "Secret", "shop", "db2", false},
		{"no name", "Secret", "shop", "", false},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			api := kubetest.Start(t, "shop")
			api.Hook(func(w http.ResponseWriter, _ *http.Request) {
				_ = json.NewEncoder(w).Encode(kubetest.Object{"kind": test.kind, "metadata": kubetest.Object{"name": test.secret, "namespace": test.namespace}})
			})
			got, err := newClient(t, api.Kubeconfig(t)).Secret(t.Context(), "shop", "db")
			if (err == nil) != test.want || (got != nil) != test.want {
				t.Errorf("got %+v, %v, want a Secret: %t", got, err, test.want)
			}
		})
	}
}

func TestAnswerIsBounded(t *testing.T) {
	t.Parallel()
	const bound = 32 << 20
	for size, want := range map[int]error{bound: nil, bound + 1: kube.ErrTooLarge} {
		api := kubetest.Start(t, "shop")
		api.Hook(func(w http.ResponseWriter, _ *http.Request) {
			const head, tail = `{"kind":"Secret","metadata":{"name":"db","namespace":"shop"}`, "}"
			_, _ = w.Write([]byte(head + strings.Repeat(" ", size-len(head)-len(tail)) + tail))
		})
		cluster, err := kube.Connect(api.Kubeconfig(t))
		if err != nil {
			t.Fatal(err)
		}
		client, err := kube.New(cluster, time.Minute)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := client.Secret(t.Context(), "shop", "db"); !errors.Is(err, want) || (err == nil) != (want == nil) {
			t.Errorf("%d bytes: got %v, want %v", size, err, want)
		}
	}
}

// A redirect is an error, whatever its status, and its target gets no request.
func TestRedirectIsNotFollowed(t *testing.T) {
	t.Parallel()
	var requests atomic.Int64
	elsewhere := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { requests.Add(1) }))
	t.Cleanup(elsewhere.Close)
	for _, status := range []int{301, 302, 303, 307, 308} {
		api := kubetest.Start(t, "shop")
		calls := 0
		api.Hook(func(w http.ResponseWriter, r *http.Request) {
			to := elsewhere.URL
			if calls++; calls > 1 {
				requests.Add(1)
			}
			http.Redirect(w, r, to+r.URL.Path, status)
		})
		if _, err := newClient(t, api.Kubeconfig(t)).Secret(t.Context(), "shop", "db"); err == nil {
			t.Errorf("%d: got no error", status)
		}
	}
	if n := requests.Load(); n != 0 {
		t.Errorf("got %d requests after a redirect, want 0", n)
	}
}

// A request ends after its timeout, which is 10 s by default, and not earlier.
func TestTimeoutOfRequest(t *testing.T) {
	t.Parallel()
	api := kubetest.Start(t, "shop")
	cluster, err := kube.Connect(api.Kubeconfig(t))
	if err != nil {
		t.Fatal(err)
	}
	for timeout, want := range map[time.Duration]time.Duration{0: 10 * time.Second, time.Minute: time.Minute} {
		deadline := make(chan time.Duration, 1)
		transport := rest.CopyConfig(cluster)
		transport.Wrap(func(http.RoundTripper) http.RoundTripper {
			return roundTripper(func(r *http.Request) (*http.Response, error) {
				at, _ := r.Context().Deadline()
				deadline <- time.Until(at)
				return nil, context.DeadlineExceeded
			})
		})
		client, err := kube.New(transport, timeout)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := client.Secret(t.Context(), "shop", "db"); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v, want %v", err, context.DeadlineExceeded)
		}
		if got := <-deadline; got > want || got < want-5*time.Second {
			t.Errorf("timeout %s: got %s, want about %s", timeout, got, want)
		}
	}
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// Only the statuses 200 and 201 are a success.
func TestOtherStatusesAreErrors(t *testing.T) {
	t.Parallel()
	for _, status := range []int{202, 204, 206, 300, 304, 400, 401, 403, 404, 409, 410, 422, 429, 500, 503} {
		api := kubetest.Start(t, "shop")
		api.Hook(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(status) })
		s := &kube.Secret{Type: "Opaque"}
		s.Namespace, s.Name = "shop", "db"
		err := newClient(t, api.Kubeconfig(t)).CreateSecret(t.Context(), s)
		if err == nil || errors.Is(err, kube.ErrForbidden) != (status == http.StatusForbidden) {
			t.Errorf("%d: got %v, want an error, ErrForbidden: %t", status, err, status == http.StatusForbidden)
		}
	}
}
