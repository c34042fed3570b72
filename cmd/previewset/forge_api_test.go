package main

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/previewset/previewset/internal/giteatest"
	"github.com/previewset/previewset/internal/githubtest"
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
		fault: f.Fault,
		sound: func(r *http.Request) (http.Header, []byte) {
			r = r.Clone(r.Context())
			r.Header.Del("If-None-Match") // it is to be changed
			answer := f.Answer(r)
			answer.Header().Del("ETag")
			return answer.Header(), answer.Body.Bytes()
		},
	}
}

// giteaAPI has four pull requests of its own on three pages, of which it can
// merge 6 and close 7.
func giteaAPI(t *testing.T) *api {
	t.Helper()
	b, f := newBed(t), giteatest.New(t)
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
			end: func() { f.Scene(giteatest.Later) }, back: func() { f.Scene(giteatest.Open) },
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
	mac := hmac.New(sha256.New, []byte(webhookSecret))
	mac.Write([]byte(body))
	status, answer := s.send(http.MethodPost, "/webhooks/gitea", body, http.Header{
		"X-Gitea-Event":     {"pull_request"},
		"X-Gitea-Signature": {hex.EncodeToString(mac.Sum(nil))},
		"Content-Type":      {"application/json"},
	})
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
	anyPath = regexp.MustCompile(``)
	aList   = regexp.MustCompile(`/pulls$`)
	aLookup = regexp.MustCompile(`/pulls/\d+$`)
)

// outages are all ways in which a forge can misbehave.
func (a *api) outages() map[string]outage {
	over := func() { a.fault(nil) }
	all := map[string]outage{}
	lookups := func(answer http.HandlerFunc) func() { return func() { a.fault(instead(aLookup, answer)) } }
	for name, answer := range misbehave(a.t) {
		all[name] = outage{begin: func() { a.fault(instead(aList, answer)) }, lookups: lookups(answer), over: over}
	}
	for name, answer := range map[string]http.HandlerFunc{
		"500 for all":     answers(500, "application/json", `{}`),
		"404 for all":     answers(404, "application/json", `{}`),
		"HTML for all":    answers(200, "text/html", `<html>`),
		"nothing for all": answers(200, "application/json", `{}`),
	} {
		all[name] = outage{begin: func() { a.fault(instead(anyPath, answer)) }, lookups: lookups(answer), over: over}
	}
	for name, answer := range a.lists() {
		all[name] = outage{begin: func() { a.fault(instead(aList, answer)) }, over: over}
	}
	limit := answers(429, "application/json", `{}`)
	all["429"] = outage{begin: func() { a.fault(instead(anyPath, limit)) }, lookups: lookups(limit), over: over, lasts: true}
	return all
}

// lists are lists that are not what they seem.
func (a *api) lists() map[string]http.HandlerFunc {
	half := func(all []json.RawMessage) []json.RawMessage { return all[:len(all)/2] }
	return map[string]http.HandlerFunc{
		"half of each page":  a.edited("", half),
		"half of a page":     a.edited("1", half),
		"half the last page": a.edited("2", half),
		"an empty last page": a.edited("2", func([]json.RawMessage) []json.RawMessage { return []json.RawMessage{} }),
		"one twice, another not at all": a.edited("", func(all []json.RawMessage) []json.RawMessage {
			return append(all[:len(all)-1:len(all)-1], all[0])
		}),
		"an entry of another repository": a.edited("1", func(all []json.RawMessage) []json.RawMessage {
			other := regexp.MustCompile(`"(repo_)?id":\d+`).ReplaceAll(all[0], []byte(`"${1}id":77`))
			return append([]json.RawMessage{other}, all[1:]...)
		}),
		"reset between pages": a.at("2", func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }),
		"a Link loop": func(w http.ResponseWriter, r *http.Request) {
			header, body := a.sound(r)
			header.Set("Link", fmt.Sprintf(`<http://%s%s>; rel="next"`, r.Host, r.URL.RequestURI()))
			give(w, header, body)
		},
		"a page more, without end": a.endlessPages(),
	}
}

// endlessPages gives the first page again and again.
func (a *api) endlessPages() http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		page := max(r.URL.Query().Get("page"), "1")
		first, query := r.Clone(r.Context()), r.URL.Query()
		query.Set("page", "1")
		first.URL.RawQuery = query.Encode()
		header, body := a.sound(first)
		header.Set("Link", fmt.Sprintf(`<http://%s%s?page=%s1>; rel="next"`, r.Host, r.URL.Path, page))
		give(w, header, body)
	}
}

// at answers one page so, and the others as they are; "" is all.
func (a *api) at(page string, answer http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if page == "" || max(r.URL.Query().Get("page"), "1") == page {
			answer(w, r)
			return
		}
		header, body := a.sound(r)
		give(w, header, body)
	}
}

func (a *api) edited(page string, change func([]json.RawMessage) []json.RawMessage) http.HandlerFunc {
	return a.at(page, func(w http.ResponseWriter, r *http.Request) {
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
	})
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

// TestAForgeThatIsSlow: while it can't be told whether there will be an answer,
// the old one is given, and after a start none.
func TestAForgeThatIsSlow(t *testing.T) {
	for name, open := range map[string]func(*testing.T) *api{"GitHub": githubAPI, "Gitea": giteaAPI} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := open(t)
			s := a.serve("--prune")
			truth, tip := a.truth(s), a.gitops.Tip(t, "main")
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
				}
				<-asked
				status, body := s.answer("shop")
				if start != (status == http.StatusServiceUnavailable) || !start && body != truth {
					t.Errorf("%s: %d %s", when, status, body)
				}
				a.fault(nil)
				close(release)
				s.awaitIDs("shop", a.ids...)
				if a.gitops.Tip(t, "main") != tip {
					t.Errorf("%s: committed %q", when, a.subjects(1))
				}
			}
		})
	}
}

// TestATokenThatIsRotated: first at GitHub, which is no evidence of anything.
func TestATokenThatIsRotated(t *testing.T) {
	b, f := newBed(t), newForge(t)
	for range 2 {
		f.repo.OpenPull(githubtest.Pull{})
	}
	b.configure(f.shopOn(b, "", ""))
	w := &world{bed: b, ids: []string{"pr-1", "pr-2"}, left: []string{"pr-1"}, poke: func(s *running) { s.webhook(f, "push") }}
	w.end, w.back = func() { f.repo.Merge(2) }, func() { f.repo.Reopen(2) }
	rotated := strings.ToUpper(githubToken)
	revoke := func() { f.Revoke(githubToken) }
	w.survives(w.serve("--prune"), outage{begin: revoke, lookups: revoke, over: func() {
		f.Token(rotated)
		b.secret("github-token", rotated)
	}})
}
