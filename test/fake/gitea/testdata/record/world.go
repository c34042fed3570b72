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

// secret is that of the recorded webhooks.
const secret = "It's a Secret to Everybody"

// exchange is a request and its answer.
type exchange struct {
	Request string            `json:"request"` // path and query
	Token   string            `json:"token"`   // whose: reader, none, wrong, narrow
	Status  int               `json:"status"`
	Header  map[string]string `json:"header"`
	Body    string            `json:"body"`
}

// world is a Gitea with the repository acme/shop.
type world struct {
	*gitea
	hooks  *hooks
	clone  string
	clock  time.Time
	tokens map[string]string
	scenes map[string][]exchange
}

func newWorld(g *gitea, dir string) *world {
	w := &world{gitea: g, hooks: newHooks(), clone: filepath.Join(dir, "clone"),
		clock: time.Date(2026, 1, 5, 9, 0, 0, 0, time.UTC), scenes: map[string][]exchange{}}
	for _, user := range []string{"ada", "mallory", "eve"} {
		g.user(user)
	}
	w.tokens = map[string]string{
		"reader": g.userToken("ada", "read:repository"), "narrow": g.userToken("ada", "read:user"),
		"wrong": "0123456789012345678901234567890123456789", "none": "",
	}
	g.as("root", "POST", "/orgs", map[string]any{"username": "acme", "visibility": "public"})
	g.as("root", "POST", "/orgs/acme/repos", map[string]any{"name": "shop", "default_branch": "main"})
	g.as("root", "POST", "/orgs/acme/repos", map[string]any{"name": "empty", "default_branch": "main"})
	g.as("root", "POST", "/orgs/acme/repos", map[string]any{"name": "secret", "private": true, "default_branch": "main"})
	g.as("root", "PUT", "/repos/acme/shop/collaborators/ada", map[string]any{"permission": "write"})
	check(os.MkdirAll(w.clone, 0o700))
	w.git("init", "--quiet", "--initial-branch", "main")
	return w
}

// git runs git in the clone, on a clock of its own.
func (w *world) git(args ...string) string {
	w.clock = w.clock.Add(time.Minute)
	at := w.clock.Format(time.RFC3339)
	return w.gitAt(at, at, args...)
}

func (w *world) gitAt(authored, committed string, args ...string) string {
	cmd := exec.Command("git", args...)
	cmd.Dir = w.clone
	cmd.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_SYSTEM=/dev/null", "GIT_TERMINAL_PROMPT=0",
		"GIT_AUTHOR_NAME=Ada", "GIT_AUTHOR_EMAIL=ada@acme.dev", "GIT_AUTHOR_DATE="+authored,
		"GIT_COMMITTER_NAME=Ada", "GIT_COMMITTER_EMAIL=ada@acme.dev", "GIT_COMMITTER_DATE="+committed)
	var said strings.Builder
	cmd.Stderr = &said
	out, err := cmd.Output()
	if err != nil {
		log.Panicf("git %s: %v\n%s", strings.Join(args, " "), err, &said)
	}
	return strings.TrimSpace(string(out))
}

// push commits to a branch, which starts at main, and pushes it.
func (w *world) push(user, repo, branch, refspec string) {
	if branch != "main" {
		w.git("checkout", "--quiet", "-B", branch, "main")
	}
	check(os.WriteFile(filepath.Join(w.clone, "README.md"), []byte(branch+w.clock.String()+"\n"), 0o600))
	w.git("add", ".")
	w.git("commit", "--quiet", "-m", "Work on "+branch)
	w.git("push", "--quiet", "--force", w.remote(user, repo), refspec)
	if refspec == branch {
		w.await("/repos/"+repo+"/branches/"+url.PathEscape(branch), w.git("rev-parse", "HEAD"))
	}
	w.git("checkout", "--quiet", "main")
}

