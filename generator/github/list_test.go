package github_test

import (
	"errors"
	"fmt"
	"net/http"
	"reflect"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/generator/forge"
	"github.com/previewset/previewset/generator/github"
	githubtest "github.com/previewset/previewset/test/fake/github"
)

func TestRepositoryFacts(t *testing.T) {
	s := githubtest.New(t)
	s.Repo("acme", "shop")
	before := time.Now()
	got := list(t, open(t, s), generator.Query{})
	want := generator.Repository{
		ID: repositoryID, ForgeHost: "github.com", Organization: "acme", Name: "shop",
		CloneURL: "https://github.com/acme/shop.git", PageURL: "https://github.com/acme/shop", DefaultBranch: "main",
	}
	if got.Repository != want || len(got.Changes) != 0 {
		t.Errorf("got %+v, want %+v", got, want)
	}
	if got.TakenAt.Before(before) || got.TakenAt.After(time.Now()) {
		t.Errorf("got TakenAt %s, want a time during the call", got.TakenAt)
	}
}

func TestPullRequest(t *testing.T) {
	s := githubtest.New(t)
	r := s.Repo("acme", "shop")
	n := r.OpenPull(githubtest.Pull{
		Title: "Faster carts", Author: "ada", Head: "feature/cart", Base: "release/1",
		Labels: []string{"preview", "area/cart", "a b"}, Draft: true,
	})
	r.ClosePull(r.OpenPull(githubtest.Pull{}))
	r.Merge(r.OpenPull(githubtest.Pull{}))
	got := list(t, open(t, s), pulls).Changes
	openedAt := time.Date(2026, 1, 5, 9, 4, 0, 0, time.UTC)
	want := []generator.Change{{
		Kind: generator.PullRequest, Number: n, Branch: "feature/cart", TargetBranch: "release/1",
		HeadSHA: r.PullHead(n), Title: "Faster carts", Author: "ada", Labels: []string{"preview", "area/cart", "a b"},
		Draft: true, URL: "https://github.com/acme/shop/pull/1", CreatedAt: openedAt, UpdatedAt: openedAt,
	}}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
	r.Label(n)
	r.Draft(n, false)
	if got := list(t, open(t, s), pulls).Changes[0]; len(got.Labels) != 0 || got.Draft || !got.UpdatedAt.After(openedAt) {
		t.Errorf("updated pull request: got %+v, want no labels, no draft and a later update", got)
	}
}

func TestForks(t *testing.T) {
	s := githubtest.New(t)
	r := s.Repo("acme", "shop")
	r.OpenPull(githubtest.Pull{})
	r.OpenPull(githubtest.Pull{Fork: "mallory", Head: "main"})
	r.OpenPull(githubtest.Pull{ForkGone: true, Head: "main"})
	for i, c := range list(t, open(t, s), pulls).Changes {
		if want := i > 0; c.Fork != want {
			t.Errorf("%s: got fork %v, want %v", c.Key(), c.Fork, want)
		}
	}
}

