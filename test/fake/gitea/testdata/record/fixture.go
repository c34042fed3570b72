package main

import (
	"fmt"
	"io"
	"log"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// secret is the secret of the recorded webhooks.
const secret = "It's a Secret to Everybody"

// exchange is a request and its response.
type exchange struct {
	Request string            `json:"request"` // path and query
	Token   string            `json:"token"`   // name: reader, none, wrong, narrow
	Status  int               `json:"status"`
	Header  map[string]string `json:"header"`
	Body    string            `json:"body"`
}

// fixture is a Gitea with the repository acme/shop.
type fixture struct {
	*gitea
	hooks  *hooks
	clone  string
	clock  time.Time
	tokens map[string]string
	states map[string][]exchange
}

func newFixture(g *gitea, dir string) *fixture {
	f := &fixture{gitea: g, hooks: newHooks(), clone: filepath.Join(dir, "clone"),
		clock: time.Date(2026, 1, 5, 9, 0, 0, 0, time.UTC), states: map[string][]exchange{}}
	for _, user := range []string{"ada", "mallory", "eve"} {
		g.user(user)
	}
	f.tokens = map[string]string{
		"reader": g.userToken("ada", "read:repository"), "narrow": g.userToken("ada", "read:user"),
		"wrong": "0123456789012345678901234567890123456789", "none": "",
	}
	g.as("root", "POST", "/orgs", map[string]any{"username": "acme", "visibility": "public"})
	g.as("root", "POST", "/orgs/acme/repos", map[string]any{"name": "shop", "default_branch": "main"})
	g.as("root", "POST", "/orgs/acme/repos", map[string]any{"name": "empty", "default_branch": "main"})
	g.as("root", "POST", "/orgs/acme/repos", map[string]any{"name": "secret", "private": true, "default_branch": "main"})
	g.as("root", "PUT", "/repos/acme/shop/collaborators/ada", map[string]any{"permission": "write"})
	check(os.MkdirAll(f.clone, 0o700))
	f.git("init", "--quiet", "--initial-branch", "main")
	return f
}

// git runs git in the clone. Each call is a minute later than the previous one.
func (f *fixture) git(args ...string) string {
	f.clock = f.clock.Add(time.Minute)
	date := f.clock.Format(time.RFC3339)
	return f.gitAt(date, date, args...)
}

func (f *fixture) gitAt(authored, committed string, args ...string) string {
	cmd := exec.Command("git", args...)
	cmd.Dir = f.clone
	cmd.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_SYSTEM=/dev/null", "GIT_TERMINAL_PROMPT=0",
		"GIT_AUTHOR_NAME=Ada", "GIT_AUTHOR_EMAIL=ada@acme.dev", "GIT_AUTHOR_DATE="+authored,
		"GIT_COMMITTER_NAME=Ada", "GIT_COMMITTER_EMAIL=ada@acme.dev", "GIT_COMMITTER_DATE="+committed)
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		log.Panicf("git %s: %v\n%s", strings.Join(args, " "), err, &stderr)
	}
	return strings.TrimSpace(string(out))
}

// push commits to a branch, which starts at main, and pushes it.
func (f *fixture) push(user, repo, branch, refspec string) {
	if branch != "main" {
		f.git("checkout", "--quiet", "-B", branch, "main")
	}
	check(os.WriteFile(filepath.Join(f.clone, "README.md"), []byte(branch+f.clock.String()+"\n"), 0o600))
	f.git("add", ".")
	f.git("commit", "--quiet", "-m", "Work on "+branch)
	f.git("push", "--quiet", "--force", f.remote(user, repo), refspec)
	if refspec == branch {
		f.await("/repos/"+repo+"/branches/"+url.PathEscape(branch), f.git("rev-parse", "HEAD"))
	}
	f.git("checkout", "--quiet", "main")
}

