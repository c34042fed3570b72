package main

import (
	"net/http"
	"testing"

	gittest "github.com/previewset/previewset/test/fake/git"
)

// TestAGitServerThatMisbehaves: a branch is deleted when a complete advertisement
// says so, which has the default branch, and by nothing else.
func TestAGitServerThatMisbehaves(t *testing.T) {
	t.Parallel()
	b, app := newBed(t), shop(t)
	faults := &gittest.Faults{}
	server := gittest.Serve(t, app, gittest.ServeOptions{Middleware: faults.Middleware})
	b.configure(shopFrom(server.URL))
	w := &world{
		bed: b, ids: []string{"br-cart", "br-search"}, left: []string{"br-search"},
		end:  func() { app.DeleteBranch(t, "cart") },
		back: func() { app.Branch(t, "cart", "search") },
	}

	all := map[string]outage{}
	for name, fault := range map[string]gittest.Fault{
		"down":                  {Kind: gittest.Refuse, Status: 500},
		"not found":             {Kind: gittest.Refuse, Status: 404},
		"half an advertisement": {Kind: gittest.ShortAnswer, Method: http.MethodGet},
	} {
		fault.Times = -1
		begin := func() { faults.Set(fault) }
		all[name] = outage{begin: begin, lookups: begin, over: func() { faults.Set() }}
	}
	hide := func(refs string) outage {
		begin := func() { app.Config(t, "uploadpack.hideRefs", refs) }
		return outage{
			begin: begin, lookups: begin,
			over: func() { app.Git(t, "config", "--unset-all", "uploadpack.hideRefs") },
		}
	}
	all["no default branch"] = hide("refs/heads/main")
	all["no branch at all"] = hide("refs")
	w.survivesAll(all)
}
