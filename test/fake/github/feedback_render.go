package github

import (
	"fmt"
	"maps"
	"strconv"
)

func (e *exchange) fullUser(s *Server, login string) object {
	rendered := e.user(login)
	maps.Copy(rendered, object{
		"user_view_type": "public", "name": nil, "company": nil, "blog": "", "location": nil, "email": nil, "hireable": nil,
		"bio": nil, "twitter_username": nil, "public_repos": 0, "public_gists": 0, "followers": 0, "following": 0,
		"created_at": timestamp(s.clock), "updated_at": timestamp(s.clock),
	})
	return rendered
}

// actor renders a user, who can be a bot.
func (e *exchange) actor(login string) object {
	rendered := e.user(login)
	if login == botLogin {
		rendered["type"] = "Bot"
	}
	return rendered
}

// integration renders an App, or nil for 0.
func (r *Repo) integration(e *exchange, app int64) any {
	if app == 0 {
		return nil
	}
	return object{
		"id": app, "slug": appSlug, "node_id": fmt.Sprintf("A_%d", app), "name": appSlug, "description": nil,
		"owner": e.user("acme"), "external_url": "https://previewset.dev", "html_url": e.html + "/apps/" + appSlug,
		"created_at": timestamp(r.created), "updated_at": timestamp(r.created), "permissions": object{"metadata": "read"}, "events": []string{},
	}
}

// links returns the URLs of the repository in the API and on the web.
func (r *Repo) links(e *exchange) (api, html string) {
	full := r.owner + "/" + r.name
	return e.api + "/repos/" + full, e.html + "/" + full
}

func (r *Repo) comment(e *exchange, c *comment) object {
	api, html := r.links(e)
	id := strconv.FormatInt(c.ID, 10)
	return object{
		"id": c.ID, "node_id": "IC_" + id, "url": api + "/issues/comments/" + id, "body": c.Body,
		"html_url": fmt.Sprintf("%s/pull/%d#issuecomment-%s", html, c.number, id), "user": e.actor(c.Author),
		"issue_url":  fmt.Sprintf("%s/issues/%d", api, c.number),
		"created_at": timestamp(c.UpdatedAt), "updated_at": timestamp(c.UpdatedAt), "author_association": "NONE",
		"performed_via_github_app": r.integration(e, c.app),
	}
}

func (r *Repo) status(e *exchange, s *Status) object {
	api, html := r.links(e)
	return object{
		"url": api + "/statuses/" + s.Commit, "avatar_url": html, "id": s.ID, "node_id": fmt.Sprintf("SC_%d", s.ID), "state": s.State,
		"description": orNull(s.Description), "target_url": orNull(s.URL), "context": s.Name,
		"created_at": timestamp(s.created), "updated_at": timestamp(s.created), "creator": e.actor(s.Author),
	}
}

func orNull(text string) any {
	if text == "" {
		return nil
	}
	return text
}

func (r *Repo) checkRun(e *exchange, s *Status) object {
	api, html := r.links(e)
	self := fmt.Sprintf("%s/check-runs/%d", api, s.ID)
	status, done := "in_progress", any(nil)
	if s.State != "" {
		status, done = "completed", timestamp(s.created)
	}
	return object{
		"id": s.ID, "node_id": fmt.Sprintf("CR_%d", s.ID), "head_sha": s.Commit, "external_id": "", "url": self,
		"html_url": fmt.Sprintf("%s/runs/%d", html, s.ID), "details_url": orNull(s.URL), "status": status, "conclusion": orNull(s.State),
		"started_at": timestamp(s.created), "completed_at": done, "name": s.Name, "check_suite": object{"id": 1},
		"output": object{
			"title": orNull(s.Description), "summary": orNull(s.Details), "text": nil, "annotations_count": 0, "annotations_url": self + "/annotations",
		},
		"app": r.integration(e, s.App), "pull_requests": []object{},
	}
}

func (r *Repo) deployment(e *exchange, d *deployment) object {
	api, _ := r.links(e)
	self := fmt.Sprintf("%s/deployments/%d", api, d.ID)
	return object{
		"url": self, "id": d.ID, "node_id": fmt.Sprintf("DE_%d", d.ID), "sha": d.Commit, "ref": d.Commit, "task": "deploy", "payload": object{},
		"environment": d.Environment, "original_environment": d.Environment, "description": nil, "creator": e.actor(d.Author),
		"created_at": timestamp(d.created), "updated_at": timestamp(d.created), "statuses_url": self + "/statuses", "repository_url": api,
		"transient_environment": true, "production_environment": false, "performed_via_github_app": r.integration(e, d.app),
	}
}

func (r *Repo) deploymentStatus(e *exchange, d *deployment, c change, by actor) object {
	api, _ := r.links(e)
	self := fmt.Sprintf("%s/deployments/%d", api, d.ID)
	r.server.nextID++
	now := timestamp(r.server.tick())
	return object{
		"url": fmt.Sprintf("%s/statuses/%d", self, r.server.nextID), "id": r.server.nextID, "node_id": fmt.Sprintf("DS_%d", r.server.nextID),
		"state": c.State, "creator": e.actor(by.login), "description": c.Description, "environment": d.Environment, "target_url": "",
		"created_at": now, "updated_at": now, "deployment_url": self, "repository_url": api, "environment_url": c.EnvironmentURL, "log_url": "",
		"performed_via_github_app": r.integration(e, by.app),
	}
}
