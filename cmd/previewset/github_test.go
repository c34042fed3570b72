package main

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	githubtest "github.com/previewset/previewset/test/fake/github"
)

// fakeGitHub is an in-process GitHub with the repository acme/shop.
type fakeGitHub struct {
	*githubtest.Server
	repo *githubtest.Repo
}

func newForge(t *testing.T) *fakeGitHub {
	t.Helper()
	server := githubtest.New(t)
	server.Token(githubToken)
	repo := server.Repo("acme", "shop")
	repo.Private()
	return &fakeGitHub{server, repo}
}

// pullRequestSet returns a set that previews the selected pull requests of acme/shop, with
// more fields.
func (forge *fakeGitHub) pullRequestSet(f *fixture, selects, more string) string {
	f.t.Helper()
	f.write("github-token", githubToken+"\n")
	f.write("webhook-secret", webhookSecret+"\n")
	return fmt.Sprintf(`- name: shop
  source: {github: {owner: acme, repo: shop, apiURL: "%s", tokenFile: %s, webhookSecretFile: %s}}
  select: {pullRequests: %s}
  overlay: {base: apps/shop/base}
%s`, forge.APIURL(), f.file("github-token"), f.file("webhook-secret"), selects, more)
}

// webhook sends a webhook for acme/shop and returns the status.
func (s *runningService) webhook(forge *fakeGitHub, event string) int {
	s.fixture.t.Helper()
	body := fmt.Sprintf(`{"action":"edited","repository":{"full_name":"acme/shop","html_url":"%s/acme/shop"}}`, forge.URL)
	status, _ := s.send(http.MethodPost, "/webhooks/github", body, githubtest.Webhook(webhookSecret, event, []byte(body)))
	return status
}

func TestPullRequestPreviewFollowsItsPullRequest(t *testing.T) {
	t.Parallel()
	f, forge := newFixture(t), newForge(t)
	first := forge.repo.OpenPull(githubtest.Pull{Title: "Dark mode", Labels: []string{"preview"}, Head: "dark", Author: "ada"})
	forge.repo.OpenPull(githubtest.Pull{Title: "Search", Labels: []string{"preview"}})
	forge.repo.OpenPull(githubtest.Pull{Title: "Not yet"})
	f.configure(forge.pullRequestSet(f, "{labels: {all: [preview]}}", ""))
	s := f.serve("--prune")
	p := s.awaitIDs("shop", "pr-1", "pr-2")
	if p.text("pr-1", "number") != "1" || p.text("pr-1", "author") != "ada" || p.text("pr-1", "organization") != "acme" ||
		p.text("pr-1", "head_sha") != forge.repo.PullHead(first) || p.text("pr-1", "target_branch") != "main" ||
		fmt.Sprint(p["pr-1"]["labels"]) != "[preview]" || p.text("pr-1", "created_at") == "" {
		t.Errorf("got parameters %v, want those of pull request 1", p["pr-1"])
	}
	if _, view := s.get("/api/v1/sets/shop/previews"); !strings.Contains(view, `it has no label \"preview\"`) {
		t.Errorf("the previews do not have the reason of the dropped pull request: %s", view)
	}

	// A change of updated_at alone makes no commit.
	tip := f.gitops.Tip(t, "main")
	forge.repo.Label(1, "preview")
	moved := s.awaitSet("shop", func(now params) bool { return now.text("pr-1", "updated_at") != p.text("pr-1", "updated_at") })
	if moved.text("pr-1", "revision") != p.text("pr-1", "revision") || f.gitops.Tip(t, "main") != tip {
		t.Errorf("a change of updated_at alone made the commit %q", f.subjects(1))
	}

	forge.repo.Push("dark", "ada")
	forge.repo.Label(3, "preview")
	s.awaitSet("shop", func(now params) bool { return now.text("pr-1", "head_sha") == forge.repo.PullHead(1) && len(now) == 3 })

	forge.repo.Merge(1)
	forge.repo.ClosePull(2)
	s.awaitIDs("shop", "pr-3")
	f.await("the prune", func() bool { return len(f.gitops.Files(t, "main", "previews")) == 4 })
	log := f.gitops.Git(t, "log", "--format=%(trailers:key=Previewset-Prune,valueonly)", "main")
	for _, want := range []string{"pr-1 reason=merged head=" + forge.repo.PullHead(1), "pr-2 reason=closed head=" + forge.repo.PullHead(2)} {
		if !strings.Contains(log, want) {
			t.Errorf("no trailer %q in %q", want, log)
		}
	}
	forge.repo.Reopen(2)
	s.awaitIDs("shop", "pr-2", "pr-3")
}

