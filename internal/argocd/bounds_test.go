package argocd_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"k8s.io/client-go/rest"

	"github.com/previewset/previewset/internal/argocd"
	"github.com/previewset/previewset/internal/kube"
)

// A list has at most 100 pages.
func TestPagesOfListAreBounded(t *testing.T) {
	t.Parallel()
	for pages, want := range map[int]error{1: nil, 100: nil, 101: kube.ErrTooLarge} {
		all := make([][]object, pages)
		for i := range all {
			all[i] = []object{}
		}
		all[pages-1] = []object{shopAppSet(t, "last")}
		c := newCluster(t, all...)
		names, err := newRefresher(t, c).Refresh(t.Context(), "shop")
		if !errors.Is(err, want) || (err == nil) != (want == nil) || len(names) != len(c.marks) || (len(names) == 1) != (want == nil) {
			t.Errorf("%d pages: got %q, %v, patches %q; want %v", pages, names, err, c.marks, want)
		}
	}
}

// A list that expires between pages is read again, three times in all.
func TestReadsOfExpiredListAreBounded(t *testing.T) {
	t.Parallel()
	for expirations, want := range map[int]bool{0: true, 1: true, 2: true, 3: false} {
		c := newCluster(t, []object{shopAppSet(t, "a")}, []object{shopAppSet(t, "b")})
		left, reads := expirations, 0
		c.hook = func(w http.ResponseWriter, r *http.Request) {
			switch {
			case r.Method != http.MethodGet:
			case r.URL.Query().Get("continue") == "":
				reads++
			case left > 0:
				left--
				refuse(w, http.StatusGone, "Expired", "the continue token is too old")
			}
		}
		names, err := newRefresher(t, c).Refresh(t.Context(), "shop")
		if (err == nil) != want || (len(names) == 2) != want || reads != min(expirations+1, 3) {
			t.Errorf("%d expirations: got %q, %v after %d reads, want success: %t", expirations, names, err, reads, want)
		}
	}
}

// An error has at most five failures, and the number of the others.
func TestFailuresInErrorAreBounded(t *testing.T) {
	t.Parallel()
	for failures, wantLines := range map[int]int{1: 1, 5: 5, 6: 6, 7: 6, 20: 6} {
		var all []object
		for i := range failures {
			all = append(all, shopAppSet(t, fmt.Sprintf("set-%d", i)))
		}
		c := newCluster(t, append(all, shopAppSet(t, "good")))
		c.hook = func(w http.ResponseWriter, r *http.Request) {
			if r.Method == http.MethodPatch && !strings.HasSuffix(r.URL.Path, "/good") {
				refuse(w, http.StatusInternalServerError, "InternalError", "failed")
			}
		}
		names, err := newRefresher(t, c).Refresh(t.Context(), "shop")
		if len(names) != 1 || err == nil || len(strings.Split(err.Error(), "\n")) != wantLines {
			t.Errorf("%d failures: got %q, %v, want %d lines", failures, names, err, wantLines)
			continue
		}
		if more := fmt.Sprintf("argocd: and %d more", failures-5); strings.HasSuffix(err.Error(), more) != (failures > 5) {
			t.Errorf("%d failures: got %v, want the end %q: %t", failures, err, more, failures > 5)
		}
		if named := strings.Count(err.Error(), "set-"); named != min(failures, 5) {
			t.Errorf("%d failures: the error names %d, want %d", failures, named, min(failures, 5))
		}
	}
}

// Refresh asks for the ApplicationSets of its namespace, and compares the name of its
// ConfigMap and the name of the set.
func TestRefreshComparesEachOption(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, configMap, set string
		want                 bool
	}{
		{"the same", "previewset", "shop", true},
		{"another ConfigMap", "other", "shop", false},
		{"longer ConfigMap", "previewsets", "shop", false},
		{"shorter ConfigMap", "previewse", "shop", false},
		{"ConfigMap in another case", "Previewset", "shop", false},
		{"another set", "previewset", "web", false},
		{"longer set", "previewset", "shop2", false},
		{"shorter set", "previewset", "sho", false},
		{"set in another case", "previewset", "Shop", false},
	} {
		c := newCluster(t, []object{shopAppSet(t, "a")})
		names, err := newRefresher(t, c, func(o *argocd.Options) { o.ConfigMap = test.configMap }).Refresh(t.Context(), test.set)
		if err != nil || (len(names) == 1) != test.want {
			t.Errorf("%s: got %q, %v, want a refresh: %t", test.name, names, err, test.want)
		}
	}
	c := newCluster(t, []object{shopAppSet(t, "a")})
	_, err := newRefresher(t, c, func(o *argocd.Options) { o.Namespace = "other" }).Refresh(t.Context(), "shop")
	if want := "GET " + strings.Replace(path, "/argocd/", "/other/", 1) + "?limit=100"; err == nil || len(c.calls) != 1 || c.calls[0] != want {
		t.Errorf("got %v and calls %q, want only %q", err, c.calls, want)
	}
}

