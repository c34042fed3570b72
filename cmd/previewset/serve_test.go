package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"path"
	"slices"
	"strings"
	"testing"

	gittest "github.com/previewset/previewset/test/fake/git"
)

// shopRepository returns an application repository with two branches besides main.
func shopRepository(t *testing.T) *gittest.Repo {
	t.Helper()
	r := gittest.NewRepo(t, "shop")
	main := r.Commit(t, "main", "Begin", map[string]string{"README": "shop\n"})
	for _, branch := range []string{"cart", "search"} {
		r.Branch(t, branch, main)
		r.Commit(t, branch, "Work on "+branch, map[string]string{branch: "work\n"})
	}
	return r
}

func TestBranchPreviewFollowsItsBranch(t *testing.T) {
	t.Parallel()
	f, app := newFixture(t), shopRepository(t)
	f.configure(gitSet(app.URL()))
	s := f.serve("--prune")

	// Both branches get parameters, and overlays in one commit.
	p := s.awaitIDs("shop", "br-cart", "br-search")
	if got := f.subjects(2); got[0] != "shop: add br-cart, br-search" || got[1] != "Add the base" {
		t.Fatalf("commits %q", got)
	}
	if p.text("br-cart", "head_sha") != app.Tip(t, "cart") || p.text("br-cart", "path") != "previews/shop/br-cart" ||
		p.text("br-cart", "repo_url") != f.gitops.URL() || p.text("br-cart", "author") != gittest.AuthorName ||
		p.text("br-cart", "updated_at") == "" {
		t.Errorf("got parameters %v, want those of branch cart", p["br-cart"])
	}
	f.checkRevisions(p)

	// A push changes only the revision of its branch.
	app.Commit(t, "cart", "More", map[string]string{"cart": "more\n"})
	moved := s.awaitSet("shop", func(now params) bool { return now.text("br-cart", "head_sha") == app.Tip(t, "cart") })
	if moved.text("br-search", "revision") != p.text("br-search", "revision") || moved.text("br-cart", "revision") == p.text("br-cart", "revision") {
		t.Errorf("got revisions %v after %v, want only that of br-cart to change", revisions(moved), revisions(p))
	}
	f.checkRevisions(moved)

	// A change of the base changes all revisions.
	f.gitops.Commit(t, "main", "More replicas", map[string]string{
		"apps/shop/base/deployment.yaml": strings.Replace(shopBase(t)["apps/shop/base/deployment.yaml"], "replicas: 1", "replicas: 2", 1),
	})
	based := s.awaitSet("shop", func(now params) bool {
		return now.text("br-cart", "revision") != moved.text("br-cart", "revision") &&
			now.text("br-search", "revision") != moved.text("br-search", "revision")
	})
	f.checkRevisions(based)

	// The deletion of a branch removes its parameters and its overlay.
	app.DeleteBranch(t, "cart")
	s.awaitIDs("shop", "br-search")
	if got := f.subjects(1)[0]; got != "shop: prune br-cart (deleted)" {
		t.Errorf("got last commit %q, want the prune of br-cart", got)
	}
	want := []string{
		"previews/shop/br-search/kustomization.yaml", "previews/shop/br-search/namespace.yaml",
		"previews/shop/br-search/parameters.yaml", "previews/shop/br-search/preview.yaml",
	}
	if got := slices.Sorted(maps.Keys(f.gitops.Files(t, "main", "previews"))); !slices.Equal(got, want) {
		t.Errorf("entries %v", got)
	}
	f.gitops.Git(t, "fsck", "--strict")
}

func revisions(p params) map[string]string {
	all := map[string]string{}
	for id := range p {
		all[id] = p.text(id, "revision")
	}
	return all
}

// checkRevisions compares each revision with git log.
func (f *fixture) checkRevisions(p params) {
	f.t.Helper()
	for id, revision := range revisions(p) {
		if want := f.lastChanged(p.text(id, "path")); revision != want {
			f.t.Errorf("revision of %s: got %s, want %s", id, revision, want)
		}
	}
}

func TestRestartCommitsNothing(t *testing.T) {
	t.Parallel()
	for _, plain := range []bool{false, true} {
		t.Run(fmt.Sprintf("server without extensions %v", plain), func(t *testing.T) {
			t.Parallel()
			f, app := newFixture(t), shopRepository(t)
			if plain {
				f.gitops.DisableExtensions(t)
				app.DisableExtensions(t)
			}
			f.configure(gitSet(app.URL()))
			s := f.serve()
			first := s.awaitIDs("shop", "br-cart", "br-search")
			s.stop()
			tip := f.gitops.Tip(t, "main")

			// The history of the entries gets a commit of another author.
			f.gitops.Commit(t, "main", "Something else", map[string]string{"other/file": "x\n"})
			again := f.serve()
			second := again.awaitIDs("shop", "br-cart", "br-search")
			if !maps.Equal(revisions(first), revisions(second)) {
				t.Errorf("after a restart with an empty cache: got the revisions %v, want %v", revisions(second), revisions(first))
			}
			f.checkRevisions(second)
			again.awaitLog(`"msg":"synced"`)
			if got := f.gitops.Git(t, "log", "--format=%H", "--skip=1", "-1", "main"); got != tip {
				t.Errorf("a restart committed: %q", f.subjects(3))
			}
		})
	}
}

