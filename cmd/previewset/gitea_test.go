package main

import (
	"fmt"
	"net/http"
	"testing"

	giteatest "github.com/previewset/previewset/test/fake/gitea"
)

func TestGiteaWebhookStartsSync(t *testing.T) {
	t.Parallel()
	f, forge := newFixture(t), giteatest.New(t)
	f.poll = "1h"
	f.write("gitea-token", giteatest.ReaderToken+"\n")
	f.write("webhook-secret", webhookSecret+"\n")
	f.configure(fmt.Sprintf(`- name: shop
  source: {gitea: {url: "%s", owner: acme, repo: shop, tokenFile: %s, webhookSecretFile: %s}}
  select: {pullRequests: {}}
`, forge.URL, f.file("gitea-token"), f.file("webhook-secret")))
	s := f.serve()
	// Pull request 2 is a draft, 3 and 5 are from forks.
	p := s.awaitIDs("shop", "pr-1", "pr-6", "pr-7", "pr-8")
	if p.text("pr-1", "branch") != "feature/cart" || p.text("pr-1", "change_url") != "http://gitea.acme.dev/acme/shop/pulls/1" {
		t.Errorf("got parameters %v, want the branch and the URL of pull request 1", p["pr-1"])
	}
	forge.SetState(giteatest.Later)
	body := fmt.Sprintf(`{"action":"closed","repository":{"full_name":"acme/shop","html_url":"%s/acme/shop"}}`, forge.URL)
	header := giteatest.Webhook(webhookSecret, "pull_request", []byte(body))
	if status, answer := s.send(http.MethodPost, "/webhooks/gitea", body, header); status != http.StatusAccepted || answer != "{\"sets\":1}\n" {
		t.Fatalf("webhook: got status %d and %q, want %d and one set", status, answer, http.StatusAccepted)
	}
	s.awaitIDs("shop", "pr-1", "pr-8")
	// The secret of one forge must not authorize the webhook of another.
	header["X-Github-Event"], header["X-Hub-Signature-256"] = header["X-Gitea-Event"], []string{"sha256=" + header.Get("X-Gitea-Signature")}
	if status, _ := s.send(http.MethodPost, "/webhooks/github", body, header); status != http.StatusUnauthorized {
		t.Errorf("as a webhook of GitHub: got status %d, want %d", status, http.StatusUnauthorized)
	}
}