func TestBranch(t *testing.T) {
	s := githubtest.New(t)
	r := s.Repo("acme", "shop")
	sha := r.Push("feature/a b#c", "Ada")
	got := list(t, open(t, s), branches).Changes
	want := generator.Change{
		Kind: generator.Branch, Branch: "feature/a b#c", TargetBranch: "feature/a b#c", HeadSHA: sha,
		URL: "https://github.com/acme/shop/tree/feature/a%20b%23c",
	}
	if len(got) != 2 || !reflect.DeepEqual(got[0], want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}

// openPulls opens n pull requests and pushes a head branch for each of them.
func openPulls(r *githubtest.Repo, n int) {
	for range n {
		r.OpenPull(githubtest.Pull{})
	}
}

func TestListReadsAllPages(t *testing.T) {
	for _, n := range []int{0, 1, 250} {
		t.Run(strconv.Itoa(n), func(t *testing.T) {
			s := githubtest.New(t)
			openPulls(s.Repo("acme", "shop"), n)
			got := list(t, open(t, s), both).Changes
			if len(got) != n+n+1 {
				t.Errorf("got %d changes, want %d", len(got), n+n+1)
			}
			for i := range n {
				if got[i].Number != int64(i+1) {
					t.Fatalf("change %d: got %s, want pull request %d", i, got[i].Key(), i+1)
				}
			}
		})
	}
}

func TestUnchangedListCostsNoQuota(t *testing.T) {
	s := githubtest.New(t)
	s.PageLimit(10)
	r := s.Repo("acme", "shop")
	openPulls(r, 25)
	var last atomic.Int64
	source := open(t, s, func(o *github.Options) {
		o.OnRate = func(resource string, remaining, limit int, reset time.Time) {
			if resource != "core" || limit != 5000 || reset.Before(time.Now()) {
				t.Errorf("got rate limit %s of %d until %s, want core of 5000", resource, limit, reset)
			}
			last.Store(int64(remaining))
		}
	})
	list(t, source, both)
	first := s.Calls()
	if first.Counted != 1+3+3 || first.NotModified != 3+3+1 {
		t.Errorf("first list: got calls %+v, want 7 counted and 7 not modified", first)
	}
	if last.Load() != 5000-7 {
		t.Errorf("got remaining %d, want %d", last.Load(), 5000-7)
	}
	s.Quota(1234, time.Now().Add(time.Minute)) // a 304 has the rate limit, too
	if got := list(t, source, both); len(got.Changes) != 51 {
		t.Errorf("got %d changes, want 51", len(got.Changes))
	}
	if second := s.Calls(); second.Counted != first.Counted || second.NotModified != first.NotModified+1+3+3+1 {
		t.Errorf("unchanged list: got calls %+v after %+v, want 8 more not modified", second, first)
	}
	if last.Load() != 1234 {
		t.Errorf("got remaining %d, want 1234", last.Load())
	}
	r.Label(1, "preview")
	if got := list(t, source, both); len(got.Changes[0].Labels) != 1 {
		t.Errorf("got %+v, want the new label", got.Changes[0])
	}
	if changed := s.Calls(); changed.Counted != first.Counted+1 {
		t.Errorf("one page changed: got calls %+v after %+v, want one more counted", changed, first)
	}
}

// The list grows from one full page to two pages. GitHub's ETag covers the body and not
// the link to the next page, so that the full page is not modified.
func TestNextPageAfterFullPageIsRead(t *testing.T) {
	s := githubtest.New(t)
	r := s.Repo("acme", "shop")
	openPulls(r, 100)
	source := open(t, s)
	if got := list(t, source, pulls); len(got.Changes) != 100 {
		t.Fatalf("got %d changes, want 100", len(got.Changes))
	}
	r.OpenPull(githubtest.Pull{})
	if got := list(t, source, pulls); len(got.Changes) != 101 {
		t.Errorf("got %d changes, want 101", len(got.Changes))
	}
	r.ClosePull(101)
	if got := list(t, source, pulls); len(got.Changes) != 100 {
		t.Errorf("got %d changes, want 100", len(got.Changes))
	}
}

func TestBounds(t *testing.T) {
	s := githubtest.New(t)
	s.PageLimit(10)
	openPulls(s.Repo("acme", "shop"), 25)
	for name, test := range map[string]struct {
		change func(*github.Options)
		want   error
	}{
		"enough pages":  {func(o *github.Options) { o.MaxPages = 3 }, nil},
		"too few pages": {func(o *github.Options) { o.MaxPages = 2 }, generator.ErrIncomplete},
		"too few bytes": {func(o *github.Options) { o.MaxBytes = 10_000 }, generator.ErrIncomplete},
	} {
		got, err := open(t, s, test.change).List(t.Context(), pulls)
		if !errors.Is(err, test.want) || test.want == nil && len(got.Changes) != 25 || test.want != nil && len(got.Changes) != 0 {
			t.Errorf("%s: got %d changes, %v; want %v", name, len(got.Changes), err, test.want)
		}
	}
}

func TestEnterprise(t *testing.T) {
	s := githubtest.New(t)
	r := s.Repo("acme", "shop")
	s.PageLimit(2)
	openPulls(r, 3)
	s.Token("secret-of-ghe")
	r.Private()
	for _, url := range []string{s.APIURL(), s.APIURL() + "/", s.URL} {
		source, err := github.New(github.Options{
			Owner: "acme", Repo: "shop", APIURL: url,
			Token: func() (string, error) { return "secret-of-ghe\n", nil },
		})
		if err != nil {
			t.Fatal(err)
		}
		got := list(t, source, both)
		if want := s.URL[len("http://"):]; got.Repository.ForgeHost != want || len(got.Changes) != 7 {
			t.Errorf("%s: got host %q with %d changes, want %q with 7", url, got.Repository.ForgeHost, len(got.Changes), want)
		}
	}
}

func TestHosts(t *testing.T) {
	for url, want := range map[string]string{
		"":                            "github.com",
		"https://api.github.com":      "github.com",
		"https://api.github.com/":     "github.com",
		"https://GHE.acme.dev/api/v3": "ghe.acme.dev",
		"https://ghe.acme.dev:443":    "ghe.acme.dev",
		"https://ghe.acme.dev:8443":   "ghe.acme.dev:8443",
		"https://api.acme.ghe.com":    "acme.ghe.com",
		"https://api.acme.dev/":       "api.acme.dev",
	} {
		s := githubtest.New(t)
		s.Repo("acme", "shop")
		source, err := github.New(github.Options{Owner: "acme", Repo: "shop", APIURL: url, Options: forge.Options{HTTP: anyHost{s.Transport()}}})
		if err != nil {
			t.Errorf("%s: New returned %v", url, err)
			continue
		}
		if got := list(t, source, pulls).Repository.ForgeHost; got != want {
			t.Errorf("%q: got host %q, want %q", url, got, want)
		}
	}
}

// anyHost sends requests for every host to api.github.com.
type anyHost struct{ next http.RoundTripper }

func (a anyHost) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	r.URL.Host = "api.github.com"
	return a.next.RoundTrip(r)
}

