package simulation_test

import (
	"net/http"
	"slices"
	"testing"

	"github.com/previewset/previewset/internal/gitops"
	gittest "github.com/previewset/previewset/test/fake/git"
)

// A branch is created again after a process has listed the branches without it. The
// process may remove its preview, unless another replica has written an entry for it.
func TestRemovalsAreJudgedByTheList(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name       string
		brokenBase bool // the other replica can't write the entries
		want       bool // the entries are in Git after the step
	}{
		{"the other replica writes the entries", false, true},
		{"the other replica can't write them", true, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			h := newHarness(t, 1)
			first, other, f := h.procs[0], h.procs[1], h.forges[0]
			first.permissions = gitops.Permissions{Write: true, Prune: true}
			for _, name := range []string{"feature/1", "feature/2", "feature/3"} {
				f.branches[name] = &branch{f.commit(), h.now}
			}
			for _, p := range []*process{first, other, first} {
				h.must(h.sync(p, shop))
				h.promises.check()
			}
			if test.brokenBase {
				h.breakBase()
			}
			delete(f.branches, "feature/1")
			h.promises.check()

			h.faults.Set(gittest.Fault{Kind: gittest.Pass, Service: gittest.ReceivePack, Method: http.MethodPost, Do: func() {
				f.branches["feature/1"] = &branch{f.commit(), h.now}
				h.must(h.sync(other, shop))
			}})
			h.must(h.sync(first, shop))
			h.promises.check()
			var branches []string
			for _, r := range h.git.entriesAt(h.git.tip()) {
				branches = append(branches, r.Change.Branch)
			}
			if got := slices.Contains(branches, "feature/1"); got != test.want {
				t.Errorf("got an entry of the branch: %t, want %t", got, test.want)
			}
			if len(h.violations) > 0 {
				t.Errorf("got violations %q, want none", h.violations)
			}
		})
	}
}

// A replica has the previews of a former source, and another one has replaced their
// entries by those of the new source before the guard of the first could hold them.
func TestReplicasConvergeAfterAChangeOfTheSource(t *testing.T) {
	t.Parallel()
	h := newHarness(t, 1)
	first, other := h.procs[0], h.procs[1]
	sync := func(p *process) {
		h.must(h.sync(p, shop))
		h.promises.check()
	}
	sync(other)
	h.config.forge = 1
	first.reload()
	for range 4 {
		h.forges[1].open(false, h.now)
		h.forges[0].open(false, h.now)
	}
	sync(first)
	sync(other)
	h.config.forge = 0
	h.converge()
	if len(h.violations) > 0 {
		t.Errorf("got violations %q, want none", h.violations)
	}
}
