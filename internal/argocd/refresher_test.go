package argocd_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/previewset/previewset/internal/argocd"
	"github.com/previewset/previewset/internal/kube"
)

func TestRefreshAnnotatesUsers(t *testing.T) {
	c := newCluster(t, []object{shopAppSet(t, "a")}, []object{appSet(t, "b", `[{"list": {}}]`), shopAppSet(t, "c")})
	names, err := newRefresher(t, c).Refresh(t.Context(), "shop")
	if want := []string{"a", "c"}; err != nil || !slices.Equal(names, want) {
		t.Fatalf("got %q, %v, want %q", names, err, want)
	}
	const patch = `{"metadata":{"annotations":{"argocd.argoproj.io/application-set-refresh":"2026-03-04T04:06:07.000000089Z"}}}`
	if len(c.marks) != 2 || c.marks["a"] != patch || c.marks["c"] != patch {
		t.Errorf("got patches %q, want two of %s", c.marks, patch)
	}
	want := []string{
		"GET " + path + "?limit=100", "GET " + path + "?continue=page+1&limit=100",
		"PATCH " + path + "/a", "PATCH " + path + "/c",
	}
	if !slices.Equal(c.calls, want) {
		t.Errorf("got calls\n%s\nwant\n%s", strings.Join(c.calls, "\n"), strings.Join(want, "\n"))
	}
}

func TestRefreshSkipsDeletedApplicationSets(t *testing.T) {
	deleted := shopAppSet(t, "deleted")
	deleted["metadata"].(object)["deletionTimestamp"] = "2026-03-04T05:06:07Z"
	c := newCluster(t, []object{deleted})
	if names, err := newRefresher(t, c).Refresh(t.Context(), "shop"); err != nil || len(names) != 0 || len(c.marks) != 0 {
		t.Errorf("got %q, %v and patches %q, want none", names, err, c.marks)
	}
}

func TestRefreshContinuesAfterAFailedPatch(t *testing.T) {
	tests := []struct {
		name    string
		answer  http.HandlerFunc
		wantErr error // nil for no error
		want    string
	}{
		{"forbidden", func(w http.ResponseWriter, _ *http.Request) {
			refuse(w, http.StatusForbidden, "Forbidden", "User cannot patch it")
		}, kube.ErrForbidden, `the verb "patch" on applicationsets.argoproj.io to this ServiceAccount: status 403: User cannot patch it`},
		{"slow", func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }, context.DeadlineExceeded, "b: "},
		{"deleted after the list", func(w http.ResponseWriter, _ *http.Request) {
			refuse(w, http.StatusNotFound, "NotFound", "not found")
		}, nil, ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			c := newCluster(t, []object{shopAppSet(t, "a"), shopAppSet(t, "b"), shopAppSet(t, "c")})
			c.hook = onRequest(http.MethodPatch, "/b", test.answer)
			r := newRefresher(t, c, func(o *argocd.Options) { o.Timeout = timeoutFor(test.wantErr) })
			names, err := r.Refresh(t.Context(), "shop")
			if !slices.Equal(names, []string{"a", "c"}) {
				t.Errorf("got %q, want a and c", names)
			}
			if !errors.Is(err, test.wantErr) || (err == nil) != (test.wantErr == nil) {
				t.Fatalf("got %v, want %v", err, test.wantErr)
			}
			if err != nil && !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v\nwant %q", err, test.want)
			}
		})
	}
}

// timeoutFor returns a short timeout for a test that expects it to pass, and for
// any other test one that a busy machine does not reach.
func timeoutFor(want error) time.Duration {
	if errors.Is(want, context.DeadlineExceeded) {
		return time.Second
	}
	return time.Minute
}

func TestRefreshBoundsItsError(t *testing.T) {
	var all []object
	for i := range 80 {
		all = append(all, shopAppSet(t, fmt.Sprintf("set-%d", i)))
	}
	c := newCluster(t, all)
	c.hook = func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPatch {
			refuse(w, http.StatusInternalServerError, "InternalError", strings.Repeat("a webhook\nfailed ", 1000))
		}
	}
	_, err := newRefresher(t, c).Refresh(t.Context(), "shop")
	if err == nil || len(err.Error()) > 4000 || strings.Count(err.Error(), "\n") != 5 || !strings.HasSuffix(err.Error(), "\nargocd: and 75 more") {
		t.Errorf("got %v, want five failures and a count", err)
	}
}

