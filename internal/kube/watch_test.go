package kube_test

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"

	"github.com/previewset/previewset/internal/kube"
	kubetest "github.com/previewset/previewset/test/fake/kube"
)

func watchRequest() kube.Request {
	return kube.Request{
		Method: http.MethodGet, Path: "apis/argoproj.io/v1alpha1/namespaces/argocd/applications",
		Query: url.Values{"watch": {"true"}, "resourceVersion": {"0"}}, Verb: "watch", Resource: "applications.argoproj.io",
	}
}

// A watch has no timeout of its own: it ends with its context.
func TestWatchUntilItsContextEnds(t *testing.T) {
	t.Parallel()
	api := kubetest.Start(t)
	client := newClientWith(t, api.Kubeconfig(t), time.Millisecond)
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	opened := make(chan struct{})
	events := make(chan string, 10)
	result := make(chan error, 1)
	go func() {
		result <- client.Watch(ctx, watchRequest(), func() { close(opened) }, func(e kube.Event) error {
			events <- e.Type + " " + string(e.Object)
			return nil
		})
	}()
	<-opened
	api.Applications.Put(kubetest.Object{"metadata": kubetest.Object{"name": "a"}})
	if got := <-events; !strings.HasPrefix(got, `ADDED {"apiVersion":"argoproj.io/v1alpha1"`) {
		t.Errorf("got event %s", got)
	}
	api.Applications.Delete("a")
	if got := <-events; !strings.HasPrefix(got, "DELETED ") {
		t.Errorf("got event %s", got)
	}
	stop()
	if err := <-result; !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want %v", err, context.Canceled)
	}
}

func TestWatchErrors(t *testing.T) {
	t.Parallel()
	failed := errors.New("failed")
	write := func(text string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(text)) }
	}
	refuse := func(code int, reason string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) { kubetest.Refuse(w, code, reason, "of the server") }
	}
	const bookmark = `{"type":"BOOKMARK","object":{}}` + "\n"
	for _, test := range []struct {
		name   string
		answer http.HandlerFunc
		is     func(error) bool
	}{
		{"ends", write(""), func(err error) bool { return err == nil }},
		{"handler fails", write(bookmark), func(err error) bool { return errors.Is(err, failed) }},
		{"forbidden", refuse(403, "Forbidden"), func(err error) bool {
			return errors.Is(err, kube.ErrForbidden) && strings.Contains(err.Error(), `the verb "watch" on applications.argoproj.io`)
		}},
		{"gone", refuse(410, "Expired"), apierrors.IsResourceExpired},
		{"no status", refuse(204, ""), func(err error) bool { return err != nil }},
		{"error event", write(`{"type":"ERROR","object":{"kind":"Status","code":410,"reason":"Expired"}}` + "\n"), apierrors.IsResourceExpired},
		{"error event without a status", write(`{"type":"ERROR","object":"canary"}` + "\n"), func(err error) bool { return err != nil && !strings.Contains(err.Error(), "canary") }},
		{"garbage", write("<html>canary"), func(err error) bool {
			return strings.Contains(err.Error(), "the event is not valid") && !strings.Contains(err.Error(), "canary")
		}},
		{"unknown type", write(`{"type":"X"}`), func(err error) bool { return strings.Contains(err.Error(), `"X"`) }},
		{"large event", write(strings.Repeat("x", 8<<20+1)), func(err error) bool { return errors.Is(err, kube.ErrTooLarge) }},
		{"largest event", write(`{"type":"BOOKMARK","object":"` + strings.Repeat("x", 8<<20-40) + `"}`), func(err error) bool { return errors.Is(err, failed) }},
		{"large refusal", func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusForbidden)
			_, _ = w.Write(make([]byte, 32<<20+1))
		}, func(err error) bool { return errors.Is(err, kube.ErrTooLarge) }},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			api := kubetest.Start(t)
			api.Applications.Hook(test.answer)
			err := newClient(t, api.Kubeconfig(t)).Watch(t.Context(), watchRequest(), func() {}, func(kube.Event) error { return failed })
			if !test.is(err) {
				t.Errorf("got %.200v", err)
			}
		})
	}
}

// The target of a redirect gets no request, and so no token.
func TestWatchDoesNotFollowRedirects(t *testing.T) {
	t.Parallel()
	var requests atomic.Int64
	api := kubetest.Start(t)
	api.Hook(func(w http.ResponseWriter, _ *http.Request) {
		requests.Add(1)
		w.WriteHeader(http.StatusOK)
	})
	api.Applications.Hook(func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/elsewhere", http.StatusFound) })
	opened := false
	err := newClient(t, api.Kubeconfig(t)).Watch(t.Context(), watchRequest(), func() { opened = true }, nil)
	if err == nil || opened || requests.Load() != 0 {
		t.Errorf("got %v, opened %t, and %d requests to the target", err, opened, requests.Load())
	}
}