func TestParametersOnly(t *testing.T) {
	t.Parallel()
	f, app := newFixture(t), shopRepository(t)
	f.write("config.yaml", fmt.Sprintf(`apiVersion: previewset.dev/v1alpha1
kind: Config
auth: {tokenFile: %s}
poll: 1s
sets:
- name: shop
  source: {git: {url: "%s"}}
  select: {branches: }
`, f.file("token"), app.URL()))
	s := f.serve()
	p := s.awaitIDs("shop", "br-cart", "br-search", "br-main")
	for _, name := range []string{"repo_url", "path", "revision"} {
		if value, ok := p["br-cart"][name]; !ok || value != "" {
			t.Errorf("%s is %v", name, value)
		}
	}
	app.DeleteBranch(t, "cart")
	s.awaitIDs("shop", "br-search", "br-main")
}

func TestBrokenBaseKeepsLastEntries(t *testing.T) {
	t.Parallel()
	f, app := newFixture(t), shopRepository(t)
	f.configure(gitSet(app.URL()))
	s := f.serve()
	good := s.awaitIDs("shop", "br-cart", "br-search")

	// The base becomes invalid: entries keep their last content, new branches get none.
	f.gitops.Commit(t, "main", "Break it", map[string]string{"apps/shop/base/service.yaml": "kind: [\n"})
	app.Branch(t, "new", app.Tip(t, "main"))
	app.Commit(t, "cart", "More", map[string]string{"cart": "more\n"})
	s.awaitLog("overlays can't be written")
	s.awaitSet("shop", func(now params) bool { return now.text("br-cart", "head_sha") == app.Tip(t, "cart") })
	_, now := s.getParams("shop")
	if len(now) != 2 || !maps.Equal(revisions(now), revisions(good)) {
		t.Errorf("with a broken base: %v, want %v", revisions(now), revisions(good))
	}
	_, view := s.get("/api/v1/sets/shop/previews")
	_, metrics := s.get("/metrics")
	_, plan, _ := f.run("plan")
	for what, text := range map[string]string{"log": s.logText(), "metrics": metrics, "plan": plan, "previews": view} {
		if !strings.Contains(text, "apps/shop/base/service.yaml") {
			t.Errorf("the %s does not name the file:\n%s", what, text)
		}
	}
	if !strings.Contains(view, `"id":"br-new"`) || !strings.Contains(view, `"reason":"overlay"`) {
		t.Errorf("the previews do not have br-new with the reason overlay: %s", view)
	}

	// The base is valid again: all entries are updated.
	f.gitops.Commit(t, "main", "Fix it", map[string]string{"apps/shop/base/service.yaml": shopBase(t)["apps/shop/base/service.yaml"]})
	fixed := s.awaitIDs("shop", "br-cart", "br-search", "br-new")
	f.checkRevisions(fixed)
}

func TestForeignFilesAreKept(t *testing.T) {
	t.Parallel()
	f, app := newFixture(t), shopRepository(t)
	foreign := map[string]string{
		"previews/shop/README.md":              "ours\n",
		"previews/shop/by-hand/deploy.yaml":    "kind: ConfigMap\n",
		"previews/shop/nonsense/preview.yaml":  "not: a record\n",
		"previews/shop/br-search/by-hand.yaml": "kind: ConfigMap\n",
		"previews/other/pr-1/preview.yaml":     "apiVersion: previewset.dev/v1alpha1\nkind: Preview\nset: other\nid: pr-1\nchange: {kind: pull-request, number: 1}\n",
	}
	f.gitops.Commit(t, "main", "Others are here", foreign)
	f.configure(gitSet(app.URL()))
	s := f.serve("--prune")
	s.awaitIDs("shop", "br-cart")
	s.awaitLog("previews/shop/br-search exists and does not belong to previewset")
	app.DeleteBranch(t, "cart")
	s.awaitIDs("shop")
	f.await("the prune", func() bool { return f.subjects(1)[0] == "shop: prune br-cart (deleted)" })
	if got := f.gitops.Files(t, "main", "previews"); len(got) != len(foreign) {
		t.Errorf("got the files %v", slices.Sorted(maps.Keys(got)))
	}
}

