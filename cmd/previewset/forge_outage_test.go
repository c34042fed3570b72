package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	giteatest "github.com/previewset/previewset/test/fake/gitea"
	githubtest "github.com/previewset/previewset/test/fake/github"
)

// forgeHarness is a harness whose source is the API of a forge.
type forgeHarness struct {
	harness
	setFault func(faultHandler)
	// normalAnswer returns the answer of a forge without a fault.
	normalAnswer func(*http.Request) (header http.Header, body []byte)
}

// newGitHubHarness returns a harness with four open pull requests on two pages. It
// closes the second pull request.
func newGitHubHarness(t *testing.T) *forgeHarness {
	t.Helper()
	f, forge := newFixture(t), newForge(t)
	f.poll = "1h" // only webhooks start a sync
	forge.PageLimit(2)
	for range 4 {
		forge.repo.OpenPull(githubtest.Pull{})
	}
	f.configure(forge.pullRequestSet(f, "", ""))
	return &forgeHarness{
		harness: harness{
			fixture: f, ids: []string{"pr-1", "pr-2", "pr-3", "pr-4"}, remaining: []string{"pr-1", "pr-3", "pr-4"},
			endChanges: func() { forge.repo.ClosePull(2) }, reopenChanges: func() { forge.repo.Reopen(2) },
			triggerSync: func(s *runningService) { s.webhook(forge, "pull_request") },
		},
		setFault: forge.Fault, normalAnswer: forge.normalAnswer,
	}
}

// normalAnswer returns a complete answer, also to a conditional request.
func (forge *fakeGitHub) normalAnswer(r *http.Request) (http.Header, []byte) {
	r = r.Clone(r.Context())
	r.Header.Del("If-None-Match")
	answer := forge.Answer(r)
	answer.Header().Del("ETag")
	return answer.Header(), answer.Body.Bytes()
}

// newGiteaHarness returns a harness with four pull requests on three pages. It merges
// pull request 6 and closes 7.
func newGiteaHarness(t *testing.T) *forgeHarness {
	t.Helper()
	f, forge := newFixture(t), giteatest.New(t)
	f.poll = "1h" // only webhooks start a sync
	f.write("gitea-token", giteatest.ReaderToken+"\n")
	f.write("webhook-secret", webhookSecret+"\n")
	f.configure(fmt.Sprintf(`- name: shop
  source: {gitea: {url: "%s", owner: acme, repo: shop, tokenFile: %s, webhookSecretFile: %s}}
  select: {pullRequests: {}}
  overlay: {base: apps/shop/base}
`, forge.URL, f.file("gitea-token"), f.file("webhook-secret")))
	return &forgeHarness{
		harness: harness{
			fixture: f, ids: []string{"pr-1", "pr-6", "pr-7", "pr-8"}, remaining: []string{"pr-1", "pr-8"},
			endChanges: func() { forge.SetState(giteatest.Later) }, reopenChanges: func() { forge.SetState(giteatest.Open) },
			triggerSync: func(s *runningService) { s.giteaWebhook(forge.URL) },
		},
		setFault: forge.Fault,
		normalAnswer: func(r *http.Request) (http.Header, []byte) {
			answer, header := forge.Answer(r), http.Header{}
			for name, value := range answer.Header {
				header.Set(name, value)
			}
			return header, []byte(answer.Body)
		},
	}
}

// giteaWebhook sends a webhook for acme/shop.
func (s *runningService) giteaWebhook(url string) {
	s.fixture.t.Helper()
	body := fmt.Sprintf(`{"action":"closed","repository":{"full_name":"acme/shop","html_url":"%s/acme/shop"}}`, url)
	status, answer := s.send(http.MethodPost, "/webhooks/gitea", body, giteatest.Webhook(webhookSecret, "pull_request", []byte(body)))
	if status != http.StatusAccepted {
		s.fixture.t.Fatalf("webhook: got status %d, want %d: %s", status, http.StatusAccepted, answer)
	}
}

// onPath returns a fault that affects only requests whose path matches.
func onPath(pattern *regexp.Regexp, answer http.HandlerFunc) faultHandler {
	return func(w http.ResponseWriter, r *http.Request) bool {
		if !pattern.MatchString(r.URL.Path) {
			return false
		}
		answer(w, r)
		return true
	}
}

var (
	listPath   = regexp.MustCompile(`/pulls$`)
	lookupPath = regexp.MustCompile(`/pulls/\d+$`)
)

