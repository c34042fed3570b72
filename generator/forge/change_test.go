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
	"github.com/previewset/previewset/test/fields"
)

// fixed is an API with one pull request and one branch, which is the default one.
type fixed struct {
	repository   forge.Repository
	pull, branch forge.Item
	commit       forge.Commit
}

func newFixed() *fixed {
	hash := strings.Repeat("a", 40)
	at := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	return &fixed{
		repository: forge.Repository{ID: "1", CloneURL: "https://git.acme.dev/acme/shop.git", DefaultBranch: "main", BranchPages: "https://git.acme.dev/acme/shop/tree"},
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

func (f *fixed) Repository(context.Context) (forge.Repository, error) { return f.repository, nil }

func (f *fixed) Page(_ context.Context, kind generator.Kind, _ int) (forge.Page, error) {
	if kind == generator.Branch {
		return forge.Page{Items: []forge.Item{f.branch}, Total: 1}, nil
	}
	return forge.Page{Items: []forge.Item{f.pull}, Total: 1}, nil
}

func (f *fixed) PullRequest(context.Context, int64) (forge.Item, error) { return f.pull, nil }
func (f *fixed) Branch(context.Context, string) (forge.Item, error)     { return f.branch, nil }
func (f *fixed) Commit(context.Context, string) (forge.Commit, error)   { return f.commit, nil }

// source returns the source of f.
func (f *fixed) source(t *testing.T) *forge.Source {
	t.Helper()
	connection, err := forge.Connect(forge.Server{Base: &url.URL{Scheme: "https", Host: "git.acme.dev"}}, forge.Options{HTTP: &recorder{}})
	if err != nil {
		t.Fatal(err)
	}
	return forge.New(forge.Place{Forge: "fixed", ForgeHost: "git.acme.dev", Owner: "acme", Name: "shop"}, f, connection, 1)
}

// list returns what the source of f lists of a kind.
func (f *fixed) list(t *testing.T, kind generator.Kind) (generator.Change, generator.Repository, error) {
	t.Helper()
	listing, err := f.source(t).List(t.Context(), generator.Query{PullRequests: kind == generator.PullRequest, Branches: kind == generator.Branch})
	if err != nil {
		return generator.Change{}, generator.Repository{}, err
	}
	if len(listing.Changes) != 1 {
		t.Fatalf("got %d changes", len(listing.Changes))
	}
	return listing.Changes[0], listing.Repository, nil
}

// TestEveryFieldOfAPullRequestIsUsed changes each field of a pull request. The change
// must have it, or the answer must be refused.
func TestEveryFieldOfAPullRequestIsUsed(t *testing.T) {
	t.Parallel()
	got, repository, err := newFixed().list(t, generator.PullRequest)
	if err != nil || !reflect.DeepEqual(got, newFixed().pull.Change) {
		t.Fatalf("got %+v, %v, want %+v", got, err, newFixed().pull.Change)
	}
	want := generator.Repository{ForgeHost: "git.acme.dev", Organization: "acme", Name: "shop", CloneURL: "https://git.acme.dev/acme/shop.git", DefaultBranch: "main"}
	if repository != want {
		t.Errorf("got %+v, want %+v", repository, want)
	}
	for _, f := range fields.Of(t, &newFixed().pull) {
		api := newFixed()
		fields.Find(t, &api.pull, f.Path).Change()
		got, _, err := api.list(t, generator.PullRequest)
		want := api.pull.Change
		switch f.Path {
		case "Change.Kind": // is that of the list
			want.Kind = generator.PullRequest
		case "HeadID":
			want.Fork = true
		case "State": // is for messages
		case "Change.HeadSHA", "TargetID", "Ending":
			if !errors.Is(err, generator.ErrIncomplete) {
				t.Errorf("%s: got %v", f.Path, err)
			}
			continue
		}
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: got %+v, %v, want %+v", f.Path, got, err, want)
		}
	}
}

// TestPullRequestsThatLackAFact removes one fact at a time.
func TestPullRequestsThatLackAFact(t *testing.T) {
	t.Parallel()
	for name, remove := range map[string]func(*forge.Item){
		"Number": func(i *forge.Item) { i.Number = 0 }, "Branch": func(i *forge.Item) { i.Branch = "" }, "TargetBranch": func(i *forge.Item) { i.TargetBranch = "" },
		"HeadSHA": func(i *forge.Item) { i.HeadSHA = "" }, "a label's name": func(i *forge.Item) { i.Labels = []string{"a", ""} }, "TargetID": func(i *forge.Item) { i.TargetID = "" },
		"Ending": func(i *forge.Item) { i.Ending = "" },
	} {
		api := newFixed()
		remove(&api.pull)
		if got, _, err := api.list(t, generator.PullRequest); !errors.Is(err, generator.ErrIncomplete) {
			t.Errorf("%s: got %+v, %v", name, got, err)
		}
	}
	for name, remove := range map[string]func(*forge.Item){
		"Branch": func(i *forge.Item) { i.Branch = "" }, "HeadSHA": func(i *forge.Item) { i.HeadSHA = "" },
	} {
		api := newFixed()
		remove(&api.branch)
		if got, _, err := api.list(t, generator.Branch); !errors.Is(err, generator.ErrIncomplete) {
			t.Errorf("%s of a branch: got %+v, %v", name, got, err)
		}
	}
	for name, remove := range map[string]func(*forge.Repository){
		"ID": func(r *forge.Repository) { r.ID = "" }, "CloneURL": func(r *forge.Repository) { r.CloneURL = "" }, "DefaultBranch": func(r *forge.Repository) { r.DefaultBranch = "" },
	} {
		api := newFixed()
		remove(&api.repository)
		if got, _, err := api.list(t, generator.PullRequest); !errors.Is(err, generator.ErrIncomplete) {
			t.Errorf("%s of the repository: got %+v, %v", name, got, err)
		}
	}
}

// TestForkIsDetected checks that a pull request counts as a fork if the forge reports
// it as one, or if its head is in another repository.
func TestForkIsDetected(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		head string
		fork bool
		want bool
	}{{"1", false, false}, {"1", true, true}, {"2", false, true}, {"", false, true}} {
		api := newFixed()
		api.pull.HeadID, api.pull.Fork = tt.head, tt.fork
		if got, _, err := api.list(t, generator.PullRequest); err != nil || got.Fork != tt.want {
			t.Errorf("%+v: got %v, %v", tt, got.Fork, err)
		}
	}
}

