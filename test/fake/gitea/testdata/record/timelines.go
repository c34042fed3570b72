package main

import (
	"fmt"
	"strings"
	"time"
)

// timelines is a fixture with the repository acme/forks and its fork mallory/forks.
type timelines struct {
	*fixture
	label, other any // ids
}

// recordTimelines opens pull requests from forks, and records the timeline of each one, its
// pull request and the commits of its pushes. Gitea records times in seconds, so each step
// takes more than one.
func (f *fixture) recordTimelines() {
	f.states = map[string][]exchange{}
	f.tokens["reader"] = f.userToken("ada", "read:repository,read:issue")
	f.tokens["narrow"] = f.userToken("root", "read:repository")
	f.as("root", "POST", "/orgs/acme/repos", map[string]any{"name": "forks", "default_branch": "main"})
	f.push("root", "acme/forks", "main", "main")
	f.push("root", "acme/forks", "next", "next")
	f.as("mallory", "POST", "/repos/acme/forks/forks", map[string]any{})
	t := &timelines{fixture: f}
	t.label = f.as("root", "POST", "/repos/acme/forks/labels", map[string]any{"name": "safe", "color": "#00aabb"})["id"]
	t.other = f.as("root", "POST", "/repos/acme/forks/labels", map[string]any{"name": "other", "color": "#00aabb"})["id"]
	var requests []request
	for i, steps := range [][]string{
		{"safe"},
		{"push", "safe", "other", "comment"},
		{"safe", "push", "push"},
		{"safe", "force"},
		{"force", "safe", "push"},
		{"safe", "remove"},
		{"safe", "remove", "push", "safe"},
		{"close", "push", "reopen", "safe"},
		{"retarget", "safe"},
		{"safe", "retarget"},
		{"push two", "safe", "drop the last"},
	} {
		requests = append(requests, t.scenario(i+1, steps)...)
	}
	requests = append(requests, t.agit(12)...)
	f.recordState("open", append(requests, request{"/repos/acme/forks/issues/1/timeline?limit=50&page=1", "narrow"}))
}

// scenario opens a pull request, takes the steps, and returns the requests of previewset.
func (t *timelines) scenario(number int, steps []string) []request {
	branch := fmt.Sprintf("topic-%d", number)
	remote := t.remote("mallory", "mallory/forks")
	t.git("checkout", "--quiet", "-B", branch, "main")
	t.commit()
	t.git("push", "--quiet", remote, branch)
	t.as("mallory", "POST", "/repos/acme/forks/pulls", map[string]any{"head": "mallory:" + branch, "base": "main", "title": branch})
	heads := []string{t.git("rev-parse", "HEAD")}
	for _, step := range steps {
		time.Sleep(1200 * time.Millisecond)
		t.step(number, step, remote, branch)
		heads = append(heads, t.git("rev-parse", "HEAD"))
	}
	t.git("checkout", "--quiet", "main")
	return t.requests(number, heads)
}

func (t *timelines) step(number int, step, remote, branch string) {
	issue := fmt.Sprintf("/repos/acme/forks/issues/%d", number)
	pull := fmt.Sprintf("/repos/acme/forks/pulls/%d", number)
	switch step {
	case "safe":
		t.as("root", "POST", issue+"/labels", map[string]any{"labels": []any{t.label}})
	case "other":
		t.as("root", "POST", issue+"/labels", map[string]any{"labels": []any{t.other}})
	case "remove":
		t.as("root", "DELETE", issue+"/labels/"+fmt.Sprint(t.label), nil)
	case "comment":
		t.as("mallory", "POST", issue+"/comments", map[string]any{"body": "a comment"})
	case "close":
		t.as("mallory", "PATCH", pull, map[string]any{"state": "closed"})
	case "reopen":
		t.as("mallory", "PATCH", pull, map[string]any{"state": "open"})
	case "retarget":
		t.as("mallory", "PATCH", pull, map[string]any{"base": "next"})
	case "force":
		t.git("commit", "--quiet", "--allow-empty", "--amend", "-m", "Amended "+t.clock.String())
		t.pushed(number, remote, branch)
	case "drop the last":
		t.git("reset", "--quiet", "--hard", "HEAD^")
		t.pushed(number, remote, branch)
	case "push two":
		t.commit()
		t.commit()
		t.pushed(number, remote, branch)
	case "push":
		t.commit()
		t.pushed(number, remote, branch)
	}
}

func (t *timelines) commit() {
	t.git("commit", "--quiet", "--allow-empty", "-m", "Work "+t.clock.String())
}

// pushed pushes the branch and waits until Gitea has processed the push. It adds the entry to
// the timeline some seconds after the API returns the commit.
func (t *timelines) pushed(number int, remote, branch string) {
	t.git("push", "--quiet", "--force", remote, branch)
	t.await(fmt.Sprintf("/repos/acme/forks/pulls/%d", number), t.git("rev-parse", "HEAD"))
	time.Sleep(5 * time.Second)
}

// agit opens a pull request without a branch, which is labelled, and pushed to.
func (t *timelines) agit(number int) []request {
	remote := t.remote("mallory", "acme/forks")
	t.git("checkout", "--quiet", "-B", "agit", "main")
	t.commit()
	t.git("push", "--quiet", remote, "HEAD:refs/for/main/topic")
	heads := []string{t.git("rev-parse", "HEAD")}
	time.Sleep(1200 * time.Millisecond)
	t.step(number, "safe", "", "")
	time.Sleep(1200 * time.Millisecond)
	t.commit()
	t.git("push", "--quiet", remote, "HEAD:refs/for/main/topic")
	heads = append(heads, t.git("rev-parse", "HEAD"))
	t.git("checkout", "--quiet", "main")
	return t.requests(number, heads)
}

func (t *timelines) requests(number int, heads []string) (all []request) {
	for page := 1; page <= 3; page++ {
		all = append(all, request{fmt.Sprintf("/repos/acme/forks/issues/%d/timeline?limit=50&page=%d", number, page), "reader"})
	}
	all = append(all, request{fmt.Sprintf("/repos/acme/forks/pulls/%d", number), "reader"})
	for i, head := range heads {
		if !strings.Contains(strings.Join(heads[:i], " "), head) {
			all = append(all, request{"/repos/acme/forks/git/commits/" + head, "reader"})
		}
	}
	return all
}
