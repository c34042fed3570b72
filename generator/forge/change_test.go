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
	others       []forge.Item // more branches
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
		all := append([]forge.Item{f.branch}, f.others...)
		return forge.Page{Items: all, Total: len(all)}, nil
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

// listing returns the changes of a kind from the source of f.
func (f *fixedAPI) listing(t *testing.T, kind generator.Kind) (generator.Listing, error) {
	t.Helper()
	return f.source(t).List(t.Context(), generator.Query{PullRequests: kind == generator.PullRequest, Branches: kind == generator.Branch})
}

// list returns the only change of a kind, and the repository, from the source of f.
func (f *fixedAPI) list(t *testing.T, kind generator.Kind) (generator.Change, generator.Repository, error) {
	t.Helper()
	listing, err := f.listing(t, kind)
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
		switch path {
		case "TargetID":
			if got, err := api.listing(t, generator.PullRequest); !errors.Is(err, generator.ErrIncomplete) {
				t.Errorf("%s: got %+v, %v, want %v", path, got, err, generator.ErrIncomplete)
			}
			continue
		case "Change.HeadSHA", "Ending", "Unreadable.Field":
			if got, err := api.listing(t, generator.PullRequest); err != nil || len(got.Changes) > 0 || len(got.Unreadable) != 1 {
				t.Errorf("%s: got %+v, %v, want an unreadable change", path, got, err)
			}
			continue
		}
		got, _, err := api.list(t, generator.PullRequest)
		want := api.pull.Change
		switch path {
		case "Change.Kind": // the source sets it
			want.Kind = generator.PullRequest
		case "HeadID":
			want.Fork = true
		case "State", "Unreadable.Problem": // only messages use them
		}
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: got %+v, %v, want %+v", path, got, err, want)
		}
	}
}

// A list is refused without the facts of the repository or the keys of all entries.
func TestListWithoutAKeyIsRefused(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		kind   generator.Kind
		remove func(*fixedAPI)
	}{
		"number":           {generator.PullRequest, func(f *fixedAPI) { f.pull.Number = 0 }},
		"name of a branch": {generator.Branch, func(f *fixedAPI) { f.branch.Branch = "" }},
		"repository":       {generator.PullRequest, func(f *fixedAPI) { f.pull.TargetID = "2" }},
		"repository of an entry that has another problem": {generator.PullRequest, func(f *fixedAPI) { f.pull.TargetID, f.pull.HeadSHA = "2", "" }},
		"ID of the repository":                            {generator.PullRequest, func(f *fixedAPI) { f.repository.ID = "" }},
		"clone URL":                                       {generator.PullRequest, func(f *fixedAPI) { f.repository.CloneURL = "" }},
		"default branch":                                  {generator.PullRequest, func(f *fixedAPI) { f.repository.DefaultBranch = "" }},
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

// An entry with a key is unreadable if another fact that previewset needs is missing or
// invalid.
func TestEntryWithoutAFactIsUnreadable(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		kind   generator.Kind
		change func(*fixedAPI)
		want   generator.Unreadable
	}{
		"no head branch":    {generator.PullRequest, func(f *fixedAPI) { f.pull.Branch = "" }, generator.Unreadable{Field: "head.ref", Problem: "is missing"}},
		"no target branch":  {generator.PullRequest, func(f *fixedAPI) { f.pull.TargetBranch = "" }, generator.Unreadable{Field: "base.ref", Problem: "is missing"}},
		"no head commit":    {generator.PullRequest, func(f *fixedAPI) { f.pull.HeadSHA = "" }, generator.Unreadable{Field: "head.sha", Problem: "is missing"}},
		"invalid commit":    {generator.PullRequest, func(f *fixedAPI) { f.pull.HeadSHA = "canary" }, generator.Unreadable{Field: "head.sha", Problem: "is not the hash of a commit"}},
		"label has no name": {generator.PullRequest, func(f *fixedAPI) { f.pull.Labels = []string{"a", ""} }, generator.Unreadable{Field: "labels", Problem: "contains a label without a name"}},
		"no repository":     {generator.PullRequest, func(f *fixedAPI) { f.pull.TargetID = "" }, generator.Unreadable{Field: "base.repo", Problem: "is missing"}},
		"no state":          {generator.PullRequest, func(f *fixedAPI) { f.pull.Ending = "" }, generator.Unreadable{Field: "state", Problem: "is not open"}},
		"closed":            {generator.PullRequest, func(f *fixedAPI) { f.pull.Ending = generator.EndingClosed }, generator.Unreadable{Field: "state", Problem: "is not open"}},
		"unreadable fact": {
			generator.PullRequest, func(f *fixedAPI) {
				f.pull.Unreadable = generator.Unreadable{Field: "draft", Problem: "is not a boolean"}
			},
			generator.Unreadable{Field: "draft", Problem: "is not a boolean"},
		},
		"no commit":                    {generator.Branch, func(f *fixedAPI) { f.branch = forge.Item{Change: generator.Change{Branch: "spike"}} }, generator.Unreadable{Field: "commit", Problem: "is missing"}},
		"invalid commit of the branch": {generator.Branch, func(f *fixedAPI) { f.branch = forge.Item{Change: generator.Change{Branch: "spike", HeadSHA: "canary"}} }, generator.Unreadable{Field: "commit", Problem: "is not the hash of a commit"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			api := newFixedAPI()
			api.others = []forge.Item{api.branch}
			test.change(api)
			want := []generator.Unreadable{test.want}
			want[0].Key = generator.Key{Kind: generator.PullRequest, Number: 42}
			changes := 0
			if test.kind == generator.Branch {
				want[0].Key, changes = generator.Key{Kind: generator.Branch, Branch: "spike"}, 1
			}
			got, err := api.listing(t, test.kind)
			if err != nil || !reflect.DeepEqual(got.Unreadable, want) || len(got.Changes) != changes {
				t.Errorf("got %+v, %v, want %+v", got, err, want)
			}
		})
	}
}

// The default branch proves that the list is complete, so it must be readable.
func TestUnreadableDefaultBranchIsNoList(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*forge.Item){
		"missing":         func(i *forge.Item) { i.Branch = "other" },
		"no commit":       func(i *forge.Item) { i.HeadSHA = "" },
		"invalid commit":  func(i *forge.Item) { i.HeadSHA = "x" },
		"unreadable fact": func(i *forge.Item) { i.Unreadable.Field = "commit.author" },
	} {
		api := newFixedAPI()
		change(&api.branch)
		if got, err := api.listing(t, generator.Branch); !errors.Is(err, generator.ErrIncomplete) {
			t.Errorf("%s: got %+v, %v, want %v", name, got, err, generator.ErrIncomplete)
		}
	}
}

// An unreadable answer is no evidence, whatever its other facts are.
func TestUnreadableAnswerIsNoEvidence(t *testing.T) {
	t.Parallel()
	api := newFixedAPI()
	api.pull.Ending, api.pull.Unreadable.Field = generator.EndingClosed, "labels"
	api.branch.Unreadable.Field = "commit.author"
	for _, k := range []generator.Key{{Kind: generator.PullRequest, Number: 42}, {Kind: generator.Branch, Branch: "main"}} {
		if got, err := api.source(t).Ending(t.Context(), "1", k.Change()); got != generator.EndingUnknown || !errors.Is(err, generator.ErrIncomplete) {
			t.Errorf("%s: got %s, %v, want %s, %v", k, got, err, generator.EndingUnknown, generator.ErrIncomplete)
		}
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
