package git_test

import (
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"

	"github.com/previewset/previewset/generator"
	gittest "github.com/previewset/previewset/test/fake/git"
)

// TestAdvertisementIsWhole cuts an advertisement after each of its bytes, also
// between two references, and ends it properly there. None is a shorter list,
// and in none a branch is deleted.
func TestAdvertisementIsWhole(t *testing.T) {
	repo := gittest.NewRepo(t, "shop")
	repo.Commit(t, "main", "one", map[string]string{"a": "1"})
	repo.Branch(t, "zzz", "main")
	var length, whole atomic.Int64
	length.Store(-1) // whole
	server := gittest.Serve(t, repo, gittest.ServeOptions{Middleware: func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			answer := httptest.NewRecorder()
			next.ServeHTTP(answer, r)
			body := answer.Body.Bytes()
			whole.Store(int64(len(body)))
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
		t.Fatalf("whole: %+v, %v", listing.Changes, err)
	}
	for n := range whole.Load() {
		length.Store(n)
		if listing, err := s.List(t.Context(), branches); err == nil || len(listing.Changes) > 0 {
			t.Errorf("%d of %d bytes: %d branches, %v", n, whole.Load(), len(listing.Changes), err)
		}
		if ending, err := s.Ending(t.Context(), gone); err == nil || ending != generator.EndingUnknown {
			t.Errorf("%d of %d bytes: %s, %v", n, whole.Load(), ending, err)
		}
	}
}
