package contract_test

import (
	"maps"
	"testing"
	"time"

	githubtest "github.com/previewset/previewset/test/fake/github"
)

// evilTitle is a title of a pull request with special characters of templates, YAML and
// shells.
const evilTitle = `Cart: "50%" {{fail "no"}} {{branch}} 'x' \ #1 ü🎉`

// input returns the parameter input of an answer to plainSpec.
func input() map[string]any {
	return map[string]any{
		"set": "shop", "tier": map[string]any{"size": "small", "replicas": float64(3)}, "zones": []any{"a", "b"},
	}
}

// shopFixture returns a fixture with a pull request and a branch. want computes the
// expected parameter sets from the data of GitHub and Git.
func shopFixture(t *testing.T) (f *fixture, s *service, want func() []map[string]any) {
	t.Helper()
	f = newFixture(t)
	f.shop.OpenPull(githubtest.Pull{
		Title: evilTitle, Author: "ada", Head: "feature/New_Cart", Labels: []string{"preview", "size/L"},
	})
	f.shop.Push("checkout", "Grace Hopper")
	s = serve(t, f.withGitOps())
	s.awaitPreviews(t, "shop", "br-checkout", "pr-1")
	return f, s, func() []map[string]any { return []map[string]any{f.wantBranch(t), f.wantPull(t)} }
}

func (f *fixture) wantPull(t *testing.T) map[string]any {
	p := f.pull(t, 1)
	return f.want(t, "pr-1", map[string]any{
		"number": "1", "title": evilTitle, "author": "ada", "branch": "feature/New_Cart", "branch_slug": "feature-new-cart",
		"target_branch": "main", "target_branch_slug": "main", "labels": []any{"preview", "size/L"},
		"branchNormalized": "feature-new-cart", "kind": "pull-request", "change_url": p.HTMLURL, "db_schema": "shop_pr_1",
		"label_kind": "pull-request", "label_number": "1", "label_branch": "feature-New_Cart", "label_target_branch": "main", "label_author": "ada",
		"created_at": stamp(p.Created), "updated_at": stamp(p.Updated), "expires_at": stamp(p.Updated.Add(lifetime)),
	}, p.Head.SHA)
}

func (f *fixture) wantBranch(t *testing.T) map[string]any {
	date := f.committed(t, "checkout")
	return f.want(t, "br-checkout", map[string]any{
		"number": "", "title": "", "author": "Grace Hopper", "branch": "checkout", "branch_slug": "checkout",
		"target_branch": "checkout", "target_branch_slug": "checkout", "labels": []any{},
		"branchNormalized": "checkout", "kind": "branch", "change_url": f.github.URL + "/acme/shop/tree/checkout",
		"db_schema": "shop_br_checkout", "label_kind": "branch", "label_number": "", "label_branch": "checkout", "label_target_branch": "checkout", "label_author": "Grace-Hopper",
		"created_at": "", "updated_at": stamp(date), "expires_at": stamp(date.Add(lifetime)),
	}, f.shop.Head("checkout"))
}

// want adds the parameters that depend only on the id and the commit.
func (f *fixture) want(t *testing.T, id string, params map[string]any, sha string) map[string]any {
	path := "previews/shop/" + id
	maps.Copy(params, map[string]any{
		"head_sha": sha, "head_short_sha": sha[:8], "head_short_sha_7": sha[:7],
		"sha": sha, "short_sha": sha[:8], "short_sha_7": sha[:7],
		"organization": "acme", "repository": "shop", "url": f.cloneURL(),
		"set": "shop", "id": id, "name": "shop-" + id, "namespace": "shop-" + id,
		"host": id + ".shop.preview.localhost", "hosts": id + ".shop.preview.localhost", "preview_url": "https://" + id + ".shop.preview.localhost",
		"repo_url": f.gitops.URL(), "path": path, "revision": f.gitops.Git(t, "log", "-1", "--format=%H", "main", "--", path),
		"variant": "", "flags": "", "input": input(),
		"label_set": "shop", "label_id": id, "label_variant": "", "label_repository": "acme-shop",
	})
	return params
}

func stamp(t time.Time) string { return t.UTC().Format(time.RFC3339) }
