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

// Git's own server is not asked what it can before a push, others are, and so
// is one that did not say what became of a push.
func TestAskedBeforeAPush(t *testing.T) {
	const asked, sent = "GET git-receive-pack", "POST git-receive-pack"
	failedOnce := false
	for name, c := range map[string]struct {
		middleware func(http.Handler) http.Handler
		want       []string
	}{
		"git":           {want: []string{sent}},
		"another agent": {gittest.Foreign, []string{asked, sent}},
		"no answer at first": {onReceive(func(w http.ResponseWriter, req *http.Request, next http.Handler) {
			if !failedOnce {
				failedOnce = true
				http.Error(w, "oops", http.StatusBadGateway)
				return
			}
			next.ServeHTTP(w, req)
		}), []string{asked, sent}},
		"answer lost": {onReceive(func(_ http.ResponseWriter, req *http.Request, next http.Handler) {
			next.ServeHTTP(httptest.NewRecorder(), req)
			panic(http.ErrAbortHandler)
		}), []string{sent, asked}},
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
				t.Errorf("%s commits", got)
			}
			s.Reset()
			push(t, remote, fetch(t, remote, "main", nil), edit("later", "f", "1"), "later")
			if again := slices.Contains(s.Requests(), asked); again != slices.Contains(c.want, asked) {
				t.Errorf("the next push: %v", s.Requests())
			}
		})
	}
}

// What git's server says of a push that it was not asked about before.
func TestMovedUnasked(t *testing.T) {
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
		t.Errorf("got %v", err)
	}
	if got := s.Requests()[0]; got != "POST git-receive-pack" {
		t.Errorf("first was %s", got)
	}
	if got := repo.Tip(t, "main"); got != tip {
		t.Errorf("tip %s, want %s", got, tip)
	}
}