// await waits until Gitea has taken note of a push, which it does in its own
// time.
func (w *world) await(path, commit string) {
	for range 200 {
		resp, err := w.client.Get(root + "/api/v1" + path)
		check(err)
		body, err := io.ReadAll(resp.Body)
		check(err)
		check(resp.Body.Close())
		if strings.Contains(string(body), commit) {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	log.Panicf("%s does not come to %s", path, commit)
}

func (w *world) remote(user, repo string) string {
	return fmt.Sprintf("http://%s:%s@%s/%s.git", user, password, w.address, repo)
}

func (w *world) pull(user, head, base, title string) {
	w.as(user, "POST", "/repos/acme/shop/pulls", map[string]any{"head": head, "base": base, "title": title})
}

// hook makes a webhook that is told everything.
func (w *world) hook(repo, contentType string) {
	w.as("root", "POST", "/repos/acme/"+repo+"/hooks", map[string]any{
		"type": "gitea", "active": true,
		"config": map[string]any{"url": w.hooks.url, "content_type": contentType, "secret": secret},
		"events": []string{
			"create", "delete", "push", "issues", "issue_label", "issue_comment", "repository", "fork",
			"pull_request", "pull_request_assign", "pull_request_label", "pull_request_milestone",
			"pull_request_comment", "pull_request_review", "pull_request_sync", "pull_request_review_request",
		},
	})
}

// tell makes what is recorded.
func (w *world) tell() {
	w.push("root", "acme/shop", "main", "main")
	w.push("root", "acme/shop", "release/1", "release/1")
	w.hook("shop", "json")
	w.opening()
	w.scene("open", append(w.source("shop"), w.refusals()...))
	w.changes()
	w.scene("later", w.source("shop"))
	w.as("root", "PATCH", "/repos/acme/shop", map[string]any{"name": "store"})
	w.scene("renamed", append(w.source("shop"), w.source("store")...))
	w.hook("store", "form")
	w.push("ada", "acme/store", "late", "late")
	w.hooks.settle()
}

func (w *world) opening() {
	for _, name := range []string{"preview", "area/cart", "a b"} {
		w.as("root", "POST", "/repos/acme/shop/labels", map[string]any{"name": name, "color": "#00aabb"})
	}
	w.as("mallory", "POST", "/repos/acme/shop/forks", map[string]any{})
	w.as("eve", "POST", "/repos/acme/shop/forks", map[string]any{})
	w.push("ada", "acme/shop", "feature/cart", "feature/cart")
	w.pull("ada", "feature/cart", "release/1", "Faster carts")
	w.as("ada", "POST", "/repos/acme/shop/issues/1/labels", map[string]any{"labels": []int{1, 2, 3}})
	w.push("ada", "acme/shop", "search", "search")
	w.pull("ada", "search", "main", "WIP: Search")
	w.push("mallory", "mallory/shop", "foreign", "foreign")
	w.pull("mallory", "mallory:foreign", "main", "From a fork")
	w.push("eve", "eve/shop", "gone", "gone")
	w.pull("eve", "eve:gone", "main", "From a fork that is gone")
	w.as("eve", "DELETE", "/repos/eve/shop", nil)
	w.push("mallory", "acme/shop", "agit", "HEAD:refs/for/main/topic")
	for _, n := range []string{"6", "7", "8"} {
		w.push("ada", "acme/shop", "change-"+n, "change-"+n)
		w.pull("ada", "change-"+n, "main", "Change "+n)
	}
	w.push("ada", "acme/shop", "feature/50%+a#b", "feature/50%+a#b")
	// A commit that was written long before it was amended.
	w.git("checkout", "--quiet", "-B", "amended", "main")
	w.gitAt("2025-03-01T10:00:00Z", "2026-01-06T12:00:00+02:00", "commit", "--quiet", "--allow-empty", "-m", "Amended")
	w.git("push", "--quiet", w.remote("ada", "acme/shop"), "amended")
	w.git("checkout", "--quiet", "main")
}

// changes makes every kind of event.
func (w *world) changes() {
	pr := func(n int, what string) string { return fmt.Sprintf("/repos/acme/shop/%s/%d", what, n) }
	w.as("root", "POST", pr(6, "pulls")+"/merge", map[string]any{"Do": "merge"})
	w.as("ada", "PATCH", pr(7, "pulls"), map[string]any{"state": "closed"})
	w.as("ada", "PATCH", pr(8, "pulls"), map[string]any{"state": "closed"})
	w.as("ada", "PATCH", pr(8, "pulls"), map[string]any{"state": "open"})
	w.as("ada", "PATCH", pr(8, "pulls"), map[string]any{"title": "Another title", "base": "release/1"})
	w.as("ada", "PATCH", pr(8, "pulls"), map[string]any{"assignees": []string{"ada"}})
	w.as("ada", "PATCH", pr(8, "pulls"), map[string]any{"assignees": []string{}})
	w.as("ada", "POST", "/repos/acme/shop/milestones", map[string]any{"title": "1.0"})
	w.as("ada", "PATCH", pr(8, "pulls"), map[string]any{"milestone": 1})
	w.as("ada", "POST", pr(8, "pulls")+"/requested_reviewers", map[string]any{"reviewers": []string{"root"}})
	w.as("ada", "DELETE", pr(8, "pulls")+"/requested_reviewers", map[string]any{"reviewers": []string{"root"}})
	w.as("root", "POST", pr(8, "pulls")+"/reviews", map[string]any{"event": "APPROVED", "body": "good"})
	w.as("root", "POST", pr(8, "issues")+"/comments", map[string]any{"body": "a comment"})
	w.as("ada", "PUT", pr(2, "issues")+"/labels", map[string]any{"labels": []int{1}})
	w.as("ada", "DELETE", pr(1, "issues")+"/labels", nil)
	w.as("ada", "POST", "/repos/acme/shop/issues", map[string]any{"title": "An issue"})
	w.push("ada", "acme/shop", "search", "search")
	w.push("ada", "acme/shop", "late", "late")
	w.git("push", "--quiet", w.remote("ada", "acme/shop"), "--delete", "change-7")
}

// ask is a request to record.
type ask struct{ path, token string }

// source is what a source asks for.
func (w *world) source(repo string) (all []ask) {
	reads := func(format string, values ...any) {
		all = append(all, ask{"/repos/acme/" + repo + fmt.Sprintf(format, values...), "reader"})
	}
	reads("")
	for page := 1; page <= 3; page++ {
		reads("/pulls?limit=50&page=%d&sort=oldest&state=open", page)
		reads("/branches?limit=50&page=%d", page)
	}
	for _, n := range []int{1, 4, 6, 7, 8} {
		reads("/pulls/%d", n)
	}
	for _, branch := range []string{"main", "release/1", "feature/50%25+a%23b", "change-7"} {
		reads("/branches/%s", branch)
	}
	for line := range strings.Lines(w.git("ls-remote", "--heads", w.remote("ada", "acme/"+repo))) {
		id, _, _ := strings.Cut(line, "\t")
		reads("/git/commits/%s", id)
	}
	return all
}

// refusals is what ends without a list.
func (w *world) refusals() []ask {
	return []ask{
		{"/repos/acme/shop", "none"}, {"/repos/acme/shop", "wrong"}, {"/repos/acme/shop", "narrow"},
		{"/repos/acme/secret", "reader"}, {"/repos/acme/secret/branches/main", "reader"}, {"/repos/acme/shop/pulls/99", "reader"},
		{"/repos/acme/shop/git/commits/" + strings.Repeat("0", 40), "reader"},
		{"/repos/acme/empty", "reader"}, {"/repos/acme/empty/branches?limit=50&page=1", "reader"}, {"/repos/acme/empty/branches/main", "reader"},
		{"/repos/acme/empty/pulls?limit=50&page=1&sort=oldest&state=open", "reader"},
	}
}

// scene records what Gitea answers now.
func (w *world) scene(name string, asked []ask) {
	w.hooks.settle()
	for _, a := range asked {
		request, err := http.NewRequest(http.MethodGet, root+"/api/v1"+a.path, nil)
		check(err)
		if token := w.tokens[a.token]; token != "" {
			request.Header.Set("Authorization", "token "+token)
		}
		resp, err := w.client.Do(request)
		check(err)
		body, err := io.ReadAll(resp.Body)
		check(err)
		check(resp.Body.Close())
		e := exchange{Request: a.path, Token: a.token, Status: resp.StatusCode, Header: map[string]string{}, Body: string(body)}
		for _, header := range []string{"Content-Type", "Link", "Location", "X-Total-Count"} {
			if value := resp.Header.Get(header); value != "" {
				e.Header[header] = value
			}
		}
		w.scenes[name] = append(w.scenes[name], e)
	}
}