func TestRenamedRepositoryKeepsConfiguredName(t *testing.T) {
	s := githubtest.New(t)
	r := s.Repo("acme", "shop")
	s.PageLimit(2)
	openPulls(r, 3)
	source := open(t, s)
	r.Rename("store")
	got := list(t, source, both)
	if got.Repository.Name != "shop" || got.Repository.CloneURL != "https://github.com/acme/store.git" || len(got.Changes) != 7 {
		t.Errorf("got %+v with %d changes, want shop with 7", got.Repository, len(got.Changes))
	}
	for name, want := range map[string]generator.Ending{"change-1": generator.EndingOpen, "gone": generator.EndingDeleted} {
		if ending, err := source.Ending(t.Context(), repositoryID, branch(name).Change()); ending != want || err != nil {
			t.Errorf("%s: got %s, %v; want %s", name, ending, err, want)
		}
	}
}

func TestNewRefusesInvalidOptions(t *testing.T) {
	key := func() ([]byte, error) { return nil, nil }
	secret := func() (string, error) { return "x", nil }
	for name, o := range map[string]github.Options{
		"no owner":           {Repo: "shop"},
		"no repository":      {Owner: "acme"},
		"dots":               {Owner: "acme", Repo: ".."},
		"a path":             {Owner: "acme", Repo: "shop/pulls"},
		"a query":            {Owner: "acme", Repo: "shop?x"},
		"token and App":      {Owner: "acme", Repo: "shop", Token: secret, App: &github.App{ID: 1, InstallationID: 1, PrivateKey: key}},
		"App without key":    {Owner: "acme", Repo: "shop", App: &github.App{ID: 1, InstallationID: 1}},
		"App without id":     {Owner: "acme", Repo: "shop", App: &github.App{InstallationID: 1, PrivateKey: key}},
		"negative bound":     {Owner: "acme", Repo: "shop", Options: forge.Options{MaxPages: -1}},
		"URL of a file":      {Owner: "acme", Repo: "shop", APIURL: "file:///etc/passwd"},
		"URL without a host": {Owner: "acme", Repo: "shop", APIURL: "https:///api/v3"},
		"URL with a query":   {Owner: "acme", Repo: "shop", APIURL: "https://ghe.acme.dev/?x=1"},
		"URL with password":  {Owner: "acme", Repo: "shop", APIURL: "https://u:" + canary + "@ghe.acme.dev/"},
		"broken URL":         {Owner: "acme", Repo: "shop", APIURL: "https://" + canary + "\x7f"},
	} {
		if _, err := github.New(o); err == nil {
			t.Errorf("%s: New returned no error", name)
		} else {
			noCanary(t, fmt.Sprintf("%s: %v", name, err))
		}
	}
}