// listOutage returns an outage of lists only.
func listOutage(answer func(*forgeHarness) http.HandlerFunc) func(*forgeHarness) outage {
	return func(h *forgeHarness) outage {
		return outage{start: func() { h.setFault(onPath(listPath, answer(h))) }, stop: func() { h.setFault(nil) }}
	}
}

// editedList returns an outage in which each page of a list has other entries.
func editedList(change func([]json.RawMessage) []json.RawMessage) func(*forgeHarness) outage {
	return listOutage(func(h *forgeHarness) http.HandlerFunc { return h.editEntries(change) })
}

// fullOutage returns an outage of lists and lookups.
func fullOutage(answer http.HandlerFunc) func(*forgeHarness) outage {
	return func(h *forgeHarness) outage {
		o := listOutage(func(*forgeHarness) http.HandlerFunc { return answer })(h)
		o.failLookups = func() { h.setFault(onPath(lookupPath, answer)) }
		return o
	}
}

// forgeOutages returns one outage of each kind. The tests of the packages
// generator/github and generator/gitea have all outages.
func forgeOutages() map[string]func(*forgeHarness) outage {
	return map[string]func(*forgeHarness) outage{
		"down":      fullOutage(answerWith(500, "text/html", `<html>`)),
		"not found": fullOutage(answerWith(404, "application/json", `{"message":"Not Found"}`)),
		"rate limit": func(h *forgeHarness) outage {
			o := fullOutage(answerWith(429, "application/json", `{}`))(h)
			o.needsRestart = true
			return o
		},
		"not JSON":  fullOutage(answerWith(200, "text/html", `<html>[]</html>`)),
		"truncated": fullOutage(answerWith(200, "application/json", `[]`, "Content-Length", "1000", "X-Total-Count", "0")),
		"empty list": listOutage(func(*forgeHarness) http.HandlerFunc {
			return answerWith(200, "application/json", `[]`, "X-Total-Count", "0")
		}),
		"half of each page": editedList(func(all []json.RawMessage) []json.RawMessage { return all[:len(all)/2] }),
		"first entry instead of the last": editedList(func(all []json.RawMessage) []json.RawMessage {
			return append(all[:len(all)-1:len(all)-1], all[0])
		}),
		"endless list": listOutage(func(h *forgeHarness) http.HandlerFunc {
			return func(w http.ResponseWriter, r *http.Request) {
				header, body := h.normalAnswer(r)
				header.Set("Link", fmt.Sprintf(`<http://%s%s>; rel="next"`, r.Host, r.URL.RequestURI()))
				writeAnswer(w, header, body)
			}
		}),
	}
}

// editEntries answers each page of a list with changed entries.
func (h *forgeHarness) editEntries(change func([]json.RawMessage) []json.RawMessage) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		header, body := h.normalAnswer(r)
		var entries []json.RawMessage
		if err := json.Unmarshal(body, &entries); err != nil {
			h.t.Errorf("%v: %s", err, body)
		}
		body, err := json.Marshal(change(entries))
		if err != nil {
			h.t.Error(err)
		}
		writeAnswer(w, header, body)
	}
}

func writeAnswer(w http.ResponseWriter, header http.Header, body []byte) {
	maps.Copy(w.Header(), header)
	_, _ = w.Write(body)
}

// TestForgeOutageRemovesNoPreview: a pull request has ended only when the forge
// reports its end. Its absence from a list is no evidence.
func TestForgeOutageRemovesNoPreview(t *testing.T) {
	t.Parallel()
	for name, open := range map[string]func(*testing.T) *forgeHarness{"GitHub": newGitHubHarness, "Gitea": newGiteaHarness} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			runOutages(t, open, forgeOutages())
		})
	}
}

// TestSlowForgeKeepsLastAnswer: while the forge does not answer, the service returns
// its last answer, or status 503 if it has none since its start.
func TestSlowForgeKeepsLastAnswer(t *testing.T) {
	t.Parallel()
	for name, restart := range map[string]bool{"with an answer": false, "after a restart": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			testSlowForge(t, restart)
		})
	}
}

