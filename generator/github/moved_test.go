package github_test

import (
	"errors"
	"fmt"
	"math"
	"net/http"
	"slices"
	"sync/atomic"
	"testing"

	"github.com/previewset/previewset/generator"
	githubtest "github.com/previewset/previewset/test/fake/github"
)

// changingServer has acme/shop with 15 pull requests and 16 branches in pages of ten. Its
// lists change between the first page and the second page: an entry leaves the first page,
// so that the first entry of the second page moves to the first page, and is on neither of
// the pages that are read.
type changingServer struct {
	*githubtest.Server
	repo      *githubtest.Repo
	remaining atomic.Int64 // number of times that a list will change
	removed   atomic.Int64 // number of removed entries
}

// movedEntry returns the entry that the first change moves from the second page to the
// first page.
func movedEntry(kind generator.Kind) generator.Key {
	if kind == generator.Branch {
		return branch("change-5")
	}
	return pull(11)
}

// newChangingServer returns a server whose lists do not change yet. If replace is true, a
// new entry is added for each removed entry, so that the number of entries stays the same.
func newChangingServer(t *testing.T, replace bool) *changingServer {
	t.Helper()
	s := &changingServer{Server: githubtest.New(t)}
	s.PageLimit(10)
	s.repo = s.Repo("acme", "shop")
	openPulls(s.repo, 15)
	first := []string{"change-1", "change-10", "change-11"} // GitHub lists branches by name
	s.Fault(func(_ http.ResponseWriter, r *http.Request) bool {
		if r.URL.Query().Get("page") != "2" || s.remaining.Add(-1) < 0 {
			return false
		}
		n := s.removed.Add(1)
		s.repo.ClosePull(n)
		s.repo.DeleteBranch(first[n-1])
		if replace {
			s.repo.OpenPull(githubtest.Pull{Head: fmt.Sprint("new-", n)})
		}
		return false
	})
	return s
}

// If a list changes once while it is read, it is read again. If it always changes, the
// result is an error. Both hold with and without an earlier list.
func TestChangingListIsReadAgain(t *testing.T) {
	for kind, query := range map[generator.Kind]generator.Query{generator.PullRequest: pulls, generator.Branch: branches} {
		for _, listBefore := range []bool{false, true} {
			for _, replace := range []bool{false, true} {
				for _, times := range []int64{1, math.MaxInt64} {
					name := fmt.Sprintf("%s, list before %v, replace %v, %d times", kind, listBefore, replace, times)
					s := newChangingServer(t, replace)
					source := open(t, s.Server)
					if listBefore {
						list(t, source, query)
					}
					s.remaining.Store(times)
					got, err := source.List(t.Context(), query)
					complete := slices.ContainsFunc(got.Changes, func(c generator.Change) bool { return c.Key() == movedEntry(kind) })
					switch {
					case times == 1 && (err != nil || !complete):
						t.Errorf("%s: got %d changes, %v, want a list with %s", name, len(got.Changes), err, movedEntry(kind))
					case times > 1 && (!errors.Is(err, generator.ErrIncomplete) || len(got.Changes) > 0):
						t.Errorf("%s: got %d changes, %v, want %v", name, len(got.Changes), err, generator.ErrIncomplete)
					}
				}
			}
		}
	}
}

// The test reopens a pull request on the first page while the list is read, so that one
// entry is on both pages.
func TestGrowingListIsReadAgain(t *testing.T) {
	s := githubtest.New(t)
	s.PageLimit(10)
	r := s.Repo("acme", "shop")
	openPulls(r, 15)
	r.ClosePull(1)
	var done atomic.Bool
	s.Fault(func(_ http.ResponseWriter, req *http.Request) bool {
		if req.URL.Query().Get("page") == "2" && done.CompareAndSwap(false, true) {
			r.Reopen(1)
		}
		return false
	})
	if got := list(t, open(t, s), pulls); len(got.Changes) != 15 {
		t.Errorf("got %d changes, want 15", len(got.Changes))
	}
}
