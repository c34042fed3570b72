package forge_test

import (
	"context"
	"errors"
	"net/url"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/generator/forge"
	"github.com/previewset/previewset/test/vary"
)

// fixedAPI is an API with one pull request and with the default branch.
type fixedAPI struct {
	repository   forge.Repository
	pull, branch forge.Item
	commit       forge.Commit
}

func newFixedAPI() *fixedAPI {
	hash := strings.Repeat("a", 40)
	at := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	return &fixedAPI{
		repository: forge.Repository{
			ID: "1", CloneURL: "https://git.acme.dev/acme/shop.git", DefaultBranch: "main", BranchPages: "https://git.acme.dev/acme/shop/tree",
		},
		pull: forge.Item{
			Change: generator.Change{
				Kind: generator.PullRequest, Number: 42, Branch: "b", TargetBranch: "main", HeadSHA: hash, Title: "A title", Author: "ada",
				Labels: []string{"preview"}, URL: "https://git.acme.dev/acme/shop/pulls/42", CreatedAt: at, UpdatedAt: at.Add(time.Hour),
			},
			TargetID: "1", HeadID: "1", Ending: generator.EndingOpen, State: "open",
		},
		branch: forge.Item{Change: generator.Change{Branch: "main", HeadSHA: hash}},
		commit: forge.Commit{Hash: hash, Author: "ada", CommittedAt: at},
	}
}

func (f *fixedAPI) Repository(context.Context) (forge.Repository, error) { return f.repository, nil }

func (f *fixedAPI) Page(_ context.Context, kind generator.Kind, _ int) (forge.Page, error) {
	if kind == generator.Branch {
		return forge.Page{Items: []forge.Item{f.branch}, Total: 1}, nil
	}
	return forge.Page{Items: []forge.Item{f.pull}, Total: 1}, nil
}

func (f *fixedAPI) PullRequest(context.Context, int64) (forge.Item, error) { return f.pull, nil }
func (f *fixedAPI) Branch(context.Context, string) (forge.Item, error)     { return f.branch, nil }
func (f *fixedAPI) Commit(context.Context, string) (forge.Commit, error)   { return f.commit, nil }

// source returns the source of f.
func (f *fixedAPI) source(t *testing.T) *forge.Source { return sourceOf(t, f, forge.Place{}) }

// sourceOf returns the source of an API, at a place with this ID.
func sourceOf(t *testing.T, api forge.API, place forge.Place) *forge.Source {
	t.Helper()
	connection, err := forge.Connect(forge.Server{Base: &url.URL{Scheme: "https", Host: "git.acme.dev"}}, forge.Options{HTTP: &recorder{}})
	if err != nil {
		t.Fatal(err)
	}
	place.Forge, place.ForgeHost, place.Owner, place.Name = "fixed", "git.acme.dev", "acme", "shop"
	return forge.New(place, api, connection, 1)
}

// list returns the only change of a kind, and the repository, from the source of f.
func (f *fixedAPI) list(t *testing.T, kind generator.Kind) (generator.Change, generator.Repository, error) {
	t.Helper()
	listing, err := f.source(t).List(t.Context(), generator.Query{PullRequests: kind == generator.PullRequest, Branches: kind == generator.Branch})
	if err != nil {
		return generator.Change{}, generator.Repository{}, err
	}
	if len(listing.Changes) != 1 {
		t.Fatalf("got %d changes, want 1", len(listing.Changes))
	}
	return listing.Changes[0], listing.Repository, nil
}

