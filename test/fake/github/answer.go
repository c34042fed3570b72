package github

import (
	"fmt"
	"maps"
	"net/url"
	"strings"
	"time"
)

func timestamp(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.UTC().Format(time.RFC3339)
}

func (e *exchange) user(login string) object {
	api := e.api + "/users/" + login
	return object{
		"login": login, "id": userID(login), "node_id": "MDQ6VXNlcjE=", "gravatar_id": "", "type": "User", "site_admin": false,
		"avatar_url": e.html + "/images/" + login, "url": api, "html_url": e.html + "/" + login,
		"followers_url": api + "/followers", "following_url": api + "/following{/other_user}",
		"gists_url": api + "/gists{/gist_id}", "starred_url": api + "/starred{/owner}{/repo}",
		"subscriptions_url": api + "/subscriptions", "organizations_url": api + "/orgs",
		"repos_url": api + "/repos", "events_url": api + "/events{/privacy}",
		"received_events_url": api + "/received_events",
	}
}

// brief renders a repository as part of a pull request.
func (r *Repo) brief(e *exchange, id int64, owner string) object {
	full := owner + "/" + r.name
	api, html := e.api+"/repos/"+full, e.html+"/"+full
	rendered := object{
		"id": id, "node_id": fmt.Sprintf("R_%d", id), "name": r.name, "full_name": full, "owner": e.user(owner),
		"private": r.private, "archived": r.archived, "html_url": html, "url": api, "description": nil, "fork": id != r.id,
		"default_branch": r.defaultBranch, "clone_url": html + ".git", "svn_url": html,
		"git_url": "git://" + strings.TrimPrefix(html, "https://") + ".git", "ssh_url": "git@github.com:" + full + ".git",
		"mirror_url": nil, "homepage": nil, "language": "Go", "license": nil, "size": 108, "visibility": "public",
		"disabled": false, "has_issues": true, "has_projects": true, "has_downloads": true,
		"has_wiki": true, "has_pages": false, "has_discussions": false, "topics": []string{},
		"forks": 0, "forks_count": 0, "stargazers_count": 0, "watchers": 0, "watchers_count": 0,
		"open_issues": 0, "open_issues_count": 0,
		"created_at": timestamp(r.created), "updated_at": timestamp(r.created), "pushed_at": timestamp(r.created),
	}
	for key, suffix := range repositoryLinks() {
		rendered[key] = api + suffix
	}
	return rendered
}

func repositoryLinks() map[string]string {
	return map[string]string{
		"archive_url": "/{archive_format}{/ref}", "assignees_url": "/assignees{/user}", "blobs_url": "/git/blobs{/sha}",
		"branches_url": "/branches{/branch}", "collaborators_url": "/collaborators{/collaborator}",
		"comments_url": "/comments{/number}", "commits_url": "/commits{/sha}", "compare_url": "/compare/{base}...{head}",
		"contents_url": "/contents/{+path}", "contributors_url": "/contributors", "deployments_url": "/deployments",
		"downloads_url": "/downloads", "events_url": "/events", "forks_url": "/forks", "git_commits_url": "/git/commits{/sha}",
		"git_refs_url": "/git/refs{/sha}", "git_tags_url": "/git/tags{/sha}", "hooks_url": "/hooks",
		"issue_comment_url": "/issues/comments{/number}", "issue_events_url": "/issues/events{/number}",
		"issues_url": "/issues{/number}", "keys_url": "/keys{/key_id}", "labels_url": "/labels{/name}",
		"languages_url": "/languages", "merges_url": "/merges", "milestones_url": "/milestones{/number}",
		"notifications_url": "/notifications{?since,all,participating}", "pulls_url": "/pulls{/number}",
		"releases_url": "/releases{/id}", "stargazers_url": "/stargazers", "statuses_url": "/statuses/{sha}",
		"subscribers_url": "/subscribers", "subscription_url": "/subscription", "tags_url": "/tags", "teams_url": "/teams",
		"trees_url": "/git/trees{/sha}",
	}
}

// full renders a repository as GET /repos/{owner}/{repo} does.
func (r *Repo) full(e *exchange) object {
	rendered := r.brief(e, r.id, r.owner)
	maps.Copy(rendered, object{"network_count": 0, "subscribers_count": 0})
	return rendered
}

func (r *Repo) branch(e *exchange, name string) object {
	sha := r.heads[name]
	return object{
		"name": name, "protected": name == r.defaultBranch,
		"commit": object{"sha": sha, "url": e.api + "/repos/" + r.owner + "/" + r.name + "/commits/" + sha},
	}
}