func TestRefreshFailsOnAnIncompleteList(t *testing.T) {
	tests := []struct {
		name   string
		answer http.HandlerFunc
		is     error
		says   string
	}{
		{"forbidden", func(w http.ResponseWriter, _ *http.Request) {
			refuse(w, http.StatusForbidden, "Forbidden", "User cannot list it")
		}, kube.ErrForbidden, `argocd: list the ApplicationSets of namespace argocd: forbidden: bind a Role with the verb "list"`},
		{"no CRD", http.NotFound, argocd.ErrNotInstalled, "install Argo CD"},
		{"unauthorized", func(w http.ResponseWriter, _ *http.Request) {
			refuse(w, http.StatusUnauthorized, "Unauthorized", "Unauthorized")
		}, nil, "status 401: Unauthorized"},
		{"endless", func(w http.ResponseWriter, _ *http.Request) {
			reply(w, http.StatusOK, object{"kind": "ApplicationSetList", "metadata": object{"continue": "more"}})
		}, kube.ErrTooLarge, "more than 10000 ApplicationSets"},
		{"huge", func(w http.ResponseWriter, _ *http.Request) {
			_, _ = w.Write(bytes.Repeat([]byte(" "), 32<<20+1))
		}, kube.ErrTooLarge, "more than 32 MiB"},
		{"cut off", func(w http.ResponseWriter, _ *http.Request) {
			_, _ = w.Write([]byte(`{"kind": "ApplicationSetList", "items": [`))
		}, nil, "not a valid list"},
		{"another kind", func(w http.ResponseWriter, _ *http.Request) {
			reply(w, http.StatusOK, object{"hello": "world"})
		}, nil, "want ApplicationSetList"},
		{"redirect", func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "/elsewhere", http.StatusTemporaryRedirect)
		}, nil, "status 307"},
		{"always expired", func(w http.ResponseWriter, _ *http.Request) {
			refuse(w, http.StatusGone, "Expired", "too old resource version")
		}, nil, "status 410: too old"},
		{"slow", func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }, context.DeadlineExceeded, ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			c := newCluster(t, []object{shopAppSet(t, "a")})
			c.hook = onRequest(http.MethodGet, "", test.answer)
			r := newRefresher(t, c, func(o *argocd.Options) { o.Timeout = timeoutFor(test.is) })
			names, err := r.Refresh(t.Context(), "shop")
			if err == nil || len(names) != 0 || len(c.marks) != 0 {
				t.Fatalf("got %q, %v and patches %q, want only an error", names, err, c.marks)
			}
			if (test.is != nil && !errors.Is(err, test.is)) || !strings.Contains(err.Error(), test.says) {
				t.Errorf("got %v\nwant %q", err, test.says)
			}
			if strings.Contains(err.Error(), "canary") || strings.Contains(err.Error(), c.server.URL) {
				t.Errorf("the error holds the token or the URL: %v", err)
			}
		})
	}
}

func TestRefreshRestartsAnExpiredList(t *testing.T) {
	c := newCluster(t, []object{shopAppSet(t, "a")}, []object{shopAppSet(t, "b")})
	expired := false
	c.hook = func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Query().Get("continue") != "" && !expired {
			expired = true
			refuse(w, http.StatusGone, "Expired", "the continue token is too old")
		}
	}
	names, err := newRefresher(t, c).Refresh(t.Context(), "shop")
	if err != nil || !slices.Equal(names, []string{"a", "b"}) {
		t.Errorf("got %q, %v, want a and b", names, err)
	}
}

func TestRefreshErrorsHoldNoURL(t *testing.T) {
	c := newCluster(t)
	r := newRefresher(t, c)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := r.Refresh(ctx, "shop"); !errors.Is(err, context.Canceled) {
		t.Errorf("after a cancel: got %v, want %v", err, context.Canceled)
	}
	c.server.Close()
	if _, err := r.Refresh(t.Context(), "shop"); err == nil || strings.Contains(err.Error(), "https://") {
		t.Errorf("after the server closed: got %v, want an error without a URL", err)
	}
}
