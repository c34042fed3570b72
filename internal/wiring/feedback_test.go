package wiring_test

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/previewset/previewset/internal/wiring"
)

const twoSets = `
argocd: {url: "https://argocd.acme.dev"}
gitops: {url: GITOPS}
sets:
- {name: shop, source: {gitea: {url: "https://git.acme.dev/forge", owner: acme, repo: shop, tokenEnv: A}}, select: {pullRequests: {}},
   lifetime: {idle: 3d}, overlay: {base: base, adminNamespace: admin, database: {engine: postgres, strategy: schema}}, feedback: {tokenEnv: TOKEN}}
- {name: docs, source: {gitea: {url: "https://git.acme.dev/forge", owner: acme, repo: shop, tokenEnv: B}}, select: {pullRequests: {}}, feedback: {tokenEnv: TOKEN}}
- {name: other, source: {gitea: {url: "https://git.acme.dev/forge", owner: acme, repo: shop}}, select: {pullRequests: {}}, feedback: {tokenEnv: OTHER}}
- {name: web, source: {gitea: {url: "https://git.acme.dev/forge", owner: acme, repo: web}}, select: {pullRequests: {}}, feedback: {tokenEnv: TOKEN}}
- {name: silent, source: {gitea: {url: "https://git.acme.dev/forge", owner: acme, repo: web}}, select: {pullRequests: {}}}
`

// Sets with the same repository and the same token share the comment, whatever their sources
// read with.
func TestSetsShareFeedback(t *testing.T) {
	t.Parallel()
	sets := wire(t, onGitOps("https://git.acme.dev/forge/acme/gitops.git"), wiring.Options{}).Feedback.Sets
	if len(sets) != 4 {
		t.Fatalf("got feedback of %d sets, want that of 4", len(sets))
	}
	shop, docs, other, web := sets[0], sets[1], sets[2], sets[3]
	if shop.Forge != docs.Forge {
		t.Error("sets with the same repository and token have different feedback")
	}
	if shop.Forge == other.Forge || shop.Forge == web.Forge {
		t.Error("sets with different tokens or repositories have the same feedback")
	}
	if shop.Activity == nil || docs.Activity != shop.Activity || other.Activity != shop.Activity || web.Activity != nil {
		t.Error("want one activity of the sets whose repository has idle previews")
	}
	if shop.Idle != 72*time.Hour || docs.Idle != 0 || !shop.Database || docs.Database {
		t.Errorf("got %+v and %+v, want the lifetime and the database of the first set", shop, docs)
	}
	if !shop.Watched || docs.Watched {
		t.Errorf("got %v and %v, want that Argo CD tells only about the set with an overlay", shop.Watched, docs.Watched)
	}
	if shop.ArgoCDURL != "https://argocd.acme.dev" {
		t.Errorf("got the URL %q of Argo CD", shop.ArgoCDURL)
	}
}

func TestLinksToEntries(t *testing.T) {
	t.Parallel()
	for url, want := range map[string]string{
		"https://git.acme.dev/forge/acme/gitops.git": "https://git.acme.dev/forge/acme/gitops/src/branch/main",
		"git@git.acme.dev:acme/gitops.git":           "https://git.acme.dev/forge/acme/gitops/src/branch/main",
		"https://other.acme.dev/acme/gitops.git":     "",
		"/srv/gitops":                                "",
	} {
		parts := wire(t, onGitOps(url), wiring.Options{})
		if got := parts.Feedback.Sets[0].EntryURL; got != want {
			t.Errorf("%s: got the URL %q, want %q", url, got, want)
		}
	}
	hub := `gitops: {url: "git@github.com:acme/gitops.git", branch: "env/previews#1"}
sets: [{name: shop, source: {github: {owner: acme, repo: shop}}, select: {branches: {}}, feedback: {tokenEnv: T}}]
`
	if got := wire(t, hub, wiring.Options{}).Feedback.Sets[0].EntryURL; got != "https://github.com/acme/gitops/tree/env/previews%231" {
		t.Errorf("got the URL %q on GitHub", got)
	}
}

// The comment is found by the installation, which is the same for each URL of the repository.
func TestInstallationIsTheGitOpsRepository(t *testing.T) {
	t.Parallel()
	names := map[string]bool{}
	for _, url := range []string{"https://git.acme.dev/acme/gitops.git", "git@git.acme.dev:acme/gitops.git", "https://git.acme.dev/acme/gitops"} {
		names[wire(t, onGitOps(url), wiring.Options{}).Feedback.Installation] = true
	}
	if len(names) != 1 {
		t.Errorf("got the installations %v, want one", names)
	}
	names[wire(t, onGitOps("https://git.acme.dev/acme/other.git"), wiring.Options{}).Feedback.Installation] = true
	names[wire(t, onGitOps("/srv/gitops"), wiring.Options{}).Feedback.Installation] = true
	if len(names) != 3 {
		t.Errorf("got the installations %v, want another one for each repository", names)
	}
}

// Without a GitOps repository, two installations differ by their sets with feedback.
func TestInstallationIsTheSets(t *testing.T) {
	t.Parallel()
	const set = `{name: NAME, source: {github: {owner: acme, repo: shop}}, select: {pullRequests: {}}FEEDBACK}`
	of := func(silent string, names ...string) string {
		sets := []string{strings.NewReplacer("NAME", silent, "FEEDBACK", "").Replace(set)}
		for _, name := range names {
			sets = append(sets, strings.NewReplacer("NAME", name, "FEEDBACK", ", feedback: {tokenEnv: T}").Replace(set))
		}
		return wire(t, "sets: ["+strings.Join(sets, ", ")+"]\n", wiring.Options{}).Feedback.Installation
	}
	one := of("silent", "shop", "docs")
	if same := of("quiet", "docs", "shop"); same != one {
		t.Errorf("got %q and %q for the same sets with feedback", one, same)
	}
	if other := of("silent", "shop"); other == one {
		t.Errorf("got %q for other sets, too", other)
	}
}

// Without argocd, nothing tells when a preview is ready.
func TestUnwatchedSets(t *testing.T) {
	t.Parallel()
	keys := strings.Replace(onGitOps("/srv/gitops"), `argocd: {url: "https://argocd.acme.dev"}`, "", 1)
	if shop := wire(t, keys, wiring.Options{}).Feedback.Sets[0]; shop.Watched {
		t.Error("the set is watched without argocd")
	}
}

func onGitOps(url string) string { return strings.Replace(twoSets, "GITOPS", strconv.Quote(url), 1) }
