package contract_test

import (
	"maps"
	"testing"
	"time"

	githubtest "github.com/previewset/previewset/test/fake/github"
)

// evilTitle is what a user may call a pull request, to the harm of templates,
// YAML and shells.
const evilTitle = `Cart: "50%" {{fail "no"}} {{branch}} 'x' \ #1 ü🎉`

// input is what plainSpec asks with, as the answer has it.
func input() map[string]any {
	return map[string]any{
		"set": "shop", "tier": map[string]any{"size": "small", "replicas": float64(3)}, "zones": []any{"a", "b"},
	}
}

// shopWorld is a world with a pull request and a branch, and what the answer
// must say of them, from what GitHub and Git say.
func shopWorld(t *testing.T) (w *world, s *service, want func() []map[string]any) {
	t.Helper()
	w = newWorld(t)
	w.shop.OpenPull(githubtest.Pull{
		Title: evilTitle, Author: "ada", Head: "feature/New_Cart", Labels: []string{"preview", "size/L"},
	})
	w.shop.Push("checkout", "Grace Hopper")
	s = serve(t, w.withGitOps())
	s.awaitPreviews(t, "shop", "br-checkout", "pr-1")
	return w, s, func() []map[string]any { return []map[string]any{w.wantBranch(t), w.wantPull(t)} }
}

func (w *world) wantPull(t *testing.T) map[string]any {
	p := w.pull(t, 1)
	return w.want(t, "pr-1", map[string]any{
		"number": "1", "title": evilTitle, "author": "ada", "branch": "feature/New_Cart", "branch_slug": "feature-new-cart",
		"target_branch": "main", "target_branch_slug": "main", "labels": []any{"preview", "size/L"},
		"branchNormalized": "feature-new-cart", "kind": "pull-request", "change_url": p.HTMLURL, "db_schema": "shop_pr_1",
		"created_at": stamp(p.Created), "updated_at": stamp(p.Updated), "expires_at": stamp(p.Updated.Add(lifetime)),
	}, p.Head.SHA)
}

func (w *world) wantBranch(t *testing.T) map[string]any {
	at := w.committed(t, "checkout")
	return w.want(t, "br-checkout", map[string]any{
		"number": "", "title": "", "author": "Grace Hopper", "branch": "checkout", "branch_slug": "checkout",
		"target_branch": "checkout", "target_branch_slug": "checkout", "labels": []any{},
		"branchNormalized": "checkout", "kind": "branch", "change_url": w.github.URL + "/acme/shop/tree/checkout",
		"db_schema": "shop_br_checkout", "created_at": "", "updated_at": stamp(at), "expires_at": stamp(at.Add(lifetime)),
	}, w.shop.Head("checkout"))
}

// want adds what follows from the ID and the commit.
func (w *world) want(t *testing.T, id string, params map[string]any, sha string) map[string]any {
	path := "previews/shop/" + id
	maps.Copy(params, map[string]any{
		"head_sha": sha, "head_short_sha": sha[:8], "head_short_sha_7": sha[:7],
		"sha": sha, "short_sha": sha[:8], "short_sha_7": sha[:7],
		"organization": "acme", "repository": "shop", "url": w.cloneURL(),
		"set": "shop", "id": id, "name": "shop-" + id, "namespace": "shop-" + id,
		"host": id + ".shop.preview.localhost", "preview_url": "https://" + id + ".shop.preview.localhost",
		"repo_url": w.gitops.URL(), "path": path, "revision": w.gitops.Git(t, "log", "-1", "--format=%H", "main", "--", path),
		"variant": "", "flags": "", "input": input(),
	})
	return params
}

func stamp(t time.Time) string { return t.UTC().Format(time.RFC3339) }
