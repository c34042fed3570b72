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

// newSevenPages returns a server for acme/shop with seven pages of pull requests.
func newSevenPages(t *testing.T) *githubtest.Server {
	t.Helper()
	s := githubtest.New(t)
	s.PageLimit(10)
	openPulls(s.Repo("acme", "shop"), 65)
	return s
}

// The server answers no page after the first until five requests are in progress.
func TestFivePagesAreReadConcurrently(t *testing.T) {
	const concurrent = 5
	s := newSevenPages(t)
	var current, peak atomic.Int64
	reached := make(chan struct{})
	var once sync.Once
	s.Fault(func(w http.ResponseWriter, r *http.Request) bool {
		n := current.Add(1)
		defer current.Add(-1)
		for seen := peak.Load(); n > seen && !peak.CompareAndSwap(seen, n); seen = peak.Load() {
		}
		if n == concurrent {
			once.Do(func() { close(reached) })
		}
		if page := r.URL.Query().Get("page"); page != "" && page != "1" {
			select {
			case <-reached:
			case <-r.Context().Done():
			}
		}
		return false
	})
	got := list(t, open(t, s), pulls).Changes
	for i, c := range got {
		if c.Number != int64(i+1) {
			t.Fatalf("change %d: got %s, want pull request %d", i, c.Key(), i+1)
		}
	}
	if len(got) != 65 || peak.Load() != concurrent {
		t.Errorf("got %d changes with %d concurrent requests, want 65 with %d", len(got), peak.Load(), concurrent)
	}
}

// If a rate limit starts between two pages, only the requests in progress are refused.
func TestRateLimitBetweenPagesEndsList(t *testing.T) {
	s := newSevenPages(t)
	s.Fault(func(_ http.ResponseWriter, r *http.Request) bool {
		if r.URL.Query().Get("page") == "3" {
			s.Throttle(http.StatusForbidden, time.Minute)
		}
		return false
	})
	source := open(t, s)
	for range 3 {
		if got, err := source.List(t.Context(), pulls); !errors.Is(err, generator.ErrRateLimited) || len(got.Changes) > 0 {
			t.Errorf("got %d changes, %v, want %v", len(got.Changes), err, generator.ErrRateLimited)
		}
	}
	if got := s.Calls(); got.Refused < 1 || got.Refused > 5 {
		t.Errorf("got calls %+v, want 1 to 5 refused", got)
	}
}

// Page 3 has no link to a next page, but later pages have entries.
func TestPagesAfterLastPageAreAnError(t *testing.T) {
	s := newSevenPages(t)
	s.Fault(hook("/pulls", func(w http.ResponseWriter, r *http.Request) bool {
		if r.URL.Query().Get("page") != "3" {
			return false
		}
		answer := s.Answer(r)
		return respond(answer.Code, jsonType, answer.Body.String())(w, r)
	}))
	if got, err := open(t, s).List(t.Context(), pulls); !errors.Is(err, generator.ErrIncomplete) || len(got.Changes) > 0 {
		t.Errorf("got %d changes, %v, want %v", len(got.Changes), err, generator.ErrIncomplete)
	}
}

// The list gets shorter by some pages. The first page is not modified, and its cached
// answer still has the number of the former last page.
func TestShrinkingList(t *testing.T) {
	s := githubtest.New(t)
	s.PageLimit(10)
	r := s.Repo("acme", "shop")
	openPulls(r, 65)
	source := open(t, s)
	list(t, source, pulls)
	for n := int64(65); n > 35; n-- {
		r.ClosePull(n)
	}
	if got := list(t, source, pulls).Changes; len(got) != 35 {
		t.Errorf("got %d changes, want 35", len(got))
	}
}