// Each field of a pull request is in its change, or an unknown value of it is refused.
func TestEveryFieldOfAPullRequestIsUsed(t *testing.T) {
	t.Parallel()
	got, repository, err := newFixedAPI().list(t, generator.PullRequest)
	if err != nil || !reflect.DeepEqual(got, newFixedAPI().pull.Change) {
		t.Fatalf("got %+v, %v, want %+v", got, err, newFixedAPI().pull.Change)
	}
	want := generator.Repository{
		ID: "1", ForgeHost: "git.acme.dev", Organization: "acme", Name: "shop", CloneURL: "https://git.acme.dev/acme/shop.git", DefaultBranch: "main",
	}
	if repository != want {
		t.Errorf("got %+v, want %+v", repository, want)
	}
	for path, pull := range vary.Fields(newFixedAPI().pull) {
		api := newFixedAPI()
		api.pull = pull
		got, _, err := api.list(t, generator.PullRequest)
		want := api.pull.Change
		switch path {
		case "Change.Kind": // the source sets it
			want.Kind = generator.PullRequest
		case "HeadID":
			want.Fork = true
		case "State": // only messages use it
		case "Change.HeadSHA", "TargetID", "Ending":
			if !errors.Is(err, generator.ErrIncomplete) {
				t.Errorf("%s: got %v, want %v", path, err, generator.ErrIncomplete)
			}
			continue
		}
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: got %+v, %v, want %+v", path, got, err, want)
		}
	}
}

// A change is refused if a fact is missing that previewset needs.
func TestMissingFactsAreRefused(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		kind   generator.Kind
		remove func(*fixedAPI)
	}{
		"number":               {generator.PullRequest, func(f *fixedAPI) { f.pull.Number = 0 }},
		"head branch":          {generator.PullRequest, func(f *fixedAPI) { f.pull.Branch = "" }},
		"target branch":        {generator.PullRequest, func(f *fixedAPI) { f.pull.TargetBranch = "" }},
		"head commit":          {generator.PullRequest, func(f *fixedAPI) { f.pull.HeadSHA = "" }},
		"name of a label":      {generator.PullRequest, func(f *fixedAPI) { f.pull.Labels = []string{"a", ""} }},
		"target repository":    {generator.PullRequest, func(f *fixedAPI) { f.pull.TargetID = "" }},
		"ending":               {generator.PullRequest, func(f *fixedAPI) { f.pull.Ending = "" }},
		"name of a branch":     {generator.Branch, func(f *fixedAPI) { f.branch.Branch = "" }},
		"commit of a branch":   {generator.Branch, func(f *fixedAPI) { f.branch.HeadSHA = "" }},
		"ID of the repository": {generator.PullRequest, func(f *fixedAPI) { f.repository.ID = "" }},
		"clone URL":            {generator.PullRequest, func(f *fixedAPI) { f.repository.CloneURL = "" }},
		"default branch":       {generator.PullRequest, func(f *fixedAPI) { f.repository.DefaultBranch = "" }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			api := newFixedAPI()
			test.remove(api)
			if got, _, err := api.list(t, test.kind); !errors.Is(err, generator.ErrIncomplete) {
				t.Errorf("got %+v, %v, want %v", got, err, generator.ErrIncomplete)
			}
		})
	}
}

// A pull request is from a fork if the forge reports it as one, or if its head is in another
// repository.
func TestForkIsDetected(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name     string
		headID   string
		reported bool
		want     bool
	}{
		{"same repository", "1", false, false},
		{"reported as a fork", "1", true, true},
		{"another repository", "2", false, true},
		{"unknown repository", "", false, true},
	} {
		api := newFixedAPI()
		api.pull.HeadID, api.pull.Fork = test.headID, test.reported
		if got, _, err := api.list(t, generator.PullRequest); err != nil || got.Fork != test.want {
			t.Errorf("%s: got a fork: %t, %v, want %t", test.name, got.Fork, err, test.want)
		}
	}
}

// The source adds the kind, the target and the URL of a branch, which are not in the list.
func TestBranchIsItsOwnTarget(t *testing.T) {
	t.Parallel()
	api := newFixedAPI()
	got, _, err := api.list(t, generator.Branch)
	want := api.branch.Change
	want.Kind, want.TargetBranch, want.URL = generator.Branch, "main", "https://git.acme.dev/acme/shop/tree/main"
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, %v, want %+v", got, err, want)
	}
}
