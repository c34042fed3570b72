package github

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"unicode/utf8"
)

// change is the body of a request that writes feedback.
type change struct {
	Body           string `json:"body"`
	Name           string `json:"name"`
	Context        string `json:"context"`
	HeadSHA        string `json:"head_sha"`
	Ref            string `json:"ref"`
	State          string `json:"state"`
	Status         string `json:"status"`
	Conclusion     string `json:"conclusion"`
	Description    string `json:"description"`
	TargetURL      string `json:"target_url"`
	DetailsURL     string `json:"details_url"`
	Environment    string `json:"environment"`
	EnvironmentURL string `json:"environment_url"`
	Output         struct {
		Title   string `json:"title"`
		Summary string `json:"summary"`
	} `json:"output"`
	AutoMerge        *bool     `json:"auto_merge"`
	RequiredContexts *[]string `json:"required_contexts"`
}

// The limits of GitHub, in characters.
const (
	maxComment     = 65536
	maxDescription = 140
)

// serveWrite renders the response to a request that writes feedback.
func (r *Repo) serveWrite(e *exchange) result {
	const docs = "https://docs.github.com/rest"
	switch {
	case r.server.denied == http.StatusNotFound:
		return notFound()
	case r.server.denied != 0:
		return *failure(r.server.denied, "Resource not accessible by personal access token", docs)
	case r.archived:
		return *failure(http.StatusForbidden, "Repository was archived so is read-only.", docs)
	}
	var c change
	if len(e.body) > 0 {
		if err := json.Unmarshal(e.body, &c); err != nil {
			return *failure(http.StatusBadRequest, "Problems parsing JSON", docs)
		}
	}
	if utf8.RuneCountInString(c.Description) > maxDescription {
		return invalid(fmt.Sprintf("description is too long (maximum is %d characters)", maxDescription))
	}
	written := r.write(e, c)
	if written.status < http.StatusBadRequest {
		r.server.writes++
	}
	return written
}

func (r *Repo) write(e *exchange, c change) result {
	rest := belowRepository(e.path)
	switch e.kind {
	case KindComments:
		return r.writeComment(e, rest[1], c)
	case KindComment:
		return r.changeComment(e, rest[2], c)
	case KindStatuses:
		return r.writeStatus(e, rest[1], c)
	case KindCheckRuns:
		return r.writeCheckRun(e, rest, c)
	case KindDeployments:
		return r.writeDeployment(e, rest, c)
	default:
		return notFound()
	}
}

func created(body any) result {
	answer := success(body)
	answer.status, answer.etag = http.StatusCreated, ""
	return answer
}

func changed(body any) result {
	answer := success(body)
	answer.etag = ""
	return answer
}

func invalid(message string) result {
	data, err := json.Marshal(object{
		"message": "Validation Failed", "documentation_url": "https://docs.github.com/rest",
		"errors": []object{{"resource": "Feedback", "code": "custom", "field": "body", "message": message}},
	})
	if err != nil {
		panic(err) // maps and strings always marshal
	}
	return result{status: http.StatusUnprocessableEntity, bytes: data}
}

func refuseBody(body string) *result {
	if length := utf8.RuneCountInString(body); length == 0 || length > maxComment {
		answer := invalid(fmt.Sprintf("body is too long (maximum is %d characters)", maxComment))
		return &answer
	}
	return nil
}

func (r *Repo) writeComment(e *exchange, pull string, c change) result {
	number, _ := strconv.ParseInt(pull, 10, 64)
	if number < 1 || number > int64(len(r.pulls)) {
		return notFound()
	}
	if r.pulls[number-1].locked {
		return *failure(http.StatusForbidden, "Unable to create comment because issue is locked.", "https://docs.github.com/articles/locking-conversations/")
	}
	if refusal := refuseBody(c.Body); refusal != nil {
		return *refusal
	}
	return created(r.comment(e, r.addComment(number, r.server.by(e), c.Body)))
}

func (r *Repo) changeComment(e *exchange, id string, c change) result {
	found := r.findComment(id)
	if found == nil {
		return notFound()
	}
	if e.request.Method == http.MethodDelete {
		r.deleteComment(found)
		return result{status: http.StatusNoContent}
	}
	if refusal := refuseBody(c.Body); refusal != nil {
		return *refusal
	}
	found.Body, found.UpdatedAt = c.Body, r.server.tick()
	r.pulls[found.number-1].updated = found.UpdatedAt
	return changed(r.comment(e, found))
}

func (r *Repo) writeStatus(e *exchange, sha string, c change) result {
	if !r.hasCommit(sha) {
		return noCommit(sha)
	}
	s := &Status{
		Author: r.server.by(e).login, Commit: sha, Name: c.Context,
		State: c.State, Description: c.Description, URL: c.TargetURL,
	}
	r.addStatus(s)
	return created(r.status(e, s))
}

// writeCheckRun creates or changes a check run. Only an App can, and a check run that is
// completed does not change its status.
func (r *Repo) writeCheckRun(e *exchange, rest []string, c change) result {
	by := r.server.by(e)
	if by.app == 0 {
		return *failure(http.StatusForbidden, "You must authenticate via a GitHub App.", "https://docs.github.com/rest/checks/runs")
	}
	if len(rest) == 1 {
		if !r.hasCommit(c.HeadSHA) {
			return noCommit(c.HeadSHA)
		}
		s := &Status{App: by.app, Author: by.login, Commit: c.HeadSHA}
		s.changeTo(c)
		r.addStatus(s)
		return created(r.checkRun(e, s))
	}
	for _, s := range r.feedback.statuses {
		if s.App != by.app || strconv.FormatInt(s.ID, 10) != rest[1] {
			continue
		}
		if s.State != "" && c.Status != "completed" {
			return invalid("status of a completed check run cannot change")
		}
		s.changeTo(c)
		return changed(r.checkRun(e, s))
	}
	return notFound()
}

func (s *Status) changeTo(c change) {
	s.Name, s.State, s.URL = c.Name, c.Conclusion, c.DetailsURL
	s.Description, s.Details = c.Output.Title, c.Output.Summary
}

// writeDeployment creates a deployment, or a status of one. A deployment must not merge
// and must not wait for statuses.
func (r *Repo) writeDeployment(e *exchange, rest []string, c change) result {
	by := r.server.by(e)
	if len(rest) == 1 {
		switch {
		case !r.hasCommit(c.Ref):
			return *failure(http.StatusUnprocessableEntity, "No ref found for: "+c.Ref, "https://docs.github.com/rest/deployments/deployments#create-a-deployment")
		case c.AutoMerge == nil || *c.AutoMerge || c.RequiredContexts == nil || len(*c.RequiredContexts) > 0:
			return *failure(http.StatusConflict, "Conflict: Commit status checks failed for "+c.Ref, "https://docs.github.com/rest/deployments/deployments#create-a-deployment")
		}
		return created(r.deployment(e, r.addDeployment(by, c.Environment, c.Ref)))
	}
	d := r.findDeployment(rest[1])
	if d == nil {
		return notFound()
	}
	d.State, d.URL = c.State, c.EnvironmentURL
	status := r.deploymentStatus(e, d, c, by)
	d.statuses = append(d.statuses, status)
	return created(status)
}
