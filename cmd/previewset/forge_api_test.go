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

// api is a forge with an API in a test.
type api struct {
	world
	fault func(func(http.ResponseWriter, *http.Request) bool)
	// sound returns the answer to a request as the forge itself gives it.
	sound func(*http.Request) (header http.Header, body []byte)
}

// githubAPI has four open pull requests on two pages, of which it can close the
// second.
func githubAPI(t *testing.T) *api {
	t.Helper()
	b, f := newBed(t), newForge(t)
	b.poll = "1h" // only webhooks wake it
	f.PageLimit(2)
	for range 4 {
		f.repo.OpenPull(githubtest.Pull{})
	}
	b.configure(f.shopOn(b, "", ""))
	return &api{
		world: world{
			bed: b, ids: []string{"pr-1", "pr-2", "pr-3", "pr-4"}, left: []string{"pr-1", "pr-3", "pr-4"},
			end: func() { f.repo.ClosePull(2) }, back: func() { f.repo.Reopen(2) },
			poke: func(s *running) { s.webhook(f, "pull_request") },
		},
		fault: f.Fault, sound: f.sound,
	}
}

// sound returns the complete answer to a request, which may be changed.
func (f *fakeGitHub) sound(r *http.Request) (http.Header, []byte) {
	r = r.Clone(r.Context())
	r.Header.Del("If-None-Match")
	answer := f.Answer(r)
	answer.Header().Del("ETag")
	return answer.Header(), answer.Body.Bytes()
}

// giteaAPI has four pull requests of its own on three pages, of which it can
// merge 6 and close 7.
func giteaAPI(t *testing.T) *api {
	t.Helper()
	b, f := newBed(t), giteatest.New(t)
	b.poll = "1h" // only webhooks wake it
	b.write("gitea-token", giteatest.ReaderToken+"\n")
	b.write("webhook-secret", webhookSecret+"\n")
	b.configure(fmt.Sprintf(`- name: shop
  source: {gitea: {url: "%s", owner: acme, repo: shop, tokenFile: %s, webhookSecretFile: %s}}
  select: {pullRequests: {}}
  overlay: {base: apps/shop/base}
`, f.URL, b.file("gitea-token"), b.file("webhook-secret")))
	return &api{
		world: world{
			bed: b, ids: []string{"pr-1", "pr-6", "pr-7", "pr-8"}, left: []string{"pr-1", "pr-8"},
			end: func() { f.SetState(giteatest.Later) }, back: func() { f.SetState(giteatest.Open) },
			poke: func(s *running) { s.giteaWebhook(f.URL) },
		},
		fault: f.Fault,
		sound: func(r *http.Request) (http.Header, []byte) {
			answer, header := f.Answer(r), http.Header{}
			for name, value := range answer.Header {
				header.Set(name, value)
			}
			return header, []byte(answer.Body)
		},
	}
}

// giteaWebhook tells the service that acme/shop changed.
func (s *running) giteaWebhook(url string) {
	s.bed.t.Helper()
	body := fmt.Sprintf(`{"action":"closed","repository":{"full_name":"acme/shop","html_url":"%s/acme/shop"}}`, url)
	status, answer := s.send(http.MethodPost, "/webhooks/gitea", body, giteatest.Webhook(webhookSecret, "pull_request", []byte(body)))
	if status != http.StatusAccepted {
		s.bed.t.Fatalf("webhook: %d %s", status, answer)
	}
}

// instead gives an answer wherever it is asked for a path that matches.
func instead(of *regexp.Regexp, answer http.HandlerFunc) func(http.ResponseWriter, *http.Request) bool {
	return func(w http.ResponseWriter, r *http.Request) bool {
		if !of.MatchString(r.URL.Path) {
			return false
		}
		answer(w, r)
		return true
	}
}

var (
	aList   = regexp.MustCompile(`/pulls$`)
	aLookup = regexp.MustCompile(`/pulls/\d+$`)
)

// outages are the kinds of misbehaviour, with one of each: the tests of the
// sources have them all.
func (a *api) outages() map[string]outage {
	listed := func(answer http.HandlerFunc) outage {
		return outage{begin: func() { a.fault(instead(aList, answer)) }, over: func() { a.fault(nil) }}
	}
	everywhere := func(answer http.HandlerFunc) outage {
		o := listed(answer)
		o.lookups = func() { a.fault(instead(aLookup, answer)) }
		return o
	}
	limit := everywhere(answers(429, "application/json", `{}`))
	limit.lasts = true
	return map[string]outage{
		"down":               everywhere(answers(500, "text/html", `<html>`)),
		"not found":          everywhere(answers(404, "application/json", `{"message":"Not Found"}`)),
		"limited":            limit,
		"not JSON":           everywhere(answers(200, "text/html", `<html>[]</html>`)),
		"cut off":            everywhere(answers(200, "application/json", `[]`, "Content-Length", "1000", "X-Total-Count", "0")),
		"empty":              listed(answers(200, "application/json", `[]`, "X-Total-Count", "0")),
		"half of each page":  listed(a.edited(func(all []json.RawMessage) []json.RawMessage { return all[:len(all)/2] })),
		"one twice, one not": listed(a.edited(func(all []json.RawMessage) []json.RawMessage { return append(all[:len(all)-1:len(all)-1], all[0]) })),
		"no end": listed(func(w http.ResponseWriter, r *http.Request) {
			header, body := a.sound(r)
			header.Set("Link", fmt.Sprintf(`<http://%s%s>; rel="next"`, r.Host, r.URL.RequestURI()))
			give(w, header, body)
		}),
	}
}

