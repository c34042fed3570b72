package git_test

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/generator/git"
	"github.com/previewset/previewset/internal/gitrepo"
	gittest "github.com/previewset/previewset/test/fake/git"
)

func source(t *testing.T, url string, options ...git.Option) *git.Source {
	t.Helper()
	remote, err := gitrepo.Open(url, gitrepo.Options{Timeout: 30 * time.Second})
	if err != nil {
		t.Fatal(err)
	}
	s, err := git.New(remote, options...)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

var branches = generator.Query{Branches: true}

func TestListReturnsBranches(t *testing.T) {
	repo := gittest.NewRepo(t, "shop")
	tip := repo.Commit(t, "main", "one", map[string]string{"a": "1"})
	side := repo.Commit(t, "feature/x", "two", map[string]string{"b": "1"})
	repo.Git(t, "tag", "v1", tip)
	server := gittest.Serve(t, repo, gittest.ServeOptions{})
	before := time.Now()
	listing, err := source(t, server.URL).List(t.Context(), branches)
	if err != nil {
		t.Fatal(err)
	}
	if got := server.Requests(); len(got) != 1 {
		t.Errorf("got requests %v, want one", got)
	}
	if !listing.Refs {
		t.Error("got Refs = false, want true")
	}
	if listing.TakenAt.Before(before) || listing.TakenAt.After(time.Now()) {
		t.Errorf("got TakenAt %v, want a time during the call", listing.TakenAt)
	}
	r := listing.Repository
	if r.Name != "shop" || r.DefaultBranch != "main" || r.CloneURL != server.URL || !strings.HasPrefix(r.ForgeHost, "127.0.0.1:") {
		t.Errorf("got repository %+v, want shop at %s", r, server.URL)
	}
	heads := map[string]string{}
	for _, c := range listing.Changes {
		if c.Kind != generator.Branch || c.TargetBranch != c.Branch || c.Number != 0 || c.Fork {
			t.Errorf("got %+v, want a branch", c)
		}
		heads[c.Branch] = c.HeadSHA
	}
	if len(heads) != 2 || heads["main"] != tip || heads["feature/x"] != side {
		t.Errorf("got heads %v, want %s and %s", heads, tip, side)
	}
	if _, err := source(t, server.URL).List(t.Context(), generator.Query{PullRequests: true, Branches: true}); err == nil {
		t.Error("a query for pull requests returned no error")
	}
}

func TestListRefusesIncompleteAdvertisements(t *testing.T) {
	repo := gittest.NewRepo(t, "shop")
	s := source(t, repo.URL())
	if _, err := s.List(t.Context(), branches); !errors.Is(err, generator.ErrIncomplete) {
		t.Errorf("empty repository: got %v, want %v", err, generator.ErrIncomplete)
	}
	repo.Commit(t, "feature", "one", map[string]string{"a": "1"})
	if _, err := s.List(t.Context(), branches); !errors.Is(err, generator.ErrIncomplete) || !strings.Contains(err.Error(), "let HEAD of the repository name a branch that exists") {
		t.Errorf("HEAD points to a missing branch: got %v, want %v", err, generator.ErrIncomplete)
	}
	if ending, err := s.Ending(t.Context(), "", generator.Change{Kind: generator.Branch, Branch: "gone"}); ending.Ended() || !errors.Is(err, generator.ErrIncomplete) {
		t.Errorf("ending without the default branch: got %v, %v, want %v", ending, err, generator.ErrIncomplete)
	}
	// An advertisement has no symref for a detached HEAD.
	repo.Git(t, "update-ref", "--no-deref", "HEAD", repo.Tip(t, "feature"))
	if _, err := s.List(t.Context(), branches); !errors.Is(err, generator.ErrIncomplete) {
		t.Errorf("no default branch: got %v, want %v", err, generator.ErrIncomplete)
	}
	named := source(t, repo.URL(), git.DefaultBranch("feature"))
	if listing, err := named.List(t.Context(), branches); err != nil || listing.Repository.DefaultBranch != "feature" {
		t.Errorf("configured default branch: got %+v, %v, want feature", listing.Repository, err)
	}
	repo.Branch(t, "master", "feature")
	if listing, err := s.List(t.Context(), branches); err != nil || listing.Repository.DefaultBranch != "master" || !listing.DefaultAssumed {
		t.Errorf("master: got %+v, %v, want master, which is assumed", listing, err)
	}
	if listing, err := named.List(t.Context(), branches); err != nil || listing.DefaultAssumed {
		t.Errorf("configured default branch: got %+v, %v, want no assumption", listing, err)
	}

	if _, err := source(t, t.TempDir()+"/absent").List(t.Context(), branches); !errors.Is(err, generator.ErrNotFound) {
		t.Errorf("absent: got %v, want %v", err, generator.ErrNotFound)
	}
	locked := gittest.Serve(t, repo, gittest.ServeOptions{User: "u", Password: "p"})
	if _, err := source(t, locked.URL).List(t.Context(), branches); !errors.Is(err, generator.ErrUnauthorized) {
		t.Errorf("no credentials: got %v, want %v", err, generator.ErrUnauthorized)
	}
}

func TestHiddenRefsAreNoEvidence(t *testing.T) {
	repo := gittest.NewRepo(t, "shop")
	repo.Commit(t, "main", "one", map[string]string{"a": "1"})
	repo.Branch(t, "feature", "main")
	repo.Config(t, "uploadpack.hideRefs", "refs/heads/main")
	ending, err := source(t, repo.URL(), git.DefaultBranch("main")).Ending(t.Context(), "", generator.Change{Kind: generator.Branch, Branch: "x"})
	if ending.Ended() || !errors.Is(err, generator.ErrIncomplete) {
		t.Errorf("got %v, %v, want %v", ending, err, generator.ErrIncomplete)
	}
}

func TestEnding(t *testing.T) {
	repo := gittest.NewRepo(t, "shop")
	repo.Commit(t, "main", "one", map[string]string{"a": "1"})
	repo.Branch(t, "feature/x", "main")
	s := source(t, repo.URL())
	for _, c := range []struct {
		key  generator.Key
		want generator.Ending
	}{
		{generator.Key{Kind: generator.Branch, Branch: "feature/x"}, generator.EndingOpen},
		{generator.Key{Kind: generator.Branch, Branch: "feature/y"}, generator.EndingDeleted},
		{generator.Key{Kind: generator.Branch}, generator.EndingUnknown},
		{generator.Key{Kind: generator.PullRequest, Number: 7}, generator.EndingUnknown},
	} {
		if got, err := s.Ending(t.Context(), "", c.key.Change()); err != nil || got != c.want {
			t.Errorf("%s: got %v, %v, want %v", c.key, got, err, c.want)
		}
	}
	repo.Git(t, "update-ref", "-d", "refs/heads/feature/x")
	if got, err := s.Ending(t.Context(), "", generator.Change{Kind: generator.Branch, Branch: "feature/x"}); err != nil || got != generator.EndingDeleted {
		t.Errorf("deleted branch: got %v, %v, want %v", got, err, generator.EndingDeleted)
	}
}

func TestDescribe(t *testing.T) {
	repo := gittest.NewRepo(t, "shop")
	repo.Commit(t, "main", "one", map[string]string{"a": "1"})
	for i := range 5 {
		repo.Commit(t, fmt.Sprintf("b%d", i), "two", map[string]string{"b": fmt.Sprint(i)})
	}
	server := gittest.Serve(t, repo, gittest.ServeOptions{})
	s := source(t, server.URL)
	listing, err := s.List(t.Context(), branches)
	if err != nil {
		t.Fatal(err)
	}
	listing.Changes = append(listing.Changes, generator.Change{Kind: generator.PullRequest, Number: 1, HeadSHA: strings.Repeat("1", 40)})
	server.Reset()
	for range 2 {
		described, err := s.Describe(t.Context(), listing.Changes)
		if err != nil {
			t.Fatal(err)
		}
		for i, c := range described {
			if c.Key() != listing.Changes[i].Key() {
				t.Fatalf("change %d: got %s, want %s", i, c.Key(), listing.Changes[i].Key())
			}
			if c.Kind == generator.Branch && (c.Author != gittest.AuthorName || c.UpdatedAt.IsZero()) {
				t.Errorf("got %+v, want an author and a time", c)
			}
		}
	}
	if got := server.Requests(); len(got) != 1 {
		t.Errorf("got requests %v for two calls, want one", got)
	}

	// A branch that was deleted since List does not affect the others.
	fresh := source(t, server.URL)
	repo.Git(t, "update-ref", "-d", "refs/heads/b0")
	repo.Git(t, "gc", "--quiet", "--prune=now")
	described, err := fresh.Describe(t.Context(), listing.Changes)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range described {
		if c.Kind == generator.Branch && (c.Author == "") != (c.Branch == "b0") {
			t.Errorf("got %+v, want an author except for b0", c)
		}
	}

	repo.DisableExtensions(t)
	described, err = source(t, server.URL).Describe(t.Context(), listing.Changes)
	if err != nil || !slices.EqualFunc(described, listing.Changes, func(a, b generator.Change) bool {
		return a.Key() == b.Key() && a.Author == b.Author && a.UpdatedAt.Equal(b.UpdatedAt)
	}) {
		t.Errorf("server without partial clone: got %+v, %v, want the changes unmodified", described, err)
	}
}

// Facts of current heads stay cached, however many branches there are. A push to one
// branch loads only its commit.
func TestDescribeLoadsEachHeadOnce(t *testing.T) {
	t.Parallel()
	const many = 10_500
	repo := gittest.NewRepo(t, "shop")
	repo.Commit(t, "main", "one", map[string]string{"a": "1"})
	var stream strings.Builder
	for i := range many {
		fmt.Fprintf(&stream, "commit refs/heads/b%d\ncommitter Ada <ada@acme.dev> %d +0000\ndata 0\nfrom refs/heads/main^0\n", i, 1_700_000_000+i)
	}
	repo.Import(t, stream.String())
	repo.Git(t, "pack-refs", "--all")
	server := gittest.Serve(t, repo, gittest.ServeOptions{})
	s := source(t, server.URL)
	for round := range 3 {
		listing, err := s.List(t.Context(), branches)
		if err != nil {
			t.Fatal(err)
		}
		server.Reset()
		described, err := s.Describe(t.Context(), listing.Changes)
		if err != nil || len(described) != many+1 {
			t.Fatalf("got %d changes and error %v, want %d", len(described), err, many+1)
		}
		for _, c := range described {
			if c.Author == "" || c.UpdatedAt.IsZero() {
				t.Fatalf("round %d: got %+v, want an author and a time", round, c)
			}
		}
		if got := server.Requests(); round > 0 && len(got) != 1 {
			t.Errorf("round %d: got %d requests, want 1", round, len(got))
		}
		repo.Commit(t, "b0", "push", map[string]string{"a": strconv.Itoa(round)})
	}
}

// A server that sends only tips has no facts of the former head of a branch.
func TestDescribeLeavesOutMovedBranch(t *testing.T) {
	t.Parallel()
	repo := gittest.NewRepo(t, "shop")
	repo.Config(t, "uploadpack.allowAnySHA1InWant", "false")
	repo.Commit(t, "main", "one", map[string]string{"a": "1"})
	s := source(t, repo.URL())
	listing, err := s.List(t.Context(), branches)
	if err != nil {
		t.Fatal(err)
	}
	repo.Commit(t, "main", "two", map[string]string{"a": "2"})
	if got, err := s.Describe(t.Context(), listing.Changes); err != nil || got[0].Author != "" {
		t.Errorf("got %+v, %v, want the change unmodified", got, err)
	}
}

func TestListingIsUndatedWithoutFilters(t *testing.T) {
	t.Parallel()
	repo := gittest.NewRepo(t, "shop")
	repo.Commit(t, "main", "one", map[string]string{"a": "1"})
	for _, want := range []bool{false, true} {
		listing, err := source(t, repo.URL()).List(t.Context(), branches)
		if err != nil || listing.Undated != want {
			t.Errorf("got undated %t and error %v, want %t", listing.Undated, err, want)
		}
		repo.DisableExtensions(t)
	}
}

func TestRepositoryOf(t *testing.T) {
	for url, want := range map[string]generator.Repository{
		"https://GitHub.com/acme/shop.git":       {ForgeHost: "github.com", Organization: "acme", Name: "shop"},
		"https://gitlab.com:443/a/b/c/shop":      {ForgeHost: "gitlab.com", Organization: "a/b/c", Name: "shop"},
		"http://git.local:3000/acme/shop.git/":   {ForgeHost: "git.local:3000", Organization: "acme", Name: "shop"},
		"git@github.com:acme/shop.git":           {ForgeHost: "github.com", Organization: "acme", Name: "shop"},
		"ssh://git@Git.Local:2222/acme/shop.git": {ForgeHost: "git.local:2222", Organization: "acme", Name: "shop"},
		"ssh://git@git.local:22/shop.git":        {ForgeHost: "git.local", Name: "shop"},
		"file:///srv/git/acme/shop.git":          {Organization: "acme", Name: "shop"},
		"/srv/git/acme/shop":                     {Organization: "acme", Name: "shop"},
		"/shop.git":                              {Name: "shop"},
		"https://[::1]:8443/acme/shop.git":       {ForgeHost: "[::1]:8443", Organization: "acme", Name: "shop"},
	} {
		want.CloneURL = url
		remote, err := gitrepo.Open(url, gitrepo.Options{})
		if err != nil {
			t.Fatal(err)
		}
		got, err := git.RepositoryOf(remote.URL())
		if err != nil || got != want {
			t.Errorf("%s: got %+v, %v, want %+v", url, got, err, want)
		}
	}
}
