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

// names returns the names of all Applications of a set, sorted.
func (f *fixture) names(set string) string {
	var all []string
	for _, list := range f.Of(set).ByPath {
		for _, a := range list {
			all = append(all, a.Name)
		}
	}
	slices.Sort(all)
	return strings.Join(all, " ")
}

func TestFollowsEvents(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		api := kubetest.NewApplications()
		api.Put(app("b"))
		f := start(t, api)
		f.changed(time.Second)
		a := app("a")
		steps := []struct {
			do         func()
			calls      string
			shop, docs string
		}{
			{func() { api.Put(a) }, "shop", "a b", ""},
			{func() { set(a, "status.reconciledAt", at(0)); api.Put(a) }, "", "a b", ""},
			{func() { api.Put(app("c", "spec.source.path", "previews/docs/pr-1")) }, "docs", "a b", "c"},
			{func() { api.Put(app("other", "spec.source.path", "apps/other")) }, "", "a b", "c"},
			{func() { api.Put(app("a", "spec.source.path", "previews/docs/pr-9")) }, "docs shop", "b", "a c"},
			{api.Bookmark, "", "b", "a c"},
			{func() { api.Delete("other"); api.Delete("b") }, "shop", "", "a c"},
			{func() { api.Put(app("c", "spec.source.repoURL", "https://x")) }, "docs", "", "a"},
			{func() { api.Put(app("a", "status.sync.status", "OutOfSync", "spec.source.path", "previews/docs/pr-9")) }, "docs", "", "a"},
		}
		for i, step := range steps {
			step.do()
			if calls := strings.Join(f.changed(time.Second), ";"); calls != step.calls || f.names("shop") != step.shop || f.names("docs") != step.docs {
				t.Errorf("step %d: got calls %q, shop %q, docs %q", i, calls, f.names("shop"), f.names("docs"))
			}
		}
		if got := f.Of("shop"); got.Problem != "" || !got.Known || !got.Watched {
			t.Errorf("got %+v", got)
		}
	})
}

// Two Applications of one entry, as in two clusters, are sorted by name.
func TestSeveralApplicationsOfOneEntry(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		api := kubetest.NewApplications()
		for _, name := range []string{"eu", "us", "ap"} {
			api.Put(app(name))
		}
		list := start(t, api).Of("shop").ByPath["previews/shop/pr-1"]
		if len(list) != 3 || list[0].Name != "ap" || list[1].Name != "eu" || list[2].Name != "us" {
			t.Errorf("got %+v, want ap, eu, us", list)
		}
	})
}

func TestReadsAllPages(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		api := kubetest.NewApplications()
		for i := range 120 {
			api.Put(app(fmt.Sprintf("a%03d", i)))
		}
		f := start(t, api)
		if n := len(strings.Fields(f.names("shop"))); n != 120 {
			t.Errorf("got %d Applications, want 120", n)
		}
		want := "limit=50;continue=50&limit=50;continue=100&limit=50;allowWatchBookmarks=true&resourceVersion=120&timeoutSeconds=300&watch=true"
		if got := strings.Join(api.Queries(), ";"); got != want {
			t.Errorf("got queries %s\nwant %s", got, want)
		}
	})
}

// A page that is too large is requested again with fewer Applications.
func TestReadsLargeApplications(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		api := kubetest.NewApplications()
		for i := range 30 {
			api.Put(app(fmt.Sprintf("a%03d", i)))
		}
		api.Hook(func(w http.ResponseWriter, r *http.Request) {
			if limit := r.URL.Query().Get("limit"); limit == "50" || limit == "25" {
				_, _ = w.Write(make([]byte, 32<<20+1))
			}
		})
		if f := start(t, api); len(strings.Fields(f.names("shop"))) != 30 {
			t.Errorf("got %q %+v, want 30", f.names("shop"), f.Of("shop").Problem)
		}
		if got := strings.Join(api.Queries()[:5], ";"); got != "limit=50;limit=25;limit=12;continue=12&limit=12;continue=24&limit=12" {
			t.Errorf("got queries %s", got)
		}
	})
}