// TestBranchIsItsOwnTarget checks the facts of a branch that are not in the list.
func TestBranchIsItsOwnTarget(t *testing.T) {
	t.Parallel()
	api := newFixed()
	got, _, err := api.list(t, generator.Branch)
	want := api.branch.Change
	want.Kind, want.TargetBranch, want.URL = generator.Branch, "main", "https://git.acme.dev/acme/shop/tree/main"
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, %v, want %+v", got, err, want)
	}
}

// TestDefaultsOfConnections checks the bounds that the documentation promises.
func TestDefaultsOfConnections(t *testing.T) {
	t.Parallel()
	connection, err := forge.Connect(forge.Server{Base: &url.URL{Scheme: "https", Host: "git.acme.dev"}}, forge.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if o := connection.Options; o.Timeout != time.Minute || o.MaxPages != 200 || o.MaxBytes != 16<<20 || o.HTTP == nil || o.Log == nil {
		t.Errorf("got %+v", o)
	}
	for name, o := range map[string]forge.Options{"Timeout": {Timeout: -1}, "MaxPages": {MaxPages: -1}, "MaxBytes": {MaxBytes: -1}} {
		if _, err := forge.Connect(forge.Server{Base: &url.URL{}}, o); err == nil {
			t.Errorf("a negative %s passes", name)
		}
	}
}
