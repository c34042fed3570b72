package applications_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	kubetest "github.com/previewset/previewset/test/fake/kube"
)

func refusal(code int, reason string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		kubetest.Refuse(w, code, reason, "message of the server")
	}
}

// While requests fail, the problem says why, with the same words, and what is known stays.
func TestProblems(t *testing.T) {
	t.Parallel()
	const role = "the service may not list and watch them in namespace argocd: apply manifests/components/applications, which has the Role previewset-applications"
	for _, test := range []struct {
		name   string
		answer http.HandlerFunc
		watch  bool // only watches fail
		soon   bool // a problem at once, although something is known
		want   string
	}{
		{"forbidden", refusal(403, "Forbidden"), false, true, role},
		{"forbidden watch", refusal(403, "Forbidden"), true, true, role},
		{"not installed", refusal(404, "NotFound"), false, true, "the cluster has no resource Application: install Argo CD, or remove the key argocd from the configuration"},
		{"unauthorized", refusal(401, "Unauthorized"), false, false, "status 401: message of the server"},
		{"internal", refusal(500, "InternalError"), false, false, "status 500: message of the server"},
		{"redirect", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/x", http.StatusTemporaryRedirect) }, false, false, "status 307: Temporary Redirect"},
		{"garbage", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("<html>")) }, false, false, "the response is not a valid list"},
		{"another kind", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(`{"kind":"PodList"}`)) }, false, false, `the response is of kind "PodList", want ApplicationList with a version`},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				api := kubetest.NewApplications()
				api.Put(app("a"))
				fail := func(w http.ResponseWriter, r *http.Request) {
					if !test.watch || r.URL.Query().Get("watch") != "" {
						test.answer(w, r)
					}
				}
				api.Hook(fail)
				f := start(t, api)
				want := "the Applications can't be read since 2000-01-01T00:00:00Z: " + test.want
				if got := f.Of("shop"); got.Problem != want || got.Known != test.watch || !got.Watched {
					t.Errorf("at the start: got %+v\nwant the problem %q", got, want)
				}
				f.changed(time.Hour)
				if got := f.Of("shop").Problem; got != want {
					t.Errorf("after an hour: got %q\nwant %q", got, want)
				}
				if n := strings.Count(f.log.String(), "level=WARN"); n != 1 {
					t.Errorf("got %d warnings, want 1:\n%s", n, f.log)
				}
				api.Hook(nil)
				f.changed(2 * time.Minute)
				if got := f.Of("shop"); got.Problem != "" || f.names("shop") != "a" || strings.Count(f.log.String(), "can be read again") != 1 {
					t.Errorf("afterwards: got %+v and the log\n%s", got, f.log)
				}
				// The second time, something is known.
				api.Expire()
				api.Hook(fail)
				api.End()
				early := f.changed(20 * time.Second)
				if got := f.Of("shop"); (got.Problem != "") != test.soon || !got.Known || f.names("shop") != "a" {
					t.Errorf("after 20 s: got %+v and calls %q", got, early)
				}
				late := f.changed(2 * time.Minute)
				if got := f.Of("shop"); !strings.HasSuffix(got.Problem, test.want) || f.names("shop") != "a" {
					t.Errorf("after two minutes: got %+v", got)
				}
				if calls := strings.Join(append(early, late...), ";"); calls != "" || len(early)+len(late) != 1 {
					t.Errorf("got calls %q, want one without sets", calls)
				}
			})
		})
	}
}

// A server that fails in several ways has one problem, with the first of them.
func TestProblemKeepsItsWords(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		api := kubetest.NewApplications()
		code := 500
		api.Hook(func(w http.ResponseWriter, r *http.Request) {
			refusal(code, "")(w, r)
			code++
		})
		f := start(t, api)
		want := f.Of("shop").Problem
		f.changed(time.Minute)
		if got := f.Of("shop").Problem; got != want || !strings.HasSuffix(got, "status 500: message of the server") {
			t.Errorf("got %q, want %q", got, want)
		}
	})
}

// A list without an end is an error.
func TestEndlessList(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		api := kubetest.NewApplications()
		api.Hook(func(w http.ResponseWriter, _ *http.Request) {
			_, _ = w.Write([]byte(`{"kind":"ApplicationList","metadata":{"resourceVersion":"1","continue":"more"}}`))
		})
		f := start(t, api)
		if p := f.Of("shop").Problem; !strings.HasSuffix(p, "too large: there are more than 2000 pages of Applications") || len(api.Queries()) != 2000 {
			t.Errorf("got the problem %q after %d requests", p, len(api.Queries()))
		}
	})
}

// An Application that can't be decoded is reported, and the others are read.
func TestUnreadableApplications(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		api := kubetest.NewApplications()
		api.Put(app("a"))
		api.Put(app("odd", "status.health", "fine"))
		api.Put(app("other", "spec.source.path", "apps/other", "status", 5))
		f := start(t, api)
		const want = `1 of the Applications can't be decoded, such as "odd": compare them with the CustomResourceDefinition of Argo CD`
		if got := f.Of("shop"); f.names("shop") != "a" || got.Problem != want || !got.Known {
			t.Errorf("got %+v, want the problem %q", got, want)
		}
		f.changed(time.Second)
		api.Put(app("a", "spec.sources", "none"))
		if calls := f.changed(time.Second); len(calls) != 1 || calls[0] != "" || f.names("shop") != "a" || !strings.HasPrefix(f.Of("shop").Problem, `2 of the Applications can't be decoded, such as "a"`) {
			t.Errorf("got calls %q and %+v, want what was known", calls, f.Of("shop"))
		}
		api.Delete("odd")
		api.Put(app("a", "status.sync.status", "OutOfSync"))
		if calls := f.changed(time.Second); !slices.Contains(calls, "shop") || !slices.Contains(calls, "") || f.Of("shop").Problem != "" {
			t.Errorf("got calls %q and the problem %q", calls, f.Of("shop").Problem)
		}
	})
}

// More Applications of entries than the bound are a problem, until there are less.
func TestTooManyApplications(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		api := kubetest.NewApplications()
		entry := object{"source": app("a")["spec"].(object)["source"]}
		for i := range 20_000 {
			api.Put(object{"metadata": object{"name": fmt.Sprint("a", i)}, "spec": entry})
		}
		f := start(t, api)
		f.changed(time.Second)
		if got := f.Of("shop"); !got.Known || got.Problem != "" {
			t.Fatalf("got known %t and the problem %q", got.Known, got.Problem)
		}
		api.Put(app("b"))
		f.changed(time.Second)
		const want = "more than 20000 Applications deploy entries: use another argocd.namespace or another gitops.path for some of them"
		check := func() {
			t.Helper()
			if got := f.Of("shop"); got.Known || got.Problem != want || len(got.ByPath) != 0 {
				t.Errorf("got known %t and the problem %q", got.Known, got.Problem)
			}
		}
		check()
		api.Expire()
		api.End() // and a new list
		f.changed(time.Minute)
		check()
		api.Delete("a7")
		api.Delete("a8")
		for range 2 {
			f.changed(10 * time.Second)
			api.End()
		}
		f.changed(time.Minute)
		if got := f.Of("shop"); !got.Known || got.Problem != "" || len(strings.Fields(f.names("shop"))) != 19_999 {
			t.Errorf("got known %t and the problem %q", got.Known, got.Problem)
		}
	})
}
