package service_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	gittest "github.com/previewset/previewset/test/fake/git"
	githubtest "github.com/previewset/previewset/test/fake/github"
)

// hook sends a webhook of GitHub about a repository, and returns the response.
func (h *harness) hook(secret, pageURL, fullName string) (int, string) {
	h.t.Helper()
	body := fmt.Sprintf(`{"action":"opened","repository":{"full_name":%q,"html_url":%q}}`, fullName, pageURL+"/"+fullName)
	return h.send(http.MethodPost, "/webhooks/github", body, githubtest.Webhook(secret, "push", []byte(body)))
}

// checkHook checks how many sets a webhook concerns.
func (h *harness) checkHook(name, secret, pageURL, fullName, want string) {
	h.t.Helper()
	status, body := h.hook(secret, pageURL, fullName)
	if got := fmt.Sprint(status, " ", strings.TrimSpace(body)); got != want {
		h.t.Errorf("%s: got %s, want %s", name, got, want)
	}
}

// The poll is an hour: only webhooks start syncs after the first one.
func TestWebhooksWakeSets(t *testing.T) {
	t.Parallel()
	h := newHarness(t)
	// The URL of the repository has an owner, as on a forge.
	server := gittest.Serve(t, h.gitops, gittest.ServeOptions{Middleware: func(next http.Handler) http.Handler {
		return http.StripPrefix("/acme", next)
	}})
	forge := githubtest.New(t)
	shop, web := forge.Repo("acme", "shop"), forge.Repo("acme", "web")
	shop.OpenPull(githubtest.Pull{})
	web.OpenPull(githubtest.Pull{})
	h.write("secret1", "first-secret\n")
	h.write("secret2", "second-secret\n")
	withSecret := func(file string) string { return ", webhookSecretFile: " + h.file(file) }
	h.configure("1h", fmt.Sprintf("gitops: {url: %q}\nsets:\n", strings.Replace(server.URL, "/gitops", "/acme/gitops", 1))+
		githubSet("shop", forge, "shop", withSecret("secret1"))+overlay+
		githubSet("shop2", forge, "shop", withSecret("absent"))+overlay+
		githubSet("web", forge, "web", withSecret("secret2")))
	h.start()
	for _, set := range []string{"shop", "shop2", "web"} {
		h.awaitIDs(set, "pr-1")
	}
	gitops := strings.Split(server.URL, "/gitops")[0]

	// A webhook of a source wakes the sets of this source, and removes the cached list.
	shop.OpenPull(githubtest.Pull{})
	web.OpenPull(githubtest.Pull{})
	h.checkHook("shop", "first-secret", forge.URL, "acme/shop", `202 {"sets":2}`)
	h.awaitIDs("shop", "pr-1", "pr-2")
	h.awaitIDs("shop2", "pr-1", "pr-2")
	if _, ids := h.ask("web", bearerToken); len(ids) != 1 {
		t.Errorf("got %q of web, want pr-1: its source has sent no webhook", ids)
	}
	h.checkHook("web, with a secret of another set", "first-secret", forge.URL, "Acme/Web", `202 {"sets":1}`)
	h.awaitIDs("web", "pr-1", "pr-2")

	// A webhook of the GitOps repository wakes the sets with overlays. Ports are not
	// compared.
	tip := h.gitops.Commit(t, "main", "More settings", map[string]string{"base/settings.yaml": settings + "data: {a: b}\n"})
	h.checkHook("GitOps repository", "second-secret", gitops, "acme/gitops", `202 {"sets":2}`)
	h.await("commits on top of the new base", func() bool { return len(strings.Fields(h.gitops.Git(t, "rev-list", tip+"..main"))) > 0 })
	h.await("both sets to be updated", func() bool {
		return strings.Contains(h.gitops.Git(t, "log", "--format=%s", tip+"..main"), "shop: update") &&
			strings.Contains(h.gitops.Git(t, "log", "--format=%s", tip+"..main"), "shop2: update")
	})
	h.checkHook("GitOps repository on another port", "second-secret", "http://127.0.0.1:1", "acme/gitops", `202 {"sets":2}`)

	for name, test := range map[string]struct{ secret, page, repository, want string }{
		"another repository":      {"first-secret", forge.URL, "acme/other", `202 {"sets":0}`},
		"another host":            {"first-secret", "https://forge.example", "acme/shop", `202 {"sets":0}`},
		"GitOps on another host":  {"first-secret", "https://forge.example", "acme/gitops", `202 {"sets":0}`},
		"GitOps of another owner": {"first-secret", gitops, "other/gitops", `202 {"sets":0}`},
		"unknown secret":          {"third-secret", forge.URL, "acme/shop", `401 {"message":"the signature is not valid"}`},
		"secret of a path":        {h.file("secret1"), forge.URL, "acme/shop", `401 {"message":"the signature is not valid"}`},
		"empty secret":            {"", forge.URL, "acme/shop", `401 {"message":"the signature is not valid"}`},
	} {
		h.checkHook(name, test.secret, test.page, test.repository, test.want)
	}

	// A rotated secret takes effect with the next webhook.
	h.write("secret1", "rotated-secret\n")
	h.checkHook("rotated secret", "rotated-secret", forge.URL, "acme/shop", `202 {"sets":2}`)
	h.checkHook("secret before the rotation", "first-secret", forge.URL, "acme/shop", `401 {"message":"the signature is not valid"}`)
	if got := strings.Count(h.logText(), "the secret of a webhook can't be read"); got != 1 || !strings.Contains(h.logText(), h.file("absent")) {
		t.Errorf("got %d lines about the secret that can't be read, want 1 with its file", got)
	}
}