func TestGitHubWebhookStartsSync(t *testing.T) {
	t.Parallel()
	f, forge := newFixture(t), newForge(t)
	f.poll = "1h"
	forge.repo.OpenPull(githubtest.Pull{})
	f.configure(forge.pullRequestSet(f, "", ""))
	s := f.serve()
	s.awaitIDs("shop", "pr-1")
	forge.repo.OpenPull(githubtest.Pull{})
	if status := s.webhook(forge, "pull_request"); status != http.StatusAccepted {
		t.Fatalf("webhook: got status %d, want %d", status, http.StatusAccepted)
	}
	s.awaitIDs("shop", "pr-1", "pr-2")
	syncs := strings.Count(s.logText(), `"msg":"synced"`)
	if status := s.webhook(forge, "star"); status != http.StatusAccepted {
		t.Errorf("an irrelevant event: got status %d, want %d", status, http.StatusAccepted)
	}
	if got := strings.Count(s.logText(), `"msg":"synced"`); got != syncs {
		t.Errorf("an irrelevant event started a sync")
	}
}

func TestForgeFailureRemovesNoPreview(t *testing.T) {
	t.Parallel()
	f, forge := newFixture(t), newForge(t)
	for range 3 {
		forge.repo.OpenPull(githubtest.Pull{})
	}
	f.configure(forge.pullRequestSet(f, "", ""))
	s := f.serve("--prune")
	s.awaitIDs("shop", "pr-1", "pr-2", "pr-3")

	forge.Fault(func(w http.ResponseWriter, _ *http.Request) bool {
		http.Error(w, "<html>down</html>", http.StatusBadGateway)
		return true
	})
	forge.repo.Merge(1)
	s.awaitLog("sync failed")
	if status, p := s.getParams("shop"); status != http.StatusOK || len(p) != 3 {
		t.Errorf("while the forge is down: got %d with %d previews, want 3", status, len(p))
	}
	_, metrics := s.get("/metrics")
	if !strings.Contains(metrics, `previewset_sync_failures_total{set="shop"} `) || strings.Contains(metrics, `previewset_sync_failures_total{set="shop"} 0`) {
		t.Error("the metrics do not count the failure")
	}

	// Lists work again, but the lookup of pull request 1 fails.
	forge.Fault(func(w http.ResponseWriter, r *http.Request) bool {
		if !strings.HasSuffix(r.URL.Path, "/pulls/1") {
			return false
		}
		http.Error(w, `{"message":"Not Found"}`, http.StatusNotFound)
		return true
	})
	s.awaitLog("can't be looked up")
	if status, p := s.getParams("shop"); status != http.StatusOK || len(p) != 3 {
		t.Errorf("pull request 1 missing from the list: got %d with %d previews, want 3", status, len(p))
	}
	forge.Fault(nil)
	s.awaitIDs("shop", "pr-2", "pr-3")
	if _, metrics := s.get("/metrics"); !strings.Contains(metrics, `previewset_forge_rate_limit_remaining{resource="core",set="shop"}`) {
		t.Error("the metrics do not have the remaining rate limit")
	}
}

func TestGuardHoldsUntilConfigurationAllows(t *testing.T) {
	t.Parallel()
	f, forge := newFixture(t), newForge(t)
	for range 4 {
		forge.repo.OpenPull(githubtest.Pull{Labels: []string{"preview"}})
	}
	f.configure(forge.pullRequestSet(f, "{labels: {all: [preview]}}", ""))
	s := f.serve("--prune")
	s.awaitIDs("shop", "pr-1", "pr-2", "pr-3", "pr-4")
	for number := range int64(3) {
		forge.repo.Label(number + 1)
	}
	forge.repo.OpenPull(githubtest.Pull{Labels: []string{"preview"}})
	p := s.awaitIDs("shop", "pr-1", "pr-2", "pr-3", "pr-4", "pr-5")
	s.awaitLog("previews stay that would be removed")
	_, metrics := s.get("/metrics")
	if !strings.Contains(metrics, `previewset_previews_held{set="shop"} 3`) {
		t.Errorf("the metrics do not count 3 held previews of %d", len(p))
	}
	if plan := f.mustRun("plan"); strings.Count(plan, "the guard holds it") != 3 {
		t.Errorf("got a plan without 3 held previews:\n%s", plan)
	}
	f.configure(forge.pullRequestSet(f, "{labels: {all: [preview]}}", "  guard: {percent: 80}\n"))
	s.awaitIDs("shop", "pr-4", "pr-5")
}

