package gitops_test

import (
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/previewset/previewset/internal/gitops"
	gittest "github.com/previewset/previewset/test/fake/git"
)

// wants is the work of a set that wants these pull requests.
func wants(set string, before func(), numbers ...int64) work {
	return work{desired: gitops.Desired{Previews: previews(set, numbers...)}, renderer: files{}, before: before}
}

// pushes returns how often the server was pushed to.
func pushes(s *gittest.Server) (n int) {
	for _, r := range s.Requests() {
		if r == "POST git-receive-pack" {
			n++
		}
	}
	return n
}

// barrier returns what makes n goroutines wait for each other, the first time
// that each comes by.
func barrier(n int) (wait func()) {
	var all sync.WaitGroup
	all.Add(n)
	return func() { all.Done(); all.Wait() }
}

// Sets that want to push at the same time do so together, each with a commit of
// its own that has its own revision.
func TestSetsArePushedTogether(t *testing.T) {
	const sets = 8
	repo := newRepo(t)
	server := gittest.Serve(t, repo, gittest.ServeOptions{})
	r := openURL(t, server.URL, func() { t.Error("planned again") })
	wait := barrier(sets)
	var all sync.WaitGroup
	for n := range sets {
		all.Go(func() {
			set := fmt.Sprintf("set%d", n)
			result, err := r.Apply(t.Context(), set, both, wants(set, wait, 1, 2))
			if err != nil {
				t.Errorf("%s: %v", set, err)
				return
			}
			if got := repo.Git(t, "log", "-1", "--format=%H", "main", "--", "previews/"+set); got != result.Commit || result.State.Entries["pr-1"].Revision != got {
				t.Errorf("%s: commit %s and revision %q, want %s", set, result.Commit, result.State.Entries["pr-1"].Revision, got)
			}
			if got := repo.Git(t, "log", "-1", "--format=%s", result.Commit); got != set+": add pr-1, pr-2" {
				t.Errorf("%s: subject %q", set, got)
			}
			changed := repo.Git(t, "diff-tree", "-r", "--name-only", "--no-commit-id", result.Commit)
			for path := range strings.FieldsSeq(changed) {
				if !strings.HasPrefix(path, "previews/"+set+"/") {
					t.Errorf("the commit of %s changes %s", set, path)
				}
			}
		})
	}
	all.Wait()
	if n := pushes(server); n >= sets {
		t.Errorf("%d pushes for %d sets", n, sets)
	}
	if got := repo.Git(t, "rev-list", "--count", "main"); got != fmt.Sprint(1+sets) {
		t.Errorf("%s commits, want one for each set", got)
	}
	repo.Git(t, "fsck", "--strict")
}

// A set whose edit makes no commit stops no other.
func TestASetBehindALinkStopsNoOther(t *testing.T) {
	repo := newRepo(t)
	repo.Import(t, "commit refs/heads/main\ncommitter x <x@example.test> 1704200000 +0000\ndata 1\nx\nfrom refs/heads/main^0\n"+
		"M 120000 inline previews/set1/pr-1\ndata 4\n/tmp\n")
	r := open(t, repo, func() {})
	wait := barrier(3)
	failed := make([]error, 3)
	var all sync.WaitGroup
	for n := range failed {
		all.Go(func() {
			set := fmt.Sprintf("set%d", n)
			result, err := r.Apply(t.Context(), set, both, wants(set, wait, 1, 2))
			if failed[n] = err; err == nil && len(result.Plan.Failures) > 0 {
				failed[n] = result.Plan.Failures[0].Err
			}
		})
	}
	all.Wait()
	if failed[0] != nil || failed[1] == nil || failed[2] != nil {
		t.Errorf("errors %v", failed)
	}
}

// What a set planned still holds after this process has pushed for another; it
// does not after somebody else has.
func TestAPlanHoldsUntilSomebodyElsePushes(t *testing.T) {
	for _, foreign := range []bool{false, true} {
		t.Run(fmt.Sprintf("foreign=%v", foreign), func(t *testing.T) {
			repo := newRepo(t)
			var retries, decided atomic.Int64
			r := open(t, repo, func() { retries.Add(1) })
			between := func() {
				if decided.Add(1) > 1 {
					return
				}
				if foreign {
					repo.Commit(t, "main", "Somebody else", map[string]string{"README": "other\n"})
				}
				if _, err := r.Apply(t.Context(), "store", both, wants("store", nil, 1)); err != nil {
					t.Error(err)
				}
			}
			result, err := r.Apply(t.Context(), "shop", both, wants("shop", between, 1))
			if err != nil {
				t.Fatal(err)
			}
			want := int64(0)
			if foreign {
				want = 1
			}
			if retries.Load() != want || decided.Load() != want+1 {
				t.Errorf("%d retries and %d decisions, want %d and %d", retries.Load(), decided.Load(), want, want+1)
			}
			if got := result.State.Entries["pr-1"].Revision; got != repo.Tip(t, "main") {
				t.Errorf("revision %s, want the tip", got)
			}
			if len(repo.Files(t, "main", "previews/store")) != 2 {
				t.Error("the other set's entry is lost")
			}
		})
	}
}
