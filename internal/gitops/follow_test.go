package gitops_test

import (
	"strings"
	"testing"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/internal/gitops"
	gittest "github.com/previewset/previewset/test/fake/git"
)

// An Application that follows a branch is at the revision of the entry while its commit has
// the same entry.
func TestFollow(t *testing.T) {
	t.Parallel()
	repo := newRepo(t)
	first := commitEntry(t, repo, strings.Repeat("a", 40))
	elsewhere := repo.Commit(t, "main", "elsewhere", map[string]string{"README": "y\n"})
	second := commitEntry(t, repo, strings.Repeat("b", 40))
	newest := repo.Commit(t, "main", "elsewhere", map[string]string{"README": "z\n"})
	for name, test := range map[string]struct{ target, revision, entry, want string }{
		"its commit":              {"main", second, second, second},
		"newer, the same entry":   {"main", newest, second, second},
		"HEAD":                    {"HEAD", newest, second, second},
		"no target":               {"", newest, second, second},
		"older, another entry":    {"main", elsewhere, second, elsewhere},
		"the former entry":        {"main", first, second, first},
		"a commit is its target":  {newest, newest, second, newest},
		"a commit that is absent": {"main", strings.Repeat("c", 40), second, strings.Repeat("c", 40)},
		"no revision":             {"main", "", second, ""},
		"an older snapshot":       {"main", newest, first, newest},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := &generator.Snapshot{Set: "shop", Previews: []generator.Placed{{
				Preview:   generator.Preview{Names: generator.Names{ID: "pr-1"}},
				Placement: generator.Placement{Path: "previews/shop/pr-1", Revision: test.entry},
			}}}
			apps := generator.Applications{Known: true, ByPath: map[string][]generator.Application{
				"previews/shop/pr-1": {{Target: test.target, Revision: test.revision}},
				"previews/shop/pr-2": {{Target: "main", Revision: newest}},
			}}
			r := open(t, repo, func() {})
			for range 2 { // the second call knows the answer
				got, err := r.Follow(t.Context(), s, apps)
				if err != nil {
					t.Fatal(err)
				}
				if revision := got.ByPath["previews/shop/pr-1"][0].Revision; revision != test.want {
					t.Errorf("got the revision %s, want %s", revision, test.want)
				}
				if got.ByPath["previews/shop/pr-2"][0].Revision != newest || apps.ByPath["previews/shop/pr-1"][0].Revision != test.revision {
					t.Error("other Applications, or those of the caller, have changed")
				}
			}
		})
	}
}

// Applications at the revisions of their entries cost no request.
func TestFollowReadsNothingWithoutNeed(t *testing.T) {
	t.Parallel()
	r := openURL(t, "file:///nowhere", func() {})
	revision := strings.Repeat("a", 40)
	s := &generator.Snapshot{Set: "shop", Previews: []generator.Placed{{Placement: generator.Placement{Path: "p/shop/pr-1", Revision: revision}}}}
	apps := generator.Applications{Known: true, ByPath: map[string][]generator.Application{"p/shop/pr-1": {{Target: "main", Revision: revision}}}}
	if _, err := r.Follow(t.Context(), s, apps); err != nil {
		t.Error(err)
	}
	apps.ByPath["p/shop/pr-1"][0].Revision = strings.Repeat("b", 40)
	if got, err := r.Follow(t.Context(), s, apps); err == nil || got.ByPath["p/shop/pr-1"][0].Revision != strings.Repeat("b", 40) {
		t.Errorf("got %v, %v, want an error and the same revision", got, err)
	}
}

// commitEntry writes the entry pr-1 with a head, and returns the commit.
func commitEntry(t *testing.T, repo *gittest.Repo, head string) string {
	t.Helper()
	wanted := previews("shop", 1)
	wanted[0].HeadSHA = head
	result, err := open(t, repo, func() {}).Apply(t.Context(), "shop", allPermissions, fixedWork{desired: gitops.Desired{Previews: wanted}, renderer: fakeRenderer{}})
	if err != nil {
		t.Fatal(err)
	}
	return result.Commit
}
