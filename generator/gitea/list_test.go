package gitea_test

import (
	"errors"
	"net/http"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/generator/forge"
	"github.com/previewset/previewset/generator/gitea"
	giteatest "github.com/previewset/previewset/test/fake/gitea"
)

func TestRepositoryFacts(t *testing.T) {
	s := giteatest.New(t)
	before := time.Now()
	for name, source := range map[string]*forge.Source{
		"with a token": open(t, s),
		"anonymous":    open(t, s, func(o *gitea.Options) { o.Token = nil }),
		"with slashes": open(t, s, func(o *gitea.Options) { o.URL += "//" }),
	} {
		got := list(t, source, facts)
		want := generator.Repository{
			ID: repositoryID, ForgeHost: s.Listener.Addr().String(), Organization: "acme", Name: "shop",
			CloneURL: "http://gitea.acme.dev/acme/shop.git", PageURL: "http://gitea.acme.dev/acme/shop", DefaultBranch: "main",
		}
		if got.Repository != want || len(got.Changes) != 0 {
			t.Errorf("%s: got %+v, want %+v", name, got, want)
		}
		if got.TakenAt.Before(before) || got.TakenAt.After(time.Now()) {
			t.Errorf("%s: got TakenAt %s, want a time during the call", name, got.TakenAt)
		}
	}
}

func TestServerBelowPath(t *testing.T) {
	s := giteatest.New(t)
	source := open(t, s, func(o *gitea.Options) { o.URL += "/git/" })
	if got := list(t, source, pulls); len(got.Changes) != 7 {
		t.Errorf("got %d changes, want 7", len(got.Changes))
	}
}

func TestPullRequests(t *testing.T) {
	s := giteatest.New(t)
	got := map[int64]generator.Change{}
	for _, c := range list(t, open(t, s), pulls).Changes {
		if c.CreatedAt.IsZero() || c.UpdatedAt.Before(c.CreatedAt) || len(c.HeadSHA) != 40 {
			t.Errorf("%s: got %+v, want times and a commit", c.Key(), c)
		}
		c.CreatedAt, c.UpdatedAt, c.HeadSHA = time.Time{}, time.Time{}, ""
		got[c.Number] = c
	}
	change := func(n int64, branch, title string) generator.Change {
		return generator.Change{
			Kind: generator.PullRequest, Number: n, Branch: branch, TargetBranch: "main", Title: title, Author: "ada",
			Labels: []string{}, URL: "http://gitea.acme.dev/acme/shop/pulls/" + string('0'+rune(n)),
		}
	}
	want := map[int64]generator.Change{
		1: change(1, "feature/cart", "Faster carts"),
		2: change(2, "search", "WIP: Search"),
		3: change(3, "foreign", "From a fork"),
		5: change(5, "refs/pull/5/head", "Work on agit"),
		6: change(6, "change-6", "Change 6"),
		7: change(7, "change-7", "Change 7"),
		8: change(8, "change-8", "Change 8"),
	}
	edit(want, 1, func(c *generator.Change) {
		c.TargetBranch, c.Labels = "release/1", []string{"a b", "area/cart", "preview"}
	})
	edit(want, 2, func(c *generator.Change) { c.Draft = true })
	edit(want, 3, func(c *generator.Change) { c.Author, c.Fork = "mallory", true })
	// An agit pull request counts as a fork.
	edit(want, 5, func(c *generator.Change) { c.Author, c.Fork = "mallory", true })
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}

	s.SetState(giteatest.Later)
	later := list(t, open(t, s), pulls).Changes
	if len(later) != 5 || later[4].Title != "Another title" || later[4].TargetBranch != "release/1" ||
		len(later[0].Labels) != 0 || !reflect.DeepEqual(later[1].Labels, []string{"preview"}) {
		t.Errorf("later: got %+v, want 5 pull requests with the new titles and labels", later)
	}
}

