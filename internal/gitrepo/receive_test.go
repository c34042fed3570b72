package gitrepo_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"

	"github.com/previewset/previewset/internal/gitrepo"
	gittest "github.com/previewset/previewset/test/fake/git"
)

// Push reads no advertisement of git's own server. It reads that of other servers, and of
// a server that sent no report for a push.
func TestPushReadsAdvertisementIfNecessary(t *testing.T) {
	const advertisement, update = "GET git-receive-pack", "POST git-receive-pack"
	failedOnce := false
	for name, c := range map[string]struct {
		middleware func(http.Handler) http.Handler
		want       []string
	}{
		"git":           {want: []string{update}},
		"another agent": {gittest.OtherAgent, []string{advertisement, update}},
		"no report at first": {onReceive(func(w http.ResponseWriter, req *http.Request, next http.Handler) {
			if !failedOnce {
				failedOnce = true
				http.Error(w, "oops", http.StatusBadGateway)
				return
			}
			next.ServeHTTP(w, req)
		}), []string{advertisement, update}},
		"response lost": {onReceive(func(_ http.ResponseWriter, req *http.Request, next http.Handler) {
			next.ServeHTTP(httptest.NewRecorder(), req)
			panic(http.ErrAbortHandler)
		}), []string{update, advertisement}},
	} {
		t.Run(name, func(t *testing.T) {
			repo := gittest.NewRepo(t, "r")
			repo.Commit(t, "main", "start", map[string]string{"a": "1"})
			s := gittest.Serve(t, repo, gittest.ServeOptions{Middleware: c.middleware})
			remote := open(t, s.URL, gitrepo.Options{})
			if err := pushOnce(t, remote); err != nil {
				t.Fatal(err)
			}
			if got := s.Requests()[2:]; !slices.Equal(got, c.want) { // after those of the fetch
				t.Errorf("requests %v, want %v", got, c.want)
			}
			if got := repo.Git(t, "rev-list", "--count", "main"); got != "2" {
				t.Errorf("got %s commits, want 2", got)
			}
			s.Reset()
			push(t, remote, fetch(t, remote, "main", nil), edit("later", "f", "1"), "later")
			if again := slices.Contains(s.Requests(), advertisement); again != slices.Contains(c.want, advertisement) {
				t.Errorf("the next push: got requests %v", s.Requests())
			}
		})
	}
}

// Git's own server reports a moved branch for a push without an advertisement.
func TestPushWithoutAdvertisementToMovedBranch(t *testing.T) {
	repo := gittest.NewRepo(t, "r")
	repo.Commit(t, "main", "start", map[string]string{"a": "1"})
	s := gittest.Serve(t, repo, gittest.ServeOptions{})
	remote := open(t, s.URL, gitrepo.Options{})
	commit, err := fetch(t, remote, "main", nil).Commit(t.Context(), edit("d", "f", "1"), options("m"))
	if err != nil {
		t.Fatal(err)
	}
	tip := repo.Commit(t, "main", "foreign", map[string]string{"b": "1"})
	s.Reset()
	if _, err := remote.Push(t.Context(), "main", commit); !errors.Is(err, gitrepo.ErrMoved) {
		t.Errorf("got error %v, want ErrMoved", err)
	}
	if got := s.Requests()[0]; got != "POST git-receive-pack" {
		t.Errorf("got first request %s, want POST git-receive-pack", got)
	}
	if got := repo.Tip(t, "main"); got != tip {
		t.Errorf("tip %s, want %s", got, tip)
	}
}