// protectedBranch renders a branch with its commit and protection, as
// GET /repos/{owner}/{repo}/branches/{branch} does.
func (r *Repo) protectedBranch(e *exchange, name string) object {
	rendered, sha := r.branch(e, name), r.heads[name]
	full := r.owner + "/" + r.name
	api, html := e.api+"/repos/"+full, e.html+"/"+full
	commit := r.commit(e, sha, r.commits[sha])
	rendered["commit"] = object{
		"sha": sha, "node_id": commit["node_id"], "parents": []object{}, "author": nil, "committer": nil,
		"url": api + "/commits/" + sha, "html_url": commit["html_url"], "comments_url": api + "/commits/" + sha + "/comments",
		"commit": object{
			"author": commit["author"], "committer": commit["committer"], "message": commit["message"], "tree": commit["tree"],
			"url": commit["url"], "comment_count": 0, "verification": commit["verification"],
		},
	}
	self := api + "/branches/" + url.PathEscape(name)
	rendered["_links"] = object{"self": self, "html": html + "/tree/" + name}
	rendered["protection"] = object{"enabled": name == r.defaultBranch}
	rendered["protection_url"] = self + "/protection"
	return rendered
}

func (r *Repo) commit(e *exchange, sha string, c commit) object {
	api := e.api + "/repos/" + r.owner + "/" + r.name + "/git/"
	// The author date is an hour before the committer date.
	return object{
		"sha": sha, "node_id": "C_" + sha, "url": api + "commits/" + sha,
		"html_url":     e.html + "/" + r.owner + "/" + r.name + "/commit/" + sha,
		"author":       object{"name": c.author, "email": c.author + "@acme.dev", "date": timestamp(c.when.Add(-time.Hour))},
		"committer":    object{"name": "GitHub", "email": "noreply@github.com", "date": timestamp(c.when)},
		"message":      "A change",
		"tree":         object{"sha": sha, "url": api + "trees/" + sha},
		"parents":      []object{},
		"verification": object{"verified": false, "reason": "unsigned", "signature": nil, "payload": nil, "verified_at": nil},
	}
}

// pull renders a pull request as an element of a list, or with all details.
func (r *Repo) pull(e *exchange, p *pull, detailed bool) object {
	full := r.owner + "/" + r.name
	api := fmt.Sprintf("%s/repos/%s/pulls/%d", e.api, full, p.number)
	issue := fmt.Sprintf("%s/repos/%s/issues/%d", e.api, full, p.number)
	html := fmt.Sprintf("%s/%s/pull/%d", e.html, full, p.number)
	statuses := fmt.Sprintf("%s/repos/%s/statuses/%s", e.api, full, p.sha)
	state := "open"
	if !p.closed.IsZero() {
		state = "closed"
	}
	rendered := object{
		"id": p.number + 5000, "node_id": fmt.Sprintf("PR_%d", p.number), "number": p.number, "state": state,
		"title": p.Title, "user": e.user(p.Author), "body": nil, "labels": r.labels(e, p), "draft": p.Draft,
		"locked": p.locked, "assignee": nil, "assignees": []object{}, "requested_reviewers": []object{},
		"requested_teams": []object{}, "milestone": nil, "author_association": "CONTRIBUTOR", "auto_merge": nil,
		"merge_commit_sha": nil, "created_at": timestamp(p.created), "updated_at": timestamp(p.updated),
		"closed_at": timestamp(p.closed), "merged_at": timestamp(p.merged),
		"url": api, "html_url": html, "diff_url": html + ".diff", "patch_url": html + ".patch", "issue_url": issue,
		"commits_url": api + "/commits", "review_comments_url": api + "/comments",
		"review_comment_url": e.api + "/repos/" + full + "/pulls/comments{/number}",
		"comments_url":       issue + "/comments", "statuses_url": statuses,
		"head": r.head(e, p),
		"base": object{"label": r.owner + ":" + p.Base, "ref": p.Base, "sha": r.heads[r.defaultBranch], "user": e.user(r.owner), "repo": r.brief(e, r.id, r.owner)},
		"_links": object{
			"self": link(api), "html": link(html), "issue": link(issue), "comments": link(issue + "/comments"),
			"review_comments": link(api + "/comments"), "review_comment": link(e.api + "/repos/" + full + "/pulls/comments{/number}"),
			"commits": link(api + "/commits"), "statuses": link(statuses),
		},
	}
	if detailed {
		maps.Copy(rendered, object{
			"merged": !p.merged.IsZero(), "mergeable": nil, "mergeable_state": "unknown", "merged_by": nil,
			"maintainer_can_modify": false, "comments": 0, "review_comments": 0, "commits": 1,
			"additions": 1, "deletions": 0, "changed_files": 1,
		})
	}
	return rendered
}

func link(href string) object {
	return object{"href": href}
}

func (r *Repo) head(e *exchange, p *pull) object {
	owner, id := r.owner, r.id
	if p.Fork != "" {
		owner, id = p.Fork, p.forkID
	}
	head := object{"label": owner + ":" + p.Head, "ref": p.Head, "sha": p.sha, "user": e.user(owner), "repo": r.brief(e, id, owner)}
	if p.ForkGone {
		head["repo"] = nil
	}
	return head
}

func (r *Repo) labels(e *exchange, p *pull) []object {
	labels := []object{}
	for i, name := range p.Labels {
		labels = append(labels, object{
			"id": i + 1, "node_id": "LA_1", "name": name, "color": "ededed", "default": false, "description": "",
			"url": e.api + "/repos/" + r.owner + "/" + r.name + "/labels/" + name,
		})
	}
	return labels
}