// edited answers each page with other entries.
func (a *api) edited(change func([]json.RawMessage) []json.RawMessage) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		header, body := a.sound(r)
		var entries []json.RawMessage
		if err := json.Unmarshal(body, &entries); err != nil {
			a.t.Errorf("%v: %s", err, body)
		}
		body, err := json.Marshal(change(entries))
		if err != nil {
			a.t.Error(err)
		}
		give(w, header, body)
	}
}

func give(w http.ResponseWriter, header http.Header, body []byte) {
	maps.Copy(w.Header(), header)
	_, _ = w.Write(body)
}

// TestAForgeThatMisbehaves: only what it says of a pull request ends one, and
// that it does not list it is not a word on it.
func TestAForgeThatMisbehaves(t *testing.T) {
	for name, open := range map[string]func(*testing.T) *api{"GitHub": githubAPI, "Gitea": giteaAPI} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := open(t)
			a.survivesAll(a.outages())
		})
	}
}

// TestAForgeThatIsSlow: while it is not known whether there will be an answer, the
// old one is given, and after a start none.
func TestAForgeThatIsSlow(t *testing.T) {
	t.Parallel()
	a := githubAPI(t)
	s := a.start()
	a.has(s, "all is well", a.ids)
	_, truth := s.answer("shop")
	tip := a.gitops.Tip(t, "main")
	for when, start := range map[string]bool{"known": false, "after a start": true} {
		asked, release := make(chan struct{}), make(chan struct{})
		once := sync.OnceFunc(func() { close(asked) })
		a.fault(func(w http.ResponseWriter, _ *http.Request) bool {
			w.Header().Set("Content-Type", "application/json")
			_, _ = w.Write([]byte("["))
			w.(http.Flusher).Flush()
			once()
			<-release
			return true
		})
		if start {
			s.stop()
			s = a.serve("--prune")
		} else {
			a.poke(s)
		}
		<-asked
		status, body := s.answer("shop")
		if start != (status == http.StatusServiceUnavailable) || !start && body != truth {
			t.Errorf("%s: %d %s", when, status, body)
		}
		a.fault(nil)
		close(release)
		a.settle(s) // may be the one that was slow
		a.settle(s)
		a.has(s, when, a.ids)
		if a.gitops.Tip(t, "main") != tip {
			t.Errorf("%s: committed %q", when, a.subjects(1))
		}
	}
}

// TestATokenThatIsRotated: first at GitHub, which is no evidence of anything.
func TestATokenThatIsRotated(t *testing.T) {
	t.Parallel()
	b, f := newBed(t), newForge(t)
	b.poll = "1h"
	for range 2 {
		f.repo.OpenPull(githubtest.Pull{})
	}
	b.configure(f.shopOn(b, "", ""))
	w := &world{bed: b, ids: []string{"pr-1", "pr-2"}, left: []string{"pr-1"}, poke: func(s *running) { s.webhook(f, "push") }}
	w.end, w.back = func() { f.repo.Merge(2) }, func() { f.repo.Reopen(2) }
	rotated := strings.ToUpper(githubToken)
	revoke := func() { f.Revoke(githubToken) }
	w.survives(w.start(), outage{begin: revoke, lookups: revoke, over: func() {
		f.Token(rotated)
		b.secret("github-token", rotated)
	}})
}

// TestBranchesThatLeftAList: a list of pages is no evidence that a branch was
// deleted, with the default branch or without. What is said of the branch is,
// where the default branch is shown.
func TestBranchesThatLeftAList(t *testing.T) {
	t.Parallel()
	b, f := newBed(t), newForge(t)
	b.poll = "1h"
	for _, name := range []string{"cart", "checkout", "search"} {
		f.repo.Push(name, "ada")
	}
	b.configure(strings.Replace(f.shopOn(b, "null", ""), "pullRequests: null", "branches: {exclude: [main]}", 1))
	a := &api{
		world: world{
			bed: b, ids: []string{"br-cart", "br-checkout", "br-search"}, left: []string{"br-checkout", "br-search"},
			end: func() { f.repo.DeleteBranch("cart") }, back: func() { f.repo.Push("cart", "ada") },
			poke: func(s *running) { s.webhook(f, "push") },
		},
		fault: f.Fault, sound: f.sound,
	}
	lists := regexp.MustCompile(`/branches$`)
	lack := func(name, looked string, lookup http.HandlerFunc) outage {
		return outage{
			begin: func() {
				f.Fault(instead(lists, a.edited(func(all []json.RawMessage) []json.RawMessage {
					return slices.DeleteFunc(all, func(e json.RawMessage) bool { return strings.Contains(string(e), name) })
				})))
			},
			lookups: func() { f.Fault(instead(regexp.MustCompile(looked), lookup)) },
			over:    func() { f.Fault(nil) },
		}
	}
	a.survivesAll(map[string]outage{
		"a branch":           lack(`"name":"c`, `/branches/`, answers(404, "application/json", `{"message":"Branch not found"}`)),
		"the default branch": lack(`"name":"main"`, `/branches/cart$`, answers(404, "text/html", `<html>`)),
	})

	s := a.start()
	f.repo.RenameBranch("search", "find")
	a.settle(s)
	a.has(s, "renamed", []string{"br-cart", "br-checkout", "br-find"})
}
