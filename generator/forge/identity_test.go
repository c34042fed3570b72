package forge_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/generator/forge"
)

// changingAPI is a fixedAPI whose repository is another one from the second request on.
type changingAPI struct {
	*fixedAPI
	requests int
}

func (c *changingAPI) Repository(context.Context) (forge.Repository, error) {
	got := c.repository
	if c.requests++; c.requests > 1 {
		got.ID = "2"
	}
	return got, nil
}

func (c *changingAPI) Branch(context.Context, string) (forge.Item, error) {
	return forge.Item{}, forge.ErrAbsent
}

func TestEvidenceIsOfListedRepository(t *testing.T) {
	t.Parallel()
	api := newFixedAPI()
	api.pull.Ending = generator.EndingClosed
	recreated := api.pull.Change
	recreated.CreatedAt = recreated.CreatedAt.Add(time.Second)
	if got, err := api.source(t).Ending(t.Context(), "1", recreated); got != generator.EndingUnknown || !errors.Is(err, generator.ErrOtherRepository) {
		t.Errorf("another creation time: got %s, %v, want %v", got, err, generator.ErrOtherRepository)
	}
	for _, k := range []generator.Key{{Kind: generator.PullRequest, Number: 42}, {Kind: generator.Branch, Branch: "gone"}} {
		for id, other := range map[string]bool{"1": false, "2": true, "": true} {
			got, err := api.source(t).Ending(t.Context(), id, k.Change())
			if other != errors.Is(err, generator.ErrOtherRepository) || other && got != generator.EndingUnknown {
				t.Errorf("%s of the repository %q: got %s, %v", k, id, got, err)
			}
		}
	}
}

// A branch does not name its repository, so that its list can be of another repository.
func TestBranchesOfReplacedRepositoryAreNoList(t *testing.T) {
	t.Parallel()
	api := &changingAPI{fixedAPI: newFixedAPI()}
	if got, err := sourceOf(t, api, forge.Place{}).List(t.Context(), generator.Query{Branches: true}); !errors.Is(err, generator.ErrOtherRepository) || len(got.Changes) > 0 {
		t.Errorf("got %+v, %v, want %v", got, err, generator.ErrOtherRepository)
	}
}

func TestConfiguredIDIsRequired(t *testing.T) {
	t.Parallel()
	for id, want := range map[string]error{"1": nil, "2": generator.ErrOtherRepository, "": nil} {
		source := sourceOf(t, newFixedAPI(), forge.Place{ID: id})
		got, err := source.List(t.Context(), generator.Query{})
		if !errors.Is(err, want) || got.Confirmed != (id == "1") || err != nil && !strings.Contains(err.Error(), "names the id 2") {
			t.Errorf("configured %q: got %+v, %v; want %v", id, got, err, want)
		}
	}
}

func TestProofsOfRepository(t *testing.T) {
	t.Parallel()
	api := newFixedAPI()
	pull := api.pull.Change
	branch := generator.Change{Kind: generator.Branch, Branch: "b", HeadSHA: api.commit.Hash}
	changed := func(c generator.Change, change func(*generator.Change)) generator.Change {
		change(&c)
		return c
	}
	for name, test := range map[string]struct {
		repositoryID string
		recorded     generator.Change
		proven       bool
		err          error
	}{
		"the pull request":           {"1", pull, true, nil},
		"of another repository":      {"2", pull, false, generator.ErrOtherRepository},
		"another creation time":      {"1", changed(pull, func(c *generator.Change) { c.CreatedAt = c.CreatedAt.Add(time.Second) }), false, nil},
		"no creation time":           {"1", changed(pull, func(c *generator.Change) { c.CreatedAt = time.Time{} }), false, nil},
		"another number":             {"1", changed(pull, func(c *generator.Change) { c.Number = 7 }), false, generator.ErrIncomplete},
		"the head of the branch":     {"1", branch, true, nil},
		"a head in another":          {"2", branch, false, generator.ErrOtherRepository},
		"another commit is returned": {"1", changed(branch, func(c *generator.Change) { c.HeadSHA = strings.Repeat("b", 40) }), false, nil},
	} {
		got, err := api.source(t).Proves(t.Context(), test.repositoryID, test.recorded)
		if got != test.proven || !errors.Is(err, test.err) {
			t.Errorf("%s: got %t, %v; want %t, %v", name, got, err, test.proven, test.err)
		}
	}
	if got, err := sourceOf(t, missingCommit{api}, forge.Place{}).Proves(t.Context(), "1", branch); got || err != nil {
		t.Errorf("a commit that does not exist: got %t, %v", got, err)
	}
}

// missingCommit is an API without commits.
type missingCommit struct{ *fixedAPI }

func (missingCommit) Commit(context.Context, string) (forge.Commit, error) {
	return forge.Commit{}, generator.ErrNotFound
}