// After its first list, a set knows the ID of its repository, and the name of the
// repository in an event does not matter.
func TestWebhooksMatchByRepositoryID(t *testing.T) {
	t.Parallel()
	h := newHarness(t)
	forge := githubtest.New(t)
	shop := forge.Repo("acme", "shop")
	shop.OpenPull(githubtest.Pull{})
	h.write("secret1", "first-secret\n")
	h.configure("1h", "sets:\n"+githubSet("shop", forge, "shop", ", webhookSecretFile: "+h.file("secret1")))
	h.start()
	h.awaitIDs("shop", "pr-1")
	text := forge.Answer(httptest.NewRequest(http.MethodGet, forge.APIURL()+"/repos/acme/shop", nil)).Body.Bytes()
	var repository struct{ ID int64 }
	if err := json.Unmarshal(text, &repository); err != nil || repository.ID == 0 {
		t.Fatalf("got %v for %s, want a repository", err, text)
	}
	shop.Rename("store")
	shop.OpenPull(githubtest.Pull{})
	for _, test := range []struct {
		name, fullName string
		id             int64
		want           string
	}{
		{"another repository with the name", "acme/shop", repository.ID + 1, `202 {"sets":0}`},
		{"the renamed repository", "acme/store", repository.ID, `202 {"sets":1}`},
		{"no ID", "acme/Shop", 0, `202 {"sets":1}`},
	} {
		body := fmt.Sprintf(`{"action":"opened","repository":{"id":%d,"full_name":%q,"html_url":%q}}`, test.id, test.fullName, forge.URL+"/"+test.fullName)
		status, answer := h.send(http.MethodPost, "/webhooks/github", body, githubtest.Webhook("first-secret", "pull_request", []byte(body)))
		if got := fmt.Sprint(status, " ", strings.TrimSpace(answer)); got != test.want {
			t.Errorf("%s: got %s, want %s", test.name, got, test.want)
		}
	}
	h.awaitIDs("shop", "pr-1", "pr-2")
}

// A secret is valid only for the webhooks of its own forge.
func TestSecretOfOneForgeDoesNotSignForAnother(t *testing.T) {
	t.Parallel()
	h := newHarness(t)
	forge := githubtest.New(t)
	forge.Repo("acme", "shop").OpenPull(githubtest.Pull{})
	absent := httptest.NewServer(http.NotFoundHandler())
	t.Cleanup(absent.Close)
	h.write("secret1", "github-secret\n")
	h.write("secret2", "gitea-secret\n")
	h.configure("1h", "sets:\n"+githubSet("shop", forge, "shop", ", webhookSecretFile: "+h.file("secret1"))+
		fmt.Sprintf("- name: web\n  source: {gitea: {url: %q, owner: acme, repo: web, webhookSecretFile: %s}}\n  select: {pullRequests: {}}\n",
			absent.URL, h.file("secret2")))
	h.start()
	h.awaitIDs("shop", "pr-1")
	const body = `{"repository":{"full_name":"acme/shop","html_url":"https://git.acme.dev/acme/shop"}}`
	for name, test := range map[string]struct {
		forge, secret string
		want          int
	}{
		"github": {"github", "github-secret", 202}, "gitea": {"gitea", "gitea-secret", 202},
		"gitea's secret at github": {"github", "gitea-secret", 401}, "github's secret at gitea": {"gitea", "github-secret", 401},
	} {
		header := githubtest.Webhook(test.secret, "push", []byte(body))
		if test.forge == "gitea" {
			header.Set("X-Gitea-Signature", strings.TrimPrefix(header.Get("X-Hub-Signature-256"), "sha256="))
			header.Set("X-Gitea-Event", "push")
		}
		if status, text := h.send(http.MethodPost, "/webhooks/"+test.forge, body, header); status != test.want {
			t.Errorf("%s: got %d %s, want %d", name, status, text, test.want)
		}
	}
}