func TestSetsShareSourceRequests(t *testing.T) {
	t.Parallel()
	f, app := newFixture(t), shopRepository(t)
	server := gittest.Serve(t, app, gittest.ServeOptions{})
	var sets strings.Builder
	for i := range 6 {
		sets.WriteString(strings.Replace(gitSet(server.URL), "name: shop", fmt.Sprintf("name: shop%d", i), 1))
	}
	f.configure(sets.String())
	s := f.serve()
	hosts := map[string]bool{}
	for i := range 6 {
		p := s.awaitIDs(fmt.Sprintf("shop%d", i), "br-cart", "br-search")
		hosts[p.text("br-cart", "host")], hosts[p.text("br-search", "host")] = true, true
	}
	if len(hosts) != 12 {
		t.Errorf("got %d hosts for 12 previews", len(hosts))
	}
	f.await("a few more polls", func() bool { return strings.Count(s.logText(), `"msg":"synced"`) >= 6*4 })
	s.stop()
	lists := 0
	for _, request := range server.Requests() {
		if request == "GET git-upload-pack" {
			lists++
		}
	}
	if syncs := strings.Count(s.logText(), `"msg":"synced"`); lists*3 > syncs {
		t.Errorf("got %d requests of the source for %d syncs of 6 sets, want a third at most", lists, syncs)
	}
}

func TestMetricsAndHealth(t *testing.T) {
	t.Parallel()
	f, app := newFixture(t), shopRepository(t)
	f.configure(gitSet(app.URL()))
	s := f.serve()
	s.awaitIDs("shop", "br-cart", "br-search")
	s.getParams("nope")
	for _, endpoint := range []string{"/healthz", "/readyz"} {
		if status, body := s.get(endpoint); status != http.StatusOK {
			t.Errorf("%s: %d %s", endpoint, status, body)
		}
	}
	_, metrics := s.get("/metrics")
	for _, want := range []string{
		`previewset_answers_total{code="200",set="shop"}`,
		`previewset_answers_total{code="404",set=""} 1`,
		`previewset_answer_duration_seconds_count{set="shop"}`,
		`previewset_snapshot_age_seconds{set="shop"}`,
		`previewset_previews{set="shop"} 2`,
		`previewset_changes_dropped{reason="branch",set="shop"} 1`,
		`previewset_sync_duration_seconds_count{set="shop"}`,
		`previewset_sync_failures_total{set="shop"} 0`,
		`previewset_commits_total{set="shop"} 1`,
	} {
		if !strings.Contains(metrics, want) {
			t.Errorf("no %s in\n%s", want, metrics)
		}
	}
	if status := s.stop(); status != statusDone {
		t.Errorf("a stopped service returns status %d", status)
	}
}

func TestRenderPrintsCommittedOverlay(t *testing.T) {
	t.Parallel()
	f, app := newFixture(t), shopRepository(t)
	f.configure(gitSet(app.URL()))
	s := f.serve()
	p := s.awaitIDs("shop", "br-cart", "br-search")
	built := f.mustRun("render", "--build", "br-cart")
	for _, want := range []string{
		"namespace: shop-br-cart", "host: br-cart.shop.preview.localhost",
		"image: ghcr.io/acme/shop:" + app.Tip(t, "cart"), "value: shop_br_cart",
		"link.argocd.argoproj.io/external-link: Preview|https://br-cart.shop.preview.localhost",
		"argocd.argoproj.io/sync-wave: \"-100\"",
	} {
		if !strings.Contains(built, want) {
			t.Errorf("no %q in\n%s", want, built)
		}
	}
	// render prints the committed bytes.
	var rendered struct {
		Path  string            `json:"path"`
		Files map[string]string `json:"files"`
	}
	if err := json.Unmarshal([]byte(f.mustRun("render", "br-cart", "--output", "json")), &rendered); err != nil {
		t.Fatal(err)
	}
	committed := f.gitops.Files(t, "main", p.text("br-cart", "path"))
	for name, content := range rendered.Files {
		if got := committed[path.Join(rendered.Path, name)]; strings.TrimSpace(got) != strings.TrimSpace(content) {
			t.Errorf("%s:\n%s\nwant the committed file:\n%s", name, content, got)
		}
	}
	if status, _, stderr := f.run("render", "br-nope"); status != statusFailed || !strings.Contains(stderr, "no such preview") {
		t.Errorf("render of an unknown preview: got %d %s", status, stderr)
	}
	if status, _, stderr := f.run("render", "br-main"); status != statusFailed || !strings.Contains(stderr, "it matches main of select.branches.exclude") {
		t.Errorf("render of an excluded branch: got %d %s", status, stderr)
	}
}