func TestLimitsAndForks(t *testing.T) {
	t.Parallel()
	f, forge := newFixture(t), newForge(t)
	for range 3 {
		forge.repo.OpenPull(githubtest.Pull{})
	}
	forge.repo.OpenPull(githubtest.Pull{Fork: "mallory"})
	f.configure(forge.pullRequestSet(f, "{forks: ok-to-preview}", "  limits: {previews: 2}\n"))
	s := f.serve()
	s.awaitIDs("shop", "pr-2", "pr-3")
	_, view := s.get("/api/v1/sets/shop/previews")
	for _, want := range []string{`"reason":"limit"`, `"reason":"fork"`} {
		if !strings.Contains(view, want) {
			t.Errorf("no %s in %s", want, view)
		}
	}
	forge.repo.Label(4, "ok-to-preview")
	p := s.awaitIDs("shop", "pr-3", "pr-4")
	if p.text("pr-4", "head_sha") != forge.repo.PullHead(4) {
		t.Errorf("got the head %s of a fork, want the head of the pull request", p.text("pr-4", "head_sha"))
	}
}

func TestExplain(t *testing.T) {
	t.Parallel()
	f, forge := newFixture(t), newForge(t)
	forge.repo.OpenPull(githubtest.Pull{Labels: []string{"preview"}})
	forge.repo.OpenPull(githubtest.Pull{Draft: true, Labels: []string{"preview"}})
	forge.repo.OpenPull(githubtest.Pull{})
	forge.repo.Merge(3)
	f.configure(forge.pullRequestSet(f, "{labels: {all: [preview]}}", ""))
	for asked, want := range map[string]string{
		"1":    "pull request 1 has no preview yet in set shop: the next sync writes its entry",
		"#2":   "pull request 2 has no preview in set shop: it is a draft",
		"pr-3": "pull request 3 has no preview in set shop: it is merged",
	} {
		if got := f.mustRun("explain", asked); !strings.Contains(got, want) {
			t.Errorf("explain %s: %s", asked, got)
		}
	}
	if got := f.mustRun("explain", "2", "--output", "json"); !strings.Contains(got, `"reason": "draft"`) {
		t.Errorf("explain as JSON: %s", got)
	}
	if status, _, stderr := f.run("explain", "99"); status != statusFailed || !strings.Contains(stderr, "pull request 99") {
		t.Errorf("explain 99: %d %s", status, stderr)
	}
}

// TestWebhooksAreRateLimited sends many webhooks. The service must not list pull requests
// for each of them.
func TestWebhooksAreRateLimited(t *testing.T) {
	t.Parallel()
	f, forge := newFixture(t), newForge(t)
	f.poll = "1h"
	forge.repo.OpenPull(githubtest.Pull{})
	f.configure(forge.pullRequestSet(f, "", ""))
	s := f.serve()
	s.awaitIDs("shop", "pr-1")
	lists := func() int {
		calls := forge.Calls(githubtest.KindPulls)
		return calls.Counted + calls.NotModified
	}
	before, start := lists(), time.Now()
	for range 300 {
		if status := s.webhook(forge, "pull_request"); status != http.StatusAccepted {
			t.Fatalf("webhook: got status %d, want %d", status, http.StatusAccepted)
		}
	}
	forge.repo.OpenPull(githubtest.Pull{})
	s.webhook(forge, "pull_request")
	s.awaitIDs("shop", "pr-1", "pr-2")
	asked, most := lists()-before, 3+int(time.Since(start)/(500*time.Millisecond))
	if asked > most {
		t.Errorf("301 webhooks caused %d lists, want at most %d", asked, most)
	}
}
