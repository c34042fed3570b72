package github_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/generator/forge"
	"github.com/previewset/previewset/generator/github"
	githubtest "github.com/previewset/previewset/test/fake/github"
)

var (
	pulls    = generator.Query{PullRequests: true}
	branches = generator.Query{Branches: true}
	both     = generator.Query{PullRequests: true, Branches: true}
)

// repositoryID is the ID of acme/shop.
const repositoryID = "1001"

// open returns a source of acme/shop on s, which answers as api.github.com.
func open(t *testing.T, s *githubtest.Server, change ...func(*github.Options)) *forge.Source {
	t.Helper()
	o := github.Options{Owner: "acme", Repo: "shop", Options: forge.Options{HTTP: s.Transport()}}
	for _, c := range change {
		c(&o)
	}
	source, err := github.New(o)
	if err != nil {
		t.Fatal(err)
	}
	return source
}

func list(t *testing.T, s *forge.Source, q generator.Query) generator.Listing {
	t.Helper()
	listing, err := s.List(t.Context(), q)
	if err != nil {
		t.Fatalf("list: %v", err)
	}
	return listing
}

// hook answers the requests whose path ends with suffix.
func hook(suffix string, answer func(w http.ResponseWriter, r *http.Request) bool) func(http.ResponseWriter, *http.Request) bool {
	return func(w http.ResponseWriter, r *http.Request) bool {
		return strings.HasSuffix(r.URL.Path, suffix) && answer(w, r)
	}
}

func token(text string) func(*github.Options) {
	return func(o *github.Options) { o.Token = func() (string, error) { return text, nil } }
}