// Generators are nested in "matrix" and "merge", and the set of a plugin is in
// input.parameters.set. A generator elsewhere is not one of the ApplicationSet.
func TestPluginElsewhereDoesNotCount(t *testing.T) {
	t.Parallel()
	const plugin = `{"plugin": {"configMapRef": {"name": "previewset"}, "input": {"parameters": {"set": "shop"}}}}`
	for _, generators := range []string{
		`[{"list": {"generators": [` + plugin + `]}}]`,
		`[{"clusters": ` + plugin + `}]`,
		`[{"matrix": ` + plugin + `}]`,
		`[{"matrix": {"plugin": ` + plugin + `}}]`,
		`[{"merge": {"generators": ` + plugin + `}}]`,
		`[{"union": {"generators": [` + plugin + `]}}]`,
		`[[` + plugin + `]]`,
		plugin,
		`[{"plugin": {"configMapRef": {"name": "other"}, "name": "previewset", "input": {"parameters": {"set": "shop"}}}}]`,
		`[{"plugin": {"configMapRef": "previewset", "input": {"parameters": {"set": "shop"}}}}]`,
		`[{"plugin": {"configMapRef": {"name": "previewset"}, "input": {"parameters": {"set": "web"}}, "values": {"set": "shop"}}}]`,
	} {
		c := newCluster(t, []object{appSet(t, "a", generators)})
		if names, err := newRefresher(t, c).Refresh(t.Context(), "shop"); err != nil || len(names) != 0 {
			t.Errorf("%s: got %q, %v, want no refresh", generators, names, err)
		}
	}
}

// Refresh takes a minute at most, and less if its context ends earlier.
func TestRefreshHasDeadline(t *testing.T) {
	t.Parallel()
	deadlines := make(chan time.Time, 1)
	config := &rest.Config{Host: "https://cluster.example"}
	config.Wrap(func(http.RoundTripper) http.RoundTripper {
		return roundTripper(func(r *http.Request) (*http.Response, error) {
			at, _ := r.Context().Deadline()
			deadlines <- at
			return nil, context.DeadlineExceeded
		})
	})
	r, err := argocd.New(config, argocd.Options{Namespace: "argocd", ConfigMap: "previewset", Now: markTime, Timeout: time.Hour})
	if err != nil {
		t.Fatal(err)
	}
	for timeout, want := range map[time.Duration]time.Duration{time.Hour: time.Minute, time.Second * 20: time.Second * 20} {
		ctx, cancel := context.WithTimeout(t.Context(), timeout)
		start := time.Now()
		if _, err := r.Refresh(ctx, "shop"); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v, want %v", err, context.DeadlineExceeded)
		}
		if got := (<-deadlines).Sub(start); got < want-10*time.Second || got > want+10*time.Second {
			t.Errorf("context of %s: got a deadline after %s, want %s", timeout, got, want)
		}
		cancel()
	}
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// The token of the cluster is not sent to the target of a redirect.
func TestRedirectGetsNoToken(t *testing.T) {
	t.Parallel()
	var requests atomic.Int64
	elsewhere := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { requests.Add(1) }))
	t.Cleanup(elsewhere.Close)
	for _, method := range []string{http.MethodGet, http.MethodPatch} {
		c := newCluster(t, []object{shopAppSet(t, "a")})
		c.hook = onRequest(method, "", func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, elsewhere.URL, http.StatusPermanentRedirect)
		})
		if names, err := newRefresher(t, c).Refresh(t.Context(), "shop"); err == nil || len(names) != 0 {
			t.Errorf("%s: got %q, %v, want an error", method, names, err)
		}
	}
	if n := requests.Load(); n != 0 {
		t.Errorf("got %d requests elsewhere, want 0", n)
	}
}
