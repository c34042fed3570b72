package github_test

import (
	"errors"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/previewset/previewset/generator"
	githubtest "github.com/previewset/previewset/test/fake/github"
)

// sevenPages is acme/shop with that many pages of pull requests.
func sevenPages(t *testing.T) *githubtest.Server {
	t.Helper()
	s := githubtest.New(t)
	s.PageLimit(10)
	many(s.Repo("acme", "shop"), 65)
	return s
}

// TestPagesAtOnce: the second page does not come before five are asked for, and
// never are there more.
func TestPagesAtOnce(t *testing.T) {
	const most = 5
	s := sevenPages(t)
	var now, peak atomic.Int64
	five := make(chan struct{})
	var reached sync.Once
	s.Fault(func(w http.ResponseWriter, r *http.Request) bool {
		n := now.Add(1)
		defer now.Add(-1)
		for seen := peak.Load(); n > seen && !peak.CompareAndSwap(seen, n); seen = peak.Load() {
		}
		if n == most {
			reached.Do(func() { close(five) })
		}
		if page := r.URL.Query().Get("page"); page != "" && page != "1" {
			select {
			case <-five:
			case <-r.Context().Done():
			}
		}
		return false
	})
	got := list(t, open(t, s), pulls).Changes
	for i, c := range got {
		if c.Number != int64(i+1) {
			t.Fatalf("change %d is %s", i, c.Key())
		}
	}
	if len(got) != 65 || peak.Load() != most {
		t.Errorf("%d changes, with %d requests at once", len(got), peak.Load())
	}
}

// TestLimitBetweenPages: a limit that is reached between two pages ends the
// reading, with no more refused than were under way.
func TestLimitBetweenPages(t *testing.T) {
	s := sevenPages(t)
	s.Fault(func(_ http.ResponseWriter, r *http.Request) bool {
		if r.URL.Query().Get("page") == "3" {
			s.Throttle(http.StatusForbidden, time.Minute)
		}
		return false
	})
	source := open(t, s)
	for range 3 {
		if got, err := source.List(t.Context(), pulls); !errors.Is(err, generator.ErrRateLimited) || len(got.Changes) > 0 {
			t.Errorf("%d changes, %v", len(got.Changes), err)
		}
	}
	if got := s.Calls(); got.Refused < 1 || got.Refused > 5 {
		t.Errorf("calls %+v", got)
	}
}

// TestPagesBehindTheLast: a page that says it is the last, with others behind
// it, is no end.
func TestPagesBehindTheLast(t *testing.T) {
	s := sevenPages(t)
	s.Fault(hook("/pulls", func(w http.ResponseWriter, r *http.Request) bool {
		if r.URL.Query().Get("page") != "3" {
			return false
		}
		answer := s.Answer(r)
		return respond(answer.Code, jsonType, answer.Body.String())(w, r)
	}))
	if got, err := open(t, s).List(t.Context(), pulls); !errors.Is(err, generator.ErrIncomplete) || len(got.Changes) > 0 {
		t.Errorf("%d changes, %v", len(got.Changes), err)
	}
}

// TestListShrinks by some pages, which the first one still tells of when it is
// not modified.
func TestListShrinks(t *testing.T) {
	s := githubtest.New(t)
	s.PageLimit(10)
	r := s.Repo("acme", "shop")
	many(r, 65)
	source := open(t, s)
	list(t, source, pulls)
	for n := int64(65); n > 35; n-- {
		r.ClosePull(n)
	}
	if got := list(t, source, pulls).Changes; len(got) != 35 {
		t.Errorf("%d changes, want 35", len(got))
	}
}
