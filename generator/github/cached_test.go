package github_test

import (
	"sync"
	"testing"
	"time"

	"github.com/previewset/previewset/generator/cached"
	githubtest "github.com/previewset/previewset/test/fake/github"
)

func TestConcurrentCallersShareRequests(t *testing.T) {
	s := githubtest.New(t)
	openPulls(s.Repo("acme", "shop"), 3)
	source := cached.New(open(t, s), time.Hour, nil)
	var callers sync.WaitGroup
	for range 100 {
		callers.Go(func() {
			if got, err := source.List(t.Context(), both); err != nil || len(got.Changes) != 7 {
				t.Errorf("got %d changes, %v, want 7", len(got.Changes), err)
			}
		})
	}
	callers.Wait()
	if got := s.Calls(); got != (githubtest.Count{Counted: 3, NotModified: 1}) {
		t.Errorf("got calls %+v, want those of one list", got)
	}
	source.Invalidate()
	if _, err := source.List(t.Context(), both); err != nil {
		t.Error(err)
	}
	if got := s.Calls(); got != (githubtest.Count{Counted: 3, NotModified: 5}) {
		t.Errorf("got calls %+v, want those of one list and one that is not modified", got)
	}
}
