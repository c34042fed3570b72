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

// moving is acme/shop with 15 pull requests and 16 branches in pages of ten,
// whose lists move as often as left says between their first page and their
// second: an entry of the first goes, so that the one after it, which is of the
// second, is on neither that was read.
type moving struct {
	*githubtest.Server
	repo *githubtest.Repo
	left atomic.Int64
	gone atomic.Int64
}

// passed returns what the first move takes from the second page to the first.
func passed(kind generator.Kind) generator.Key {
	if kind == generator.Branch {
		return branch("change-5")
	}
	return pull(11)
}

// newMoving returns one that rests. With another, a new entry comes for each
// that goes, so that the count stays.
func newMoving(t *testing.T, another bool) *moving {
	t.Helper()
	m := &moving{Server: githubtest.New(t)}
	m.PageLimit(10)
	m.repo = m.Repo("acme", "shop")
	many(m.repo, 15)
	first := []string{"change-1", "change-10", "change-11"} // as GitHub lists them: by name
	m.Fault(func(_ http.ResponseWriter, r *http.Request) bool {
		if r.URL.Query().Get("page") != "2" || m.left.Add(-1) < 0 {
			return false
		}
		n := m.gone.Add(1)
		m.repo.ClosePull(n)
		m.repo.DeleteBranch(first[n-1])
		if another {
			m.repo.OpenPull(githubtest.Pull{Head: fmt.Sprint("new-", n)})
		}
		return false
	})
	return m
}

// TestListMoves: a list that moved once is read again, right after a start and
// when a former one is remembered; one that never rests is no list.
func TestListMoves(t *testing.T) {
	for kind, query := range map[generator.Kind]generator.Query{generator.PullRequest: pulls, generator.Branch: branches} {
		for _, known := range []bool{false, true} {
			for _, another := range []bool{false, true} {
				for _, times := range []int64{1, math.MaxInt64} {
					name := fmt.Sprintf("%s, known %v, another %v, %d times", kind, known, another, times)
					m := newMoving(t, another)
					source := open(t, m.Server)
					if known {
						list(t, source, query)
					}
					m.left.Store(times)
					got, err := source.List(t.Context(), query)
					whole := slices.ContainsFunc(got.Changes, func(c generator.Change) bool { return c.Key() == passed(kind) })
					switch {
					case times == 1 && (err != nil || !whole):
						t.Errorf("%s: %d changes, %v", name, len(got.Changes), err)
					case times > 1 && (!errors.Is(err, generator.ErrIncomplete) || len(got.Changes) > 0):
						t.Errorf("%s: %d changes, %v", name, len(got.Changes), err)
					}
				}
			}
		}
	}
}

// TestListGrows reopens a pull request of the first page, so that one entry is
// on both pages that were read.
func TestListGrows(t *testing.T) {
	s := githubtest.New(t)
	s.PageLimit(10)
	r := s.Repo("acme", "shop")
	many(r, 15)
	r.ClosePull(1)
	var done atomic.Bool
	s.Fault(func(_ http.ResponseWriter, req *http.Request) bool {
		if req.URL.Query().Get("page") == "2" && done.CompareAndSwap(false, true) {
			r.Reopen(1)
		}
		return false
	})
	if got := list(t, open(t, s), pulls); len(got.Changes) != 15 {
		t.Errorf("%d changes", len(got.Changes))
	}
}
