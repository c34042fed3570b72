package git_test

import (
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"

	"github.com/previewset/previewset/generator"
	gittest "github.com/previewset/previewset/test/fake/git"
)

// The test truncates an advertisement after each of its bytes, also between two
// references, and ends the HTTP response without an error. A truncated advertisement is
// never a shorter list, and no evidence that a branch was deleted.
func TestTruncatedAdvertisementIsAnError(t *testing.T) {
	repo := gittest.NewRepo(t, "shop")
	repo.Commit(t, "main", "one", map[string]string{"a": "1"})
	repo.Branch(t, "zzz", "main")
	var length, fullLength atomic.Int64
	length.Store(-1) // not truncated
	server := gittest.Serve(t, repo, gittest.ServeOptions{Middleware: func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			answer := httptest.NewRecorder()
			next.ServeHTTP(answer, r)
			body := answer.Body.Bytes()
			fullLength.Store(int64(len(body)))
			if n := length.Load(); n >= 0 {
				body = body[:n]
			}
			w.Header().Set("Content-Type", answer.Header().Get("Content-Type"))
			w.WriteHeader(answer.Code)
			_, _ = w.Write(body)
		})
	}})
	s, gone := source(t, server.URL), generator.Key{Kind: generator.Branch, Branch: "zzz"}
	if listing, err := s.List(t.Context(), branches); err != nil || len(listing.Changes) != 2 {
		t.Fatalf("complete advertisement: got %+v, %v, want two branches", listing.Changes, err)
	}
	for n := range fullLength.Load() {
		length.Store(n)
		if listing, err := s.List(t.Context(), branches); err == nil || len(listing.Changes) > 0 {
			t.Errorf("%d of %d bytes: got %d branches, %v, want an error", n, fullLength.Load(), len(listing.Changes), err)
		}
		if ending, err := s.Ending(t.Context(), "", gone.Change()); err == nil || ending != generator.EndingUnknown {
			t.Errorf("%d of %d bytes: got %s, %v, want %s and an error", n, fullLength.Load(), ending, err, generator.EndingUnknown)
		}
	}
}
