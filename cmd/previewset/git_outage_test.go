package main

import (
	"net/http"
	"testing"

	gittest "github.com/previewset/previewset/test/fake/git"
)

// gitHarness is a harness whose source is a Git server without a forge's API.
type gitHarness struct {
	harness
	app    *gittest.Repo
	faults *gittest.Faults
}

func newGitHarness(t *testing.T) *gitHarness {
	t.Helper()
	f, app, faults := newFixture(t), shopRepository(t), &gittest.Faults{}
	server := gittest.Serve(t, app, gittest.ServeOptions{Middleware: faults.Middleware})
	f.configure(gitSet(server.URL))
	return &gitHarness{
		harness: harness{
			fixture: f, ids: []string{"br-cart", "br-search"}, remaining: []string{"br-search"},
			endChanges:    func() { app.DeleteBranch(t, "cart") },
			reopenChanges: func() { app.Branch(t, "cart", "search") },
		},
		app: app, faults: faults,
	}
}

// TestGitOutageRemovesNoPreview: only a complete advertisement that contains the
// default branch is evidence that a branch was deleted.
func TestGitOutageRemovesNoPreview(t *testing.T) {
	t.Parallel()
	outages := map[string]func(*gitHarness) outage{}
	for name, fault := range map[string]gittest.Fault{
		"down":                  {Kind: gittest.Refuse, Status: 500},
		"not found":             {Kind: gittest.Refuse, Status: 404},
		"half an advertisement": {Kind: gittest.ShortAnswer, Method: http.MethodGet},
	} {
		fault.Times = -1
		outages[name] = func(h *gitHarness) outage {
			start := func() { h.faults.Set(fault) }
			return outage{start: start, failLookups: start, stop: func() { h.faults.Set() }}
		}
	}
	for name, refs := range map[string]string{"no default branch": "refs/heads/main", "no branch": "refs"} {
		outages[name] = func(h *gitHarness) outage {
			start := func() { h.app.Config(h.t, "uploadpack.hideRefs", refs) }
			return outage{
				start: start, failLookups: start,
				stop: func() { h.app.Git(h.t, "config", "--unset-all", "uploadpack.hideRefs") },
			}
		}
	}
	runOutages(t, newGitHarness, outages)
}
