package reconcile

import (
	"reflect"
	"testing"
	"time"

	githubtest "github.com/previewset/previewset/test/fake/github"
)

// Same checks that both sides say the same of the same pull requests: all that
// Argo CD's own generator tells is in previewset's answer.
func Same(t *testing.T, a ArgoCD) {
	const open = 250
	w := newWorld(t, open)
	s := start(t, w.configure(t, 1), time.Now)
	t.Cleanup(s.close)
	s.sync(t)
	ours := map[any]map[string]any{}
	for _, params := range generate(t, a.Plugin(t, s.url), open) {
		ours[params["number"]] = params
	}
	for _, params := range generate(t, a.PullRequests(t, w.forge.URL), open) {
		own := ours[params["number"]]
		for name, value := range params {
			if name != "labels" && !reflect.DeepEqual(own[name], value) { // a list of another type, see test/contract
				t.Errorf("pull request %v: %s is %#v, Argo CD's is %#v", params["number"], name, own[name], value)
			}
		}
	}
}

// SharesNothing checks what Quota multiplies: with Argo CD's generator each
// reconcile of each ApplicationSet costs one call a page, and none is free.
func SharesNothing(t *testing.T, a ArgoCD) {
	const open, pages = 250, 3
	w := newWorld(t, open)
	first, second := a.PullRequests(t, w.forge.URL), a.PullRequests(t, w.forge.URL)
	for i, reconcile := range []Generate{first, first, second, second} {
		generate(t, reconcile, open)
		if got, want := w.forge.Calls(), (githubtest.Count{Counted: pages * (i + 1)}); got != want {
			t.Errorf("after %d reconciles: %+v, want %+v", i+1, got, want)
		}
	}
}

// SetsAreFree checks what Quota leaves out: however many sets previewset has on
// a repository, they cost what one costs.
func SetsAreFree(t *testing.T) {
	one, several := newWorld(t, 110).hour(t, 1), newWorld(t, 110).hour(t, 2)
	if one != several || one.Counted == 0 {
		t.Errorf("one set costs %+v, two cost %+v", one, several)
	}
}