// However a watch ends, all changes are known after a while, also those that no watch reports.
func TestLostWatches(t *testing.T) {
	t.Parallel()
	gone := `{"type":"ERROR","object":{"kind":"Status","status":"Failure","reason":"Expired","code":410,"message":"too old"}}` + "\n"
	for name, lose := range map[string]func(api *kubetest.Applications){
		"ended":          (*kubetest.Applications).End,
		"expired":        func(api *kubetest.Applications) { api.Send(gone) },
		"internal error": func(api *kubetest.Applications) { api.Send(strings.Replace(gone, "410", "500", 1)) },
		"garbage":        func(api *kubetest.Applications) { api.Send("<html>\n") },
		"unknown event":  func(api *kubetest.Applications) { api.Send(`{"type":"RENAMED","object":{}}` + "\n") },
		"no object":      func(api *kubetest.Applications) { api.Send(`{"type":"ADDED"}` + "\n") },
		"no version": func(api *kubetest.Applications) {
			api.Send(`{"type":"ADDED","object":{"metadata":{"name":"x"}}}` + "\n")
		},
		"no bookmark":        func(api *kubetest.Applications) { api.Send(`{"type":"BOOKMARK","object":{}}` + "\n") },
		"cut":                func(api *kubetest.Applications) { api.Send(`{"type":"ADDED","obj`); synctest.Wait(); api.End() },
		"too large":          func(api *kubetest.Applications) { api.Send(strings.Repeat("x", 9<<20)) },
		"expired in between": func(api *kubetest.Applications) { api.End(); api.Expire() },
	} {
		for _, age := range []time.Duration{time.Second, time.Minute} {
			t.Run(fmt.Sprint(name, age), func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					api := kubetest.NewApplications()
					api.Put(app("a"))
					api.Put(app("b"))
					f := start(t, api)
					f.changed(age)
					lose(api)
					api.Delete("a")
					api.Put(app("c"))
					if name == "expired in between" {
						api.Expire()
					}
					synctest.Wait()
					calls := f.changed(20 * time.Second)
					if got := f.Of("shop"); f.names("shop") != "b c" || got.Problem != "" {
						t.Errorf("got %q and the problem %q", f.names("shop"), got.Problem)
					}
					if len(calls) == 0 || len(calls) > 3 || slices.Contains(calls, "") {
						t.Errorf("got calls %q, want some for shop", calls)
					}
				})
			})
		}
	}
}

// A server that no longer answers is noticed, and one that accepts watches and ends them at
// once is not asked again and again.
func TestBrokenWatches(t *testing.T) {
	t.Parallel()
	for name, answer := range map[string]http.HandlerFunc{
		"silent":       func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() },
		"ends at once": func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusOK) },
		"redirect":     func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/elsewhere", http.StatusFound) },
		"only expired": func(w http.ResponseWriter, _ *http.Request) {
			kubetest.Refuse(w, http.StatusGone, "Expired", "too old resource version")
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				api := kubetest.NewApplications()
				api.Put(app("a"))
				api.Hook(func(w http.ResponseWriter, r *http.Request) {
					if r.URL.Query().Get("watch") != "" {
						answer(w, r)
					}
				})
				f := start(t, api)
				f.changed(time.Minute)
				api.Put(app("b"))
				f.changed(25 * time.Minute)
				if f.names("shop") != "a b" {
					t.Errorf("got %q, want a b", f.names("shop"))
				}
				if n := len(api.Queries()); n < 4 || n > 80 {
					t.Errorf("got %d requests in 26 minutes", n)
				}
				if p := f.Of("shop").Problem; !strings.HasPrefix(p, "the Applications can't be read since 2000-01-01T00:") {
					t.Errorf("got the problem %q", p)
				}
				api.Hook(nil)
				f.changed(7 * time.Minute)
				if p := f.Of("shop").Problem; p != "" {
					t.Errorf("afterwards, got the problem %q", p)
				}
			})
		})
	}
}

// Events in a burst cause few calls.
func TestBurstsAreMerged(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		api := kubetest.NewApplications()
		f := start(t, api)
		f.changed(time.Second)
		for i := range 500 {
			api.Put(app(fmt.Sprintf("a%d", i)))
			time.Sleep(2 * time.Millisecond)
		}
		if calls := f.changed(time.Second); len(calls) < 2 || len(calls) > 6 {
			t.Errorf("got %d calls for 500 events in a second, want at most 4 and 1", len(calls))
		}
		if n := len(strings.Fields(f.names("shop"))); n != 500 {
			t.Errorf("got %d Applications, want 500", n)
		}
	})
}
