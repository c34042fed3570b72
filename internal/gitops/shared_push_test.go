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

// wantPullRequests returns the work of a set with these pull requests.
func wantPullRequests(set string, onDecide func(), numbers ...int64) fixedWork {
	return fixedWork{desired: gitops.Desired{Previews: previews(set, numbers...)}, renderer: fakeRenderer{}, onDecide: onDecide}
}

// countPushes returns the number of pushes to the server.
func countPushes(s *gittest.Server) (n int) {
	for _, r := range s.Requests() {
		if r == "POST git-receive-pack" {
			n++
		}
	}
	return n
}

// barrier returns a function that blocks until n goroutines have called it. Each must
// call it only once.
func barrier(n int) (wait func()) {
	var group sync.WaitGroup
	group.Add(n)
	return func() { group.Done(); group.Wait() }
}

// Sets that push at the same time share a push. Each set has its own commit and its
// own revision.
func TestSetsArePushedTogether(t *testing.T) {
	const sets = 8
	repo := newRepo(t)
	server := gittest.Serve(t, repo, gittest.ServeOptions{})
	r := openURL(t, server.URL, func() { t.Error("a set planned again") })
	wait := barrier(sets)
	var group sync.WaitGroup
	for n := range sets {
		group.Go(func() {
			set := fmt.Sprintf("set%d", n)
			result, err := r.Apply(t.Context(), set, allPermissions, wantPullRequests(set, wait, 1, 2))
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
	group.Wait()
	if n := countPushes(server); n >= sets {
		t.Errorf("got %d pushes for %d sets, want fewer", n, sets)
	}
	if got := repo.Git(t, "rev-list", "--count", "main"); got != fmt.Sprint(1+sets) {
		t.Errorf("got %s commits, want one more than the %d sets", got, sets)
	}
	repo.Git(t, "fsck", "--strict")
}

// A set whose edit can't be committed does not affect other sets.
func TestSetBehindASymlinkDoesNotBlockOthers(t *testing.T) {
	repo := newRepo(t)
	repo.Import(t, "commit refs/heads/main\ncommitter x <x@example.test> 1704200000 +0000\ndata 1\nx\nfrom refs/heads/main^0\n"+
		"M 120000 inline previews/set1/pr-1\ndata 4\n/tmp\n")
	r := open(t, repo, func() {})
	wait := barrier(3)
	failed := make([]error, 3)
	var group sync.WaitGroup
	for n := range failed {
		group.Go(func() {
			set := fmt.Sprintf("set%d", n)
			result, err := r.Apply(t.Context(), set, allPermissions, wantPullRequests(set, wait, 1, 2))
			if failed[n] = err; err == nil && len(result.Plan.Failures) > 0 {
				failed[n] = result.Plan.Failures[0].Err
			}
		})
	}
	group.Wait()
	if failed[0] != nil || failed[1] == nil || failed[2] != nil {
		t.Errorf("got errors %v, want one for set1 only", failed)
	}
}

// The plan of a set stays valid after this process has pushed for another set, but
// not after a foreign push.
func TestPlanStaysValidUntilAForeignPush(t *testing.T) {
	for _, foreign := range []bool{false, true} {
		t.Run(fmt.Sprintf("foreign=%v", foreign), func(t *testing.T) {
			repo := newRepo(t)
			var retries, decided atomic.Int64
			r := open(t, repo, func() { retries.Add(1) })
			commitBetween := func() {
				if decided.Add(1) > 1 {
					return
				}
				if foreign {
					repo.Commit(t, "main", "Somebody else", map[string]string{"README": "other\n"})
				}
				if _, err := r.Apply(t.Context(), "store", allPermissions, wantPullRequests("store", nil, 1)); err != nil {
					t.Error(err)
				}
			}
			result, err := r.Apply(t.Context(), "shop", allPermissions, wantPullRequests("shop", commitBetween, 1))
			if err != nil {
				t.Fatal(err)
			}
			want := int64(0)
			if foreign {
				want = 1
			}
			if retries.Load() != want || decided.Load() != want+1 {
				t.Errorf("got %d retries and %d decisions, want %d and %d", retries.Load(), decided.Load(), want, want+1)
			}
			if got := result.State.Entries["pr-1"].Revision; got != repo.Tip(t, "main") {
				t.Errorf("got revision %s, want the tip", got)
			}
			if len(repo.Files(t, "main", "previews/store")) != 2 {
				t.Error("the other set's entry is lost")
			}
		})
	}
}