func edit(all map[int64]generator.Change, n int64, change func(*generator.Change)) {
	c := all[n]
	change(&c)
	all[n] = c
}

// The pull requests are as other versions return them, or in a state that was not
// recorded. Each is an edited copy of pull request 2.
func TestEditedPullRequests(t *testing.T) {
	draft := func(c generator.Change) bool { return c.Draft }
	unreadable := func(c generator.Change) bool { return c.Number == 0 }
	for name, test := range map[string]struct {
		old, new string
		want     func(generator.Change) bool // nil: generator.ErrIncomplete
	}{
		"no draft flag, WIP":     {`"draft":true`, `"no":1`, draft},
		"no draft flag, [wip]":   {`"title":"WIP: Search"(.*)"draft":true`, `"title":"[wip] Search"$1"no":1`, draft},
		"another prefix":         {`"title":"WIP: Search"`, `"title":"Entwurf: Search"`, draft},
		"ready":                  {`"title":"WIP: Search"(.*)"draft":true`, `"title":"The WIP: Search"$1"draft":false`, func(c generator.Change) bool { return !c.Draft }},
		"head branch is deleted": {`"label":"search","ref":"search"`, `"label":"search","ref":"refs/pull/2/head"`, func(c generator.Change) bool { return c.Branch == "search" && !c.Fork }},
		"fork is deleted":        {`("label":"search","ref":)"search",("sha":"\w+"),"repo_id":1`, `$1"refs/pull/2/head",$2,"repo_id":-1`, func(c generator.Change) bool { return c.Branch == "search" && c.Fork }},
		"author is deleted":      {`"number":2,"user":\{[^{}]*\}`, `"number":2,"user":null`, func(c generator.Change) bool { return c.Author == "" }},
		"no times":               {`("head":\{"label":"search".*?)"created_at":"[^"]*","updated_at":"[^"]*"(,"closed_at")`, `$1"no":1$2`, func(c generator.Change) bool { return c.CreatedAt.IsZero() && c.UpdatedAt.IsZero() }},
		"closed":                 {`("number":2,.*?)"state":"open"`, `$1"state":"closed"`, unreadable},
		"merged":                 {`("number":2,.*?)"merged":false`, `$1"merged":true`, unreadable},
		"of another repository":  {`("number":2,.*?"base":\{"label":"main","ref":"main","sha":"\w+"),"repo_id":1`, `$1,"repo_id":7`, nil},
		"a label has no name":    {`("number":2,.*?)"labels":\[\]`, `$1"labels":[{"id":1}]`, unreadable},
		"no target":              {`("number":2,.*?)"base":\{"label":"main","ref":"main"`, `$1"base":{"label":"main","ref":""`, unreadable},
		"no head":                {`"label":"search","ref":"search"`, `"label":"","ref":""`, unreadable},
		"no commit":              {`("label":"search","ref":"search"),"sha":"\w+"`, `$1,"sha":""`, unreadable},
	} {
		s := giteatest.New(t)
		old := regexp.MustCompile(test.old)
		s.Fault(fault("/pulls", "1", edited(s, func(a *giteatest.Answer) {
			if !old.MatchString(a.Body) {
				t.Errorf("%s: the pattern does not match the recorded answer", name)
			}
			a.Body = old.ReplaceAllString(a.Body, test.new)
		})))
		got, err := open(t, s).List(t.Context(), pulls)
		switch {
		case test.want == nil && !errors.Is(err, generator.ErrIncomplete):
			t.Errorf("%s: got %+v, %v, want %v", name, got, err, generator.ErrIncomplete)
		case test.want != nil && (err != nil || !test.want(pull2(got))):
			t.Errorf("%s: got %+v, %v, want the edited pull request 2", name, got, err)
		}
	}
}

// pull2 returns pull request 2 or, if it is unreadable, an empty change.
func pull2(l generator.Listing) generator.Change {
	for _, c := range l.Changes {
		if c.Number == 2 {
			return c
		}
	}
	if len(l.Unreadable) != 1 || l.Unreadable[0].Key != pull(2) {
		return generator.Change{Number: -1}
	}
	return generator.Change{}
}

