package reconcile

import (
	"reflect"
	"testing"
	"time"

	githubtest "github.com/previewset/previewset/test/fake/github"
)

// TestParametersAreEqual checks that both sides return equal parameters for the same pull
// requests: previewset's answer has every parameter of Argo CD's own generator.
func TestParametersAreEqual(t *testing.T, a ArgoCD) {
	const open = 250
	f := newFixture(t, open)
	s := start(t, f.configure(t, 1), time.Now)
	t.Cleanup(s.close)
	s.sync(t)
	ours := map[any]map[string]any{}
	for _, params := range generate(t, a.Plugin(t, s.url), open) {
		ours[params["number"]] = params
	}
	for _, params := range generate(t, a.PullRequests(t, f.forge.URL), open) {
		got := ours[params["number"]]
		for name, want := range params {
			if name != "labels" && !reflect.DeepEqual(got[name], want) { // labels is a list of another type, see test/contract
				t.Errorf("pull request %v: %s = %#v, Argo CD has %#v", params["number"], name, got[name], want)
			}
		}
	}
}

// TestReconcilesShareNoCalls checks the assumption of Quota's multiplication: with Argo
// CD's generator, each reconcile of each ApplicationSet makes one counted call per page.
func TestReconcilesShareNoCalls(t *testing.T, a ArgoCD) {
	const open, pages = 250, 3
	f := newFixture(t, open)
	first, second := a.PullRequests(t, f.forge.URL), a.PullRequests(t, f.forge.URL)
	for i, reconcile := range []Generate{first, first, second, second} {
		generate(t, reconcile, open)
		if got, want := f.forge.Calls(), (githubtest.Count{Counted: pages * (i + 1)}); got != want {
			t.Errorf("after %d reconciles: got %+v, want %+v", i+1, got, want)
		}
	}
}

// TestSetsAddNoCalls checks that Quota can run fewer sets: the number of previewset's sets
// on a repository does not change the number of calls.
func TestSetsAddNoCalls(t *testing.T) {
	one, two := newFixture(t, 110).runHour(t, 1), newFixture(t, 110).runHour(t, 2)
	if one != two || one.Counted == 0 {
		t.Errorf("one set makes %+v calls, two sets %+v; want the same number, and not 0", one, two)
	}
}
