package gitea_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/generator/forge"
	"github.com/previewset/previewset/generator/gitea"
	giteatest "github.com/previewset/previewset/test/fake/gitea"
)

var (
	facts    = generator.Query{}
	pulls    = generator.Query{PullRequests: true}
	branches = generator.Query{Branches: true}
	both     = generator.Query{PullRequests: true, Branches: true}
)

// repositoryID is the ID of acme/shop.
const repositoryID = "1"

// open returns a source of acme/shop on s.
func open(t *testing.T, s *giteatest.Server, change ...func(*gitea.Options)) *forge.Source {
	t.Helper()
	o := gitea.Options{URL: s.URL, Owner: "acme", Repo: "shop"}
	token(giteatest.ReaderToken)(&o)
	for _, c := range change {
		c(&o)
	}
	source, err := gitea.New(o)
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

func token(text string) func(*gitea.Options) {
	return func(o *gitea.Options) { o.Token = func() (string, error) { return text, nil } }
}

func repo(name string) func(*gitea.Options) {
	return func(o *gitea.Options) { o.Repo = name }
}

// fault answers the requests whose path ends with suffix, for one page or, if page is "",
// for every page.
func fault(suffix, page string, answer http.HandlerFunc) func(http.ResponseWriter, *http.Request) bool {
	return func(w http.ResponseWriter, r *http.Request) bool {
		if !strings.HasSuffix(r.URL.Path, suffix) || page != "" && r.URL.Query().Get("page") != page {
			return false
		}
		answer(w, r)
		return true
	}
}

// edited answers with the recorded answer after change.
func edited(s *giteatest.Server, change func(*giteatest.Answer)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		answer := s.Answer(r)
		header := map[string]string{}
		for name, value := range answer.Header {
			header[name] = value
		}
		answer.Header = header
		change(&answer)
		answer.Write(w)
	}
}

func respond(status int, contentType, body string, header ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		answer := giteatest.Answer{Status: status, Body: body, Header: map[string]string{"Content-Type": contentType}}
		for i := 0; i+1 < len(header); i += 2 {
			answer.Header[header[i]] = header[i+1]
		}
		answer.Write(w)
	}
}
