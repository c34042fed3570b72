package gitrepo_test

import (
	"errors"
	"net/http"
	"testing"

	"github.com/previewset/previewset/internal/gitrepo"
	gittest "github.com/previewset/previewset/test/fake/git"
)

func TestCheckPushNeedsTheRightToWrite(t *testing.T) {
	t.Parallel()
	status := func(code int) func(http.Handler) http.Handler {
		return func(http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(code) })
		}
	}
	for _, test := range []struct {
		name    string
		options gittest.ServeOptions
		receive string // http.receivepack
		want    error
	}{
		{"may push", gittest.ServeOptions{}, "true", nil},
		{"may only read", gittest.ServeOptions{}, "false", gitrepo.ErrRejected},
		{"wrong password", gittest.ServeOptions{User: "u", Password: canary}, "true", gitrepo.ErrAuth},
		{"no repository", gittest.ServeOptions{Middleware: status(http.StatusNotFound)}, "true", gitrepo.ErrNotFound},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			repo := gittest.NewRepo(t, "r")
			repo.Commit(t, "main", "start", map[string]string{"f": "1"})
			repo.Config(t, "http.receivepack", test.receive)
			s := gittest.Serve(t, repo, test.options)
			before := repo.Git(t, "for-each-ref")
			if err := open(t, s.URL, gitrepo.Options{}).CheckPush(t.Context()); !errors.Is(err, test.want) || (err == nil) != (test.want == nil) {
				t.Errorf("got %v, want %v", err, test.want)
			}
			if after := repo.Git(t, "for-each-ref"); after != before {
				t.Errorf("got references %s, want %s", after, before)
			}
		})
	}
}

func TestCheckPushOverOtherTransports(t *testing.T) {
	t.Parallel()
	repo := gittest.NewRepo(t, "r")
	repo.Commit(t, "main", "start", map[string]string{"f": "1"})
	if err := open(t, repo.URL(), gitrepo.Options{}).CheckPush(t.Context()); err != nil {
		t.Errorf("file: got %v, want no error", err)
	}
	if err := open(t, "file:///does/not/exist", gitrepo.Options{}).CheckPush(t.Context()); !errors.Is(err, gitrepo.ErrNotFound) {
		t.Errorf("no directory: got %v, want %v", err, gitrepo.ErrNotFound)
	}
}

func TestPartialNeedsFiltersAndSingleObjects(t *testing.T) {
	t.Parallel()
	for _, extensions := range []bool{true, false} {
		repo := gittest.NewRepo(t, "r")
		repo.Commit(t, "main", "start", map[string]string{"f": "1"})
		if !extensions {
			repo.DisableExtensions(t)
		}
		remote := open(t, gittest.Serve(t, repo, gittest.ServeOptions{}).URL, gitrepo.Options{})
		if _, err := remote.Refs(t.Context()); err != nil {
			t.Fatal(err)
		}
		if got := remote.Partial(); got != extensions {
			t.Errorf("extensions %t: got %t", extensions, got)
		}
	}
}