// await waits until the API returns a pushed commit. Gitea updates its database
// asynchronously.
func (f *fixture) await(path, commit string) {
	for range 200 {
		resp, err := f.client.Get(root + "/api/v1" + path)
		check(err)
		body, err := io.ReadAll(resp.Body)
		check(err)
		check(resp.Body.Close())
		if strings.Contains(string(body), commit) {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	log.Panicf("%s does not return commit %s", path, commit)
}

func (f *fixture) remote(user, repo string) string {
	return fmt.Sprintf("http://%s:%s@%s/%s.git", user, password, f.address, repo)
}

func (f *fixture) pull(user, head, base, title string) {
	f.as(user, "POST", "/repos/acme/shop/pulls", map[string]any{"head": head, "base": base, "title": title})
}

// hook adds a webhook for all events.
func (f *fixture) hook(repo, contentType string) {
	f.as("root", "POST", "/repos/acme/"+repo+"/hooks", map[string]any{
		"type": "gitea", "active": true,
		"config": map[string]any{"url": f.hooks.url, "content_type": contentType, "secret": secret},
		"events": []string{
			"create", "delete", "push", "issues", "issue_label", "issue_comment", "repository", "fork",
			"pull_request", "pull_request_assign", "pull_request_label", "pull_request_milestone",
			"pull_request_comment", "pull_request_review", "pull_request_sync", "pull_request_review_request",
		},
	})
}

// record creates the states of the repository and records each of them.
func (f *fixture) record() {
	f.push("root", "acme/shop", "main", "main")
	f.push("root", "acme/shop", "release/1", "release/1")
	f.hook("shop", "json")
	f.openPulls()
	f.recordState("open", append(f.sourceRequests("shop"), f.failingRequests()...))
	f.changes()
	f.recordState("later", f.sourceRequests("shop"))
	f.as("root", "PATCH", "/repos/acme/shop", map[string]any{"name": "store"})
	f.recordState("renamed", append(f.sourceRequests("shop"), f.sourceRequests("store")...))
	f.hook("store", "form")
	f.push("ada", "acme/store", "late", "late")
	f.hooks.settle()
}

func (f *fixture) openPulls() {
	for _, name := range []string{"preview", "area/cart", "a b"} {
		f.as("root", "POST", "/repos/acme/shop/labels", map[string]any{"name": name, "color": "#00aabb"})
	}
	f.as("mallory", "POST", "/repos/acme/shop/forks", map[string]any{})
	f.as("eve", "POST", "/repos/acme/shop/forks", map[string]any{})
	f.push("ada", "acme/shop", "feature/cart", "feature/cart")
	f.pull("ada", "feature/cart", "release/1", "Faster carts")
	f.as("ada", "POST", "/repos/acme/shop/issues/1/labels", map[string]any{"labels": []int{1, 2, 3}})
	f.push("ada", "acme/shop", "search", "search")
	f.pull("ada", "search", "main", "WIP: Search")
	f.push("mallory", "mallory/shop", "foreign", "foreign")
	f.pull("mallory", "mallory:foreign", "main", "From a fork")
	f.push("eve", "eve/shop", "gone", "gone")
	f.pull("eve", "eve:gone", "main", "From a fork that is gone")
	f.as("eve", "DELETE", "/repos/eve/shop", nil)
	f.push("mallory", "acme/shop", "agit", "HEAD:refs/for/main/topic")
	for _, n := range []string{"6", "7", "8"} {
		f.push("ada", "acme/shop", "change-"+n, "change-"+n)
		f.pull("ada", "change-"+n, "main", "Change "+n)
	}
	f.push("ada", "acme/shop", "feature/50%+a#b", "feature/50%+a#b")
	// A commit whose author date is long before its committer date.
	f.git("checkout", "--quiet", "-B", "amended", "main")
	f.gitAt("2025-03-01T10:00:00Z", "2026-01-06T12:00:00+02:00", "commit", "--quiet", "--allow-empty", "-m", "Amended")
	f.git("push", "--quiet", f.remote("ada", "acme/shop"), "amended")
	f.git("checkout", "--quiet", "main")
}

// changes triggers every kind of event.
func (f *fixture) changes() {
	pr := func(n int, kind string) string { return fmt.Sprintf("/repos/acme/shop/%s/%d", kind, n) }
	f.as("root", "POST", pr(6, "pulls")+"/merge", map[string]any{"Do": "merge"})
	f.as("ada", "PATCH", pr(7, "pulls"), map[string]any{"state": "closed"})
	f.as("ada", "PATCH", pr(8, "pulls"), map[string]any{"state": "closed"})
	f.as("ada", "PATCH", pr(8, "pulls"), map[string]any{"state": "open"})
	f.as("ada", "PATCH", pr(8, "pulls"), map[string]any{"title": "Another title", "base": "release/1"})
	f.as("ada", "PATCH", pr(8, "pulls"), map[string]any{"assignees": []string{"ada"}})
	f.as("ada", "PATCH", pr(8, "pulls"), map[string]any{"assignees": []string{}})
	f.as("ada", "POST", "/repos/acme/shop/milestones", map[string]any{"title": "1.0"})
	f.as("ada", "PATCH", pr(8, "pulls"), map[string]any{"milestone": 1})
	f.as("ada", "POST", pr(8, "pulls")+"/requested_reviewers", map[string]any{"reviewers": []string{"root"}})
	f.as("ada", "DELETE", pr(8, "pulls")+"/requested_reviewers", map[string]any{"reviewers": []string{"root"}})
	f.as("root", "POST", pr(8, "pulls")+"/reviews", map[string]any{"event": "APPROVED", "body": "good"})
	f.as("root", "POST", pr(8, "issues")+"/comments", map[string]any{"body": "a comment"})
	f.as("ada", "PUT", pr(2, "issues")+"/labels", map[string]any{"labels": []int{1}})
	f.as("ada", "DELETE", pr(1, "issues")+"/labels", nil)
	f.as("ada", "POST", "/repos/acme/shop/issues", map[string]any{"title": "An issue"})
	f.push("ada", "acme/shop", "search", "search")
	f.push("ada", "acme/shop", "late", "late")
	f.git("push", "--quiet", f.remote("ada", "acme/shop"), "--delete", "change-7")
}

// request is a GET request to record.
type request struct{ path, token string }

// sourceRequests returns the requests of previewset's source for a repository.
func (f *fixture) sourceRequests(repo string) (all []request) {
	get := func(format string, values ...any) {
		all = append(all, request{"/repos/acme/" + repo + fmt.Sprintf(format, values...), "reader"})
	}
	get("")
	for page := 1; page <= 3; page++ {
		get("/pulls?limit=50&page=%d&sort=oldest&state=open", page)
		get("/branches?limit=50&page=%d", page)
	}
	for _, n := range []int{1, 4, 6, 7, 8} {
		get("/pulls/%d", n)
	}
	for _, branch := range []string{"main", "release/1", "feature/50%25+a%23b", "change-7"} {
		get("/branches/%s", branch)
	}
	for line := range strings.Lines(f.git("ls-remote", "--heads", f.remote("ada", "acme/"+repo))) {
		id, _, _ := strings.Cut(line, "\t")
		get("/git/commits/%s", id)
	}
	return all
}

// failingRequests returns requests that Gitea rejects, and requests for a repository
// without commits.
func (f *fixture) failingRequests() []request {
	return []request{
		{"/repos/acme/shop", "none"}, {"/repos/acme/shop", "wrong"}, {"/repos/acme/shop", "narrow"},
		{"/repos/acme/secret", "reader"}, {"/repos/acme/secret/branches/main", "reader"}, {"/repos/acme/shop/pulls/99", "reader"},
		{"/repos/acme/shop/git/commits/" + strings.Repeat("0", 40), "reader"},
		{"/repos/acme/empty", "reader"}, {"/repos/acme/empty/branches?limit=50&page=1", "reader"}, {"/repos/acme/empty/branches/main", "reader"},
		{"/repos/acme/empty/pulls?limit=50&page=1&sort=oldest&state=open", "reader"},
	}
}

// recordState sends the requests and records the responses as the state name.
func (f *fixture) recordState(name string, requests []request) {
	f.hooks.settle()
	for _, r := range requests {
		get, err := http.NewRequest(http.MethodGet, root+"/api/v1"+r.path, nil)
		check(err)
		if token := f.tokens[r.token]; token != "" {
			get.Header.Set("Authorization", "token "+token)
		}
		resp, err := f.client.Do(get)
		check(err)
		body, err := io.ReadAll(resp.Body)
		check(err)
		check(resp.Body.Close())
		e := exchange{Request: r.path, Token: r.token, Status: resp.StatusCode, Header: map[string]string{}, Body: string(body)}
		for _, header := range []string{"Content-Type", "Link", "Location", "X-Total-Count"} {
			if value := resp.Header.Get(header); value != "" {
				e.Header[header] = value
			}
		}
		f.states[name] = append(f.states[name], e)
	}
}
