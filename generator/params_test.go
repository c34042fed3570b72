package generator_test

import (
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/previewset/previewset/generator"
)

// documented lists every documented parameter except input, which comes from the
// request.
var documented = []string{
	"number", "title", "author", "branch", "branch_slug", "target_branch", "target_branch_slug",
	"head_sha", "head_short_sha", "head_short_sha_7", "labels",
	"organization", "repository", "url", "sha", "short_sha", "short_sha_7", "branchNormalized",
	"set", "id", "kind", "name", "namespace", "host", "hosts", "preview_url", "db_schema", "change_url",
	"created_at", "updated_at", "expires_at", "repo_url", "path", "revision", "variant", "flags",
	"label_set", "label_id", "label_kind", "label_variant", "label_number", "label_branch", "label_target_branch", "label_author", "label_repository",
}

func TestParamsHasEveryParameter(t *testing.T) {
	for _, c := range []generator.Change{pull(42), branch("feature/x"), {}} {
		params := generator.Placed{Preview: generator.Preview{Change: c}}.Params()
		got := slices.Sorted(maps.Keys(params))
		if want := slices.Sorted(slices.Values(documented)); !slices.Equal(got, want) {
			t.Fatalf("parameters of %s:\n got %v\nwant %v", c.Key(), got, want)
		}
		for name, value := range params {
			_, isString := value.(string)
			if labels, isList := value.([]string); !isString && (!isList || name != "labels" || labels == nil) {
				t.Errorf("%s: got %#v, want a string, or a list for labels", name, value)
			}
		}
	}
}

func TestParameterNames(t *testing.T) {
	want := slices.Sorted(slices.Values(append(slices.Clone(documented), "input")))
	if got := generator.ParameterNames(); !slices.Equal(got, want) {
		t.Errorf("got %v\nwant %v", got, want)
	}
}

func TestParamsOfConfigurationDoNotReplaceOthers(t *testing.T) {
	given := map[string]string{"service": "web", "revision": "mine", "id": "mine", "flags": "mine", "namespace": "mine"}
	p := generator.Placed{Preview: generator.Preview{
		Change: pull(42), Variant: "flag-on", Names: generator.Names{ID: "pr-42-flag-on", Namespace: "n"},
		Parameters: given, Features: generator.Flags{"b": "1", "a": "2"},
	}}.Params()
	want := map[string]string{"service": "web", "revision": "", "id": "pr-42-flag-on", "flags": "a=2,b=1", "namespace": "n", "variant": "flag-on"}
	for name, value := range want {
		if p[name] != value {
			t.Errorf("%s = %q, want %q", name, p[name], value)
		}
	}
	if given["id"] != "mine" || len(p) != len(generator.ParameterNames()) {
		t.Errorf("got %d parameters, want %d; the given parameters are now %v", len(p), len(generator.ParameterNames()), given)
	}
}

func TestParameterValues(t *testing.T) {
	p := generator.Placed{
		Preview: generator.Preview{
			Set: "shop",
			Change: generator.Change{
				Kind: generator.PullRequest, Number: 1234567, Branch: "Feature/New_Cart", TargetBranch: "release/1.0",
				HeadSHA: "0123456789abcdef0123456789abcdef01234567", Title: "A: b", Author: "ada", Labels: []string{"preview"},
				URL: "https://github.com/acme/shop/pull/1234567", CreatedAt: noon.In(time.FixedZone("CET", 3600)),
			},
			Repository: generator.Repository{ForgeHost: "github.com", Organization: "acme", Name: "shop", CloneURL: "https://github.com/acme/shop.git"},
			Names:      generator.Names{ID: "pr-1234567", Application: "a", Namespace: "n", Host: "h.example.com", DBSchema: "s"},
		},
		Placement: generator.Placement{RepoURL: "https://git/gitops.git", Path: "previews/shop/pr-1234567", Revision: "abc"},
	}.Params()
	want := map[string]string{
		"number": "1234567", "branch": "Feature/New_Cart", "branch_slug": "feature-new-cart", "target_branch_slug": "release-1-0",
		"head_short_sha": "01234567", "head_short_sha_7": "0123456", "short_sha_7": "0123456", "branchNormalized": "feature-new-cart",
		"preview_url": "https://h.example.com", "created_at": "2026-03-01T12:00:00Z", "updated_at": "", "expires_at": "",
		"organization": "acme", "repository": "shop", "url": "https://github.com/acme/shop.git", "kind": "pull-request",
		"path": "previews/shop/pr-1234567", "revision": "abc", "repo_url": "https://git/gitops.git", "id": "pr-1234567",
	}
	for name, value := range want {
		if p[name] != value {
			t.Errorf("%s = %q, want %q", name, p[name], value)
		}
	}
	if p := (generator.Preview{Change: branch("x")}).Params(); p["number"] != "" || p["target_branch"] != "x" {
		t.Errorf("branch: got number %q and target branch %q, want \"\" and \"x\"", p["number"], p["target_branch"])
	}
}
