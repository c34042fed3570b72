package generator_test

import (
	"reflect"
	"testing"
	"time"

	"github.com/previewset/previewset/generator"
)

// TestEveryParameterHasItsValue uses a preview whose fields are all different, so that
// a parameter with the value of another one is found.
func TestEveryParameterHasItsValue(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	got := generator.Placed{
		Preview: generator.Preview{
			Set: "shop", Variant: "blue", ExpiresAt: at.Add(48 * time.Hour), Features: generator.Flags{"new": "on"},
			Parameters: map[string]string{"service": "web"},
			Change: generator.Change{
				Kind: generator.PullRequest, Number: 42, Branch: "Feature/Cart", TargetBranch: "Release/1",
				HeadSHA: "0123456789abcdef0123456789abcdef01234567", Title: "A title", Author: "dependabot[bot]", Labels: []string{"preview"},
				URL: "https://github.com/acme/web/pull/42", CreatedAt: at, UpdatedAt: at.Add(time.Hour),
			},
			Repository: generator.Repository{
				ForgeHost: "github.com", Organization: "acme", Name: "web", CloneURL: "https://github.com/acme/web.git", DefaultBranch: "main",
			},
			Names: generator.Names{ID: "pr-42-blue", Application: "application", Namespace: "namespace", Host: "host.example", DBSchema: "schema"},
			Hosts: []generator.Host{{Base: "api.acme.dev", Name: "api-host.example"}, {Base: "*.acme.dev", Name: "*.host.example"}}, Link: "http://host.example:8080",
		},
		Placement: generator.Placement{RepoURL: "https://git.acme.dev/gitops.git", Path: "previews/shop/pr-42-blue", Revision: "abc"},
	}.Params()
	want := generator.Params{
		"number": "42", "title": "A title", "author": "dependabot[bot]", "branch": "Feature/Cart", "branch_slug": "feature-cart",
		"target_branch": "Release/1", "target_branch_slug": "release-1", "head_sha": "0123456789abcdef0123456789abcdef01234567",
		"head_short_sha": "01234567", "head_short_sha_7": "0123456", "labels": []string{"preview"},
		"organization": "acme", "repository": "web", "url": "https://github.com/acme/web.git", "sha": "0123456789abcdef0123456789abcdef01234567",
		"short_sha": "01234567", "short_sha_7": "0123456", "branchNormalized": "feature-cart",
		"set": "shop", "id": "pr-42-blue", "kind": "pull-request", "variant": "blue", "change_url": "https://github.com/acme/web/pull/42",
		"created_at": "2026-03-01T12:00:00Z", "updated_at": "2026-03-01T13:00:00Z", "expires_at": "2026-03-03T12:00:00Z",
		"flags": "new=on", "name": "application", "namespace": "namespace", "host": "host.example", "hosts": "host.example,api-host.example,*.host.example", "preview_url": "http://host.example:8080", "db_schema": "schema",
		"repo_url": "https://git.acme.dev/gitops.git", "path": "previews/shop/pr-42-blue", "revision": "abc", "service": "web",
		"label_set": "shop", "label_id": "pr-42-blue", "label_kind": "pull-request", "label_variant": "blue", "label_number": "42",
		"label_branch": "Feature-Cart", "label_target_branch": "Release-1", "label_author": "dependabot-bot", "label_repository": "acme-web",
	}
	for name := range want {
		if !reflect.DeepEqual(got[name], want[name]) {
			t.Errorf("%s: got %q, want %q", name, got[name], want[name])
		}
	}
	for name := range got {
		if _, known := want[name]; !known {
			t.Errorf("the parameter %s is not in this test", name)
		}
	}
}
