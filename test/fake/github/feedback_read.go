package github

import (
	"net/http"
	"slices"
	"strconv"
)

func feedbackKind(rest []string) Kind {
	last := rest[len(rest)-1]
	switch {
	case rest[0] == "issues" && len(rest) == 3 && rest[1] == "comments":
		return KindComment
	case rest[0] == "issues" && len(rest) == 3 && last == "comments":
		return KindComments
	case rest[0] == "statuses" && len(rest) == 2, rest[0] == "commits" && len(rest) == 3 && last == "statuses":
		return KindStatuses
	case rest[0] == "check-runs", rest[0] == "commits" && len(rest) == 3 && last == "check-runs":
		return KindCheckRuns
	case rest[0] == "deployments":
		return KindDeployments
	}
	return KindOther
}

// serveUser renders the user of a token. GitHub refuses the token of an installation.
func (s *Server) serveUser(e *exchange) result {
	by := s.by(e)
	switch {
	case e.request.Header.Get("Authorization") == "":
		return *failure(http.StatusUnauthorized, "Requires authentication", "https://docs.github.com/rest/users/users#get-the-authenticated-user")
	case by.app != 0:
		return *failure(http.StatusForbidden, "Resource not accessible by integration", "https://docs.github.com/rest/users/users#get-the-authenticated-user")
	}
	return success(e.fullUser(s, by.login))
}

// serveFeedback renders a response to a request that reads feedback.
func (r *Repo) serveFeedback(w http.ResponseWriter, e *exchange) result {
	rest := belowRepository(e.path)
	switch e.kind {
	case KindComments:
		number, _ := strconv.ParseInt(rest[1], 10, 64)
		if number < 1 || number > int64(len(r.pulls)) {
			return notFound()
		}
		on := slices.DeleteFunc(slices.Clone(r.feedback.comments), func(c *comment) bool { return c.number != number })
		return success(paginate(w, e, r, on, func(c *comment) object { return r.comment(e, c) }))
	case KindComment:
		c := r.findComment(rest[2])
		if c == nil {
			return notFound()
		}
		return success(r.comment(e, c))
	case KindStatuses:
		return r.serveStatuses(w, e, rest[1], false)
	case KindCheckRuns:
		return r.serveStatuses(w, e, rest[1], true)
	case KindDeployments:
		return r.serveDeployments(w, e, rest)
	default:
		return notFound()
	}
}

// serveStatuses renders the commit statuses of a commit, or its check runs, newest first.
func (r *Repo) serveStatuses(w http.ResponseWriter, e *exchange, sha string, checks bool) result {
	if !r.hasCommit(sha) {
		return noCommit(sha)
	}
	query := e.request.URL.Query()
	var all []*Status
	for _, s := range slices.Backward(r.feedback.statuses) {
		named := query.Get("check_name") == "" || query.Get("check_name") == s.Name
		ofApp := query.Get("app_id") == "" || query.Get("app_id") == strconv.FormatInt(s.App, 10)
		if s.Commit == sha && checks == (s.App != 0) && (!checks || named && ofApp) {
			all = append(all, s)
		}
	}
	if !checks {
		return success(paginate(w, e, r, all, func(s *Status) object { return r.status(e, s) }))
	}
	runs := paginate(w, e, r, all, func(s *Status) object { return r.checkRun(e, s) })
	return success(object{"total_count": len(all), "check_runs": runs})
}

func (r *Repo) serveDeployments(w http.ResponseWriter, e *exchange, rest []string) result {
	if len(rest) == 1 {
		var all []*deployment
		for _, d := range slices.Backward(r.feedback.deployments) {
			if environment := e.request.URL.Query().Get("environment"); environment == "" || environment == d.Environment {
				all = append(all, d)
			}
		}
		return success(paginate(w, e, r, all, func(d *deployment) object { return r.deployment(e, d) }))
	}
	d := r.findDeployment(rest[1])
	if d == nil {
		return notFound()
	}
	newest := slices.Clone(d.statuses)
	slices.Reverse(newest)
	return success(paginate(w, e, r, newest, func(s object) object { return s }))
}

func noCommit(sha string) result {
	return *failure(http.StatusUnprocessableEntity, "No commit found for SHA: "+sha, "https://docs.github.com/rest/commits/statuses")
}
