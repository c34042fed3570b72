package pipeline_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/previewset/previewset/generator"
)

// describer is a source that describes the commits that it knows.
type describer struct {
	*source
	commits map[string]generator.Change // by hash
}

func (d *describer) Describe(_ context.Context, changes []generator.Change) ([]generator.Change, error) {
	described := slices.Clone(changes)
	for i := range described {
		if commit, ok := d.commits[described[i].HeadSHA]; ok {
			described[i].Author, described[i].UpdatedAt = commit.Author, commit.UpdatedAt
		}
	}
	return described, nil
}

// pushed returns c with another head.
func pushed(c generator.Change) generator.Change {
	c.HeadSHA = strings.Repeat("c", 40)
	return c
}

func TestUnknownFactsReplaceNone(t *testing.T) {
	t.Parallel()
	known := pullRequest(1)
	known.Title, known.Author, known.URL = "Add a cart", "ada", "https://github.com/acme/shop/pull/1"
	shop := branch("shop")
	shop.Title, shop.Author, shop.URL, shop.UpdatedAt = "shop", "ada", "https://github.com/acme/shop/tree/shop", noon
	undated := known
	undated.UpdatedAt = time.Time{}
	pushedShop := pushed(branch("shop"))
	pushedShop.Title, pushedShop.URL = shop.Title, shop.URL
	edited := known
	edited.Title, edited.Author = "Add carts", "bob"
	for name, c := range map[string]struct{ known, listed, want generator.Change }{
		"pull request":              {known, pullRequest(1), known},
		"pull request after a push": {known, pushed(pullRequest(1)), pushed(known)},
		"pull request without dates": {
			known, generator.Change{Kind: known.Kind, Number: 1, Branch: known.Branch, TargetBranch: "main", HeadSHA: known.HeadSHA}, undated,
		},
		"branch":              {shop, branch("shop"), shop},
		"branch after a push": {shop, pushed(branch("shop")), pushedShop},
		"known facts":         {known, edited, edited},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, restarted := range []bool{false, true} {
				f := newEntryFixture(t, generator.Selection{PullRequests: &generator.PullRequestRules{}, Branches: &generator.BranchRules{}})
				f.source.changes = []generator.Change{c.known}
				if _, err := f.trySync(both); err != nil {
					t.Fatal(err)
				}
				if restarted {
					f.restart()
				}
				f.source.changes = []generator.Change{c.listed}
				if _, err := f.trySync(both); err != nil {
					t.Fatal(err)
				}
				got := f.last.Previews[0].Change
				if !equal(got, c.want) {
					t.Errorf("restarted %t: got %+v, want %+v", restarted, got, c.want)
				}
			}
		})
	}
}

func equal(a, b generator.Change) bool {
	sameTimes := a.CreatedAt.Equal(b.CreatedAt) && a.UpdatedAt.Equal(b.UpdatedAt)
	return sameTimes && a.Key() == b.Key() && a.HeadSHA == b.HeadSHA && a.Title == b.Title && a.Author == b.Author && a.URL == b.URL
}

func TestFactsOfFormerSourceAreNotRecalled(t *testing.T) {
	t.Parallel()
	f := newFixture(t, generator.Selection{Branches: &generator.BranchRules{}})
	f.set.Guard = generator.Guard{Removals: 1, Percent: 100, AllowAll: true}
	known := branch("shop")
	known.Author = "ada"
	f.source.changes = []generator.Change{known}
	f.syncWant("br-shop")
	f.source.repository.Name = "web"
	f.source.changes = []generator.Change{branch("shop")}
	f.syncWant("br-shop")
	if got := f.preview("br-shop"); got.Repository.Name != "web" || got.Author != "" {
		t.Errorf("got repository %s and author %q, want web and no author", got.Repository.Name, got.Author)
	}
}

func TestAssumedDefaultBranchReplacesNone(t *testing.T) {
	t.Parallel()
	f := newEntryFixture(t, generator.Selection{Branches: &generator.BranchRules{}})
	f.source.changes = []generator.Change{branch("develop"), branch("main")}
	defaultBranch := func(listed string, assumed bool, want string) {
		t.Helper()
		f.source.repository.DefaultBranch, f.source.defaultAssumed = listed, assumed
		if _, err := f.trySync(both); err != nil {
			t.Fatal(err)
		}
		if got := f.preview("br-main").Repository.DefaultBranch; got != want {
			t.Errorf("got default branch %s, want %s", got, want)
		}
	}
	defaultBranch("main", true, "main")
	defaultBranch("develop", false, "develop")
	defaultBranch("main", true, "develop")
	f.restart()
	defaultBranch("main", true, "develop")
	f.source.changes = []generator.Change{branch("main")}
	defaultBranch("main", true, "main")
}

// A source that no longer returns dates changes neither entries nor which previews the
// limit keeps.
func TestUnknownDatesCostNoPreview(t *testing.T) {
	t.Parallel()
	f := newEntryFixture(t, generator.Selection{Branches: &generator.BranchRules{}, Limit: 2})
	d := &describer{source: f.source, commits: map[string]generator.Change{}}
	f.set.Source = d
	for i, name := range []string{"a", "y", "z"} {
		c := branch(name)
		c.HeadSHA = strings.Repeat(string("def"[i]), 40)
		d.commits[c.HeadSHA] = generator.Change{Author: name, UpdatedAt: noon.Add(time.Duration(i) * time.Hour)}
		f.source.changes = append(f.source.changes, c)
	}
	f.syncWant(both, "br-y", "br-z")
	tip := f.repo.Tip(t, "main")
	d.commits = nil
	f.syncWant(both, "br-y", "br-z")
	f.restart()
	f.syncWant(both, "br-y", "br-z")
	if got := f.repo.Tip(t, "main"); got != tip {
		t.Errorf("got a commit without a change:\n%s", f.repo.Git(t, "show", got))
	}

	f.source.changes[1] = pushed(f.source.changes[1])
	f.syncWant(both, "br-y", "br-z")
	if got := f.preview("br-y"); got.Author != "" || !got.UpdatedAt.IsZero() {
		t.Errorf("got author %q and date %s of another commit", got.Author, got.UpdatedAt)
	}
}