func TestBranches(t *testing.T) {
	s := giteatest.New(t)
	got := map[string]generator.Change{}
	for _, c := range list(t, open(t, s), branches).Changes {
		got[c.Branch] = c
	}
	if len(got) != 9 {
		t.Errorf("got %d branches, want 9", len(got))
	}
	c := got["feature/50%+a#b"]
	want := generator.Change{
		Kind: generator.Branch, Branch: "feature/50%+a#b", TargetBranch: "feature/50%+a#b", HeadSHA: c.HeadSHA,
		Author: "Ada", URL: "http://gitea.acme.dev/acme/shop/src/branch/feature/50%25+a%23b",
	}
	if !reflect.DeepEqual(c, want) || len(c.HeadSHA) != 40 {
		t.Errorf("got  %+v\nwant %+v", c, want)
	}
}

// The source keeps the configured names, because names of previews are made from them.
func TestRenamedRepositoryKeepsConfiguredName(t *testing.T) {
	s := giteatest.New(t)
	s.SetState(giteatest.Renamed)
	got := list(t, open(t, s), both)
	if got.Repository.Name != "shop" || got.Repository.CloneURL != "http://gitea.acme.dev/acme/store.git" || len(got.Changes) != 5+9 {
		t.Errorf("got %+v with %d changes, want shop with %d", got.Repository, len(got.Changes), 5+9)
	}
	for k, want := range map[generator.Key]generator.Ending{
		pull(6): generator.EndingMerged, branch("feature/50%+a#b"): generator.EndingOpen, branch("change-7"): generator.EndingDeleted,
	} {
		if ending, err := open(t, s).Ending(t.Context(), repositoryID, k.Change()); ending != want || err != nil {
			t.Errorf("%s: got %s, %v; want %s", k, ending, err, want)
		}
	}
}

// A list of several pages is read twice only if its entries differ from the last call.
func TestRequestsPerList(t *testing.T) {
	s := giteatest.New(t)
	source := open(t, s)
	for _, step := range []struct {
		scene string
		want  int // requests
	}{
		{giteatest.Open, 1 + 3 + 3 + 3 + 3 + 1},
		{giteatest.Open, 1 + 3 + 3 + 1},
		{giteatest.Later, 1 + 2 + 2 + 3 + 3 + 1},
		{giteatest.Later, 1 + 2 + 3 + 1},
	} {
		s.SetState(step.scene)
		before := s.Requests()
		list(t, source, both)
		if got := s.Requests() - before; got != step.want {
			t.Errorf("%s: got %d requests, want %d", step.scene, got, step.want)
		}
	}
}

// anyHost sends requests for every host to a server.
type anyHost struct{ server *giteatest.Server }

func (a anyHost) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	r.URL.Scheme, r.URL.Host = "http", strings.TrimPrefix(a.server.URL, "http://")
	return http.DefaultTransport.RoundTrip(r)
}

func TestHosts(t *testing.T) {
	s := giteatest.New(t)
	for url, want := range map[string]string{
		"https://Gitea.acme.dev":      "gitea.acme.dev",
		"https://gitea.acme.dev/git/": "gitea.acme.dev",
		"https://gitea.acme.dev:443":  "gitea.acme.dev",
		"http://gitea.acme.dev:80":    "gitea.acme.dev",
		"http://gitea.acme.dev:443":   "gitea.acme.dev:443",
		"http://gitea.acme.dev:3000":  "gitea.acme.dev:3000",
		"https://[2001:db8::1]:443":   "[2001:db8::1]",
	} {
		source := open(t, s, func(o *gitea.Options) { o.URL, o.HTTP = url, anyHost{s} })
		if got := list(t, source, facts).Repository.ForgeHost; got != want {
			t.Errorf("%q: got host %q, want %q", url, got, want)
		}
	}
}