func testSlowForge(t *testing.T, restart bool) {
	h := newGitHubHarness(t)
	s := h.start()
	h.checkPreviews(s, "before", h.ids)
	_, answer := s.getParamsBody("shop")
	tip := h.gitops.Tip(t, "main")
	asked, release := make(chan struct{}), make(chan struct{})
	once := sync.OnceFunc(func() { close(asked) })
	h.setFault(func(w http.ResponseWriter, _ *http.Request) bool {
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write([]byte("["))
		w.(http.Flusher).Flush()
		once()
		<-release
		return true
	})
	if restart {
		s.stop()
		s = h.serve("--prune")
	} else {
		h.triggerSync(s)
	}
	<-asked
	status, body := s.getParamsBody("shop")
	if restart != (status == http.StatusServiceUnavailable) || !restart && body != answer {
		t.Errorf("while the forge is slow: %d %s", status, body)
	}
	h.setFault(nil)
	close(release)
	h.awaitSync(s) // possibly the slow one
	h.awaitSync(s)
	h.checkPreviews(s, "after", h.ids)
	if h.gitops.Tip(t, "main") != tip {
		t.Errorf("previewset committed %q", h.subjects(1))
	}
}

// TestTokenRotationRemovesNoPreview revokes the token at GitHub before previewset has
// the new one.
func TestTokenRotationRemovesNoPreview(t *testing.T) {
	t.Parallel()
	f, forge := newFixture(t), newForge(t)
	f.poll = "1h"
	for range 2 {
		forge.repo.OpenPull(githubtest.Pull{})
	}
	f.configure(forge.pullRequestSet(f, "", ""))
	h := &harness{
		fixture: f, ids: []string{"pr-1", "pr-2"}, remaining: []string{"pr-1"},
		endChanges: func() { forge.repo.Merge(2) }, reopenChanges: func() { forge.repo.Reopen(2) },
		triggerSync: func(s *runningService) { s.webhook(forge, "push") },
	}
	rotated := strings.ToUpper(githubToken)
	revoke := func() { forge.Revoke(githubToken) }
	h.checkOutage(outage{start: revoke, failLookups: revoke, stop: func() {
		forge.Token(rotated)
		f.writeSecret("github-token", rotated)
	}})
}

// newBranchHarness returns a harness whose set previews the branches of a repository
// on GitHub. It deletes the branch cart.
func newBranchHarness(t *testing.T) *branchHarness {
	t.Helper()
	f, forge := newFixture(t), newForge(t)
	f.poll = "1h"
	for _, name := range []string{"cart", "checkout", "search"} {
		forge.repo.Push(name, "ada")
	}
	f.configure(strings.Replace(forge.pullRequestSet(f, "null", ""), "pullRequests: null", "branches: {exclude: [main]}", 1))
	return &branchHarness{forgeHarness: forgeHarness{
		harness: harness{
			fixture: f, ids: []string{"br-cart", "br-checkout", "br-search"}, remaining: []string{"br-checkout", "br-search"},
			endChanges: func() { forge.repo.DeleteBranch("cart") }, reopenChanges: func() { forge.repo.Push("cart", "ada") },
			triggerSync: func(s *runningService) { s.webhook(forge, "push") },
		},
		setFault: forge.Fault, normalAnswer: forge.normalAnswer,
	}, repo: forge.repo}
}

type branchHarness struct {
	forgeHarness
	repo *githubtest.Repo
}

// TestBranchMissingFromListKeepsPreview: absence from a list of several pages is no
// evidence that a branch was deleted, whether or not the list has the default branch.
// The lookup of the branch is evidence while the forge shows the default branch.
func TestBranchMissingFromListKeepsPreview(t *testing.T) {
	t.Parallel()
	lists := regexp.MustCompile(`/branches$`)
	missing := func(entry, lookup string, answer http.HandlerFunc) func(*branchHarness) outage {
		return func(h *branchHarness) outage {
			return outage{
				start: func() {
					h.setFault(onPath(lists, h.editEntries(func(all []json.RawMessage) []json.RawMessage {
						return slices.DeleteFunc(all, func(e json.RawMessage) bool { return strings.Contains(string(e), entry) })
					})))
				},
				failLookups: func() { h.setFault(onPath(regexp.MustCompile(lookup), answer)) },
				stop:        func() { h.setFault(nil) },
			}
		}
	}
	runOutages(t, newBranchHarness, map[string]func(*branchHarness) outage{
		"a branch":           missing(`"name":"c`, `/branches/`, answerWith(404, "application/json", `{"message":"Branch not found"}`)),
		"the default branch": missing(`"name":"main"`, `/branches/cart$`, answerWith(404, "text/html", `<html>`)),
	})
}

func TestRenamedBranchMovesItsPreview(t *testing.T) {
	t.Parallel()
	h := newBranchHarness(t)
	s := h.start()
	h.repo.RenameBranch("search", "find")
	h.awaitSync(s)
	h.checkPreviews(s, "renamed", []string{"br-cart", "br-checkout", "br-find"})
}
