package github

import (
	"cmp"
	"context"
	"net/http"
	"net/url"
	"strconv"

	"github.com/previewset/previewset/generator/forge"
)

// commitStatus holds the fields of a commit status that are read.
type commitStatus struct {
	ID          int64  `json:"id"`
	State       string `json:"state"`
	Description string `json:"description"`
	TargetURL   string `json:"target_url"`
	Context     string `json:"context"`
	Creator     user   `json:"creator"`
}

// Status implements forge.Feedback. GitHub lists the newest status first.
// https://docs.github.com/en/rest/commits/statuses#list-commit-statuses-for-a-reference
func (r withStatuses) Status(ctx context.Context, commit, name string) (forge.CommitStatus, error) {
	own, err := r.identity.own(ctx)
	if err != nil {
		return forge.CommitStatus{}, err
	}
	var newest commitStatus
	err = eachPage(ctx, r.reporter, r.path()+"/commits/"+url.PathEscape(commit)+"/statuses?", func(page []commitStatus) bool {
		for _, s := range page {
			if s.Context == name && s.ID > newest.ID && own(s.Creator) {
				newest = s
			}
		}
		return newest.ID == 0
	})
	if err != nil || newest.ID == 0 {
		return forge.CommitStatus{}, err
	}
	return forge.CommitStatus{Name: name, State: stateOf(newest.State), Description: newest.Description, URL: newest.TargetURL}, nil
}

// stateOf returns the state for a state of GitHub.
func stateOf(state string) forge.StatusState {
	switch state {
	case "error":
		return forge.StatusFailure
	case "queued", "in_progress": // of deployments
		return forge.StatusPending
	}
	return forge.StatusState(state)
}

// SetStatus implements forge.Feedback. It adds a status.
// https://docs.github.com/en/rest/commits/statuses#create-a-commit-status
func (r withStatuses) SetStatus(ctx context.Context, commit string, s forge.CommitStatus) error {
	body := map[string]string{"state": string(s.State), "context": s.Name, "description": s.Description}
	if s.URL != "" {
		body["target_url"] = s.URL
	}
	var got commitStatus
	if err := r.write(ctx, http.MethodPost, r.path()+"/statuses/"+url.PathEscape(commit), body, &got); err != nil {
		return r.denied(ctx, err, r.commit(commit))
	}
	r.identity.wrote(got.Creator)
	return nil
}

func (r reporter) commit(hash string) string {
	return r.path() + "/git/commits/" + url.PathEscape(hash)
}

// checkRun holds the fields of a check run that are read.
type checkRun struct {
	ID         int64  `json:"id"`
	Name       string `json:"name"`
	Status     string `json:"status"`
	Conclusion string `json:"conclusion"`
	DetailsURL string `json:"details_url"`
	Output     struct {
		Title   string `json:"title"`
		Summary string `json:"summary"`
	} `json:"output"`
	App struct {
		ID int64 `json:"id"`
	} `json:"app"`
}

// Status implements forge.Feedback. The result has an ID while the check run is not
// completed: GitHub does not reopen a completed one, and shows the newest of a name.
// https://docs.github.com/en/rest/checks/runs#list-check-runs-for-a-git-reference
func (r withChecks) Status(ctx context.Context, commit, name string) (forge.CommitStatus, error) {
	query := url.Values{"check_name": {name}, "app_id": {strconv.FormatInt(r.app, 10)}, "filter": {"latest"}}
	type list struct {
		Runs []checkRun `json:"check_runs"`
	}
	var newest checkRun
	err := eachPage(ctx, r.reporter, r.path()+"/commits/"+url.PathEscape(commit)+"/check-runs?"+query.Encode(), func(page list) bool {
		for _, c := range page.Runs {
			if c.Name == name && c.App.ID == r.app && c.ID > newest.ID {
				newest = c
			}
		}
		return true
	})
	if err != nil || newest.ID == 0 {
		return forge.CommitStatus{}, err
	}
	return newest.facts(), nil
}

func (c checkRun) facts() forge.CommitStatus {
	s := forge.CommitStatus{
		ID: strconv.FormatInt(c.ID, 10), Name: c.Name, State: forge.StatusPending,
		Description: c.Output.Title, Details: c.Output.Summary, URL: c.DetailsURL,
	}
	if c.Status == completed {
		s.ID, s.State = "", forge.StatusFailure
		if c.Conclusion == string(forge.StatusSuccess) {
			s.State = forge.StatusSuccess
		}
	}
	return s
}

const completed = "completed"

// checkRunChange is a new check run, or the change of one.
type checkRunChange struct {
	Name       string      `json:"name"`
	HeadSHA    string      `json:"head_sha,omitempty"`
	Status     string      `json:"status"`
	Conclusion string      `json:"conclusion,omitempty"`
	DetailsURL string      `json:"details_url,omitempty"`
	Output     checkOutput `json:"output"`
}

// checkOutput needs both fields.
type checkOutput struct {
	Title   string `json:"title"`
	Summary string `json:"summary"`
}

// SetStatus implements forge.Feedback.
// https://docs.github.com/en/rest/checks/runs#create-a-check-run
func (r withChecks) SetStatus(ctx context.Context, commit string, s forge.CommitStatus) error {
	change := checkRunChange{
		Name: s.Name, Status: "in_progress", DetailsURL: s.URL,
		Output: checkOutput{Title: s.Description, Summary: cmp.Or(s.Details, s.Description)},
	}
	if s.State != forge.StatusPending {
		change.Status, change.Conclusion = completed, string(s.State)
	}
	if s.ID != "" {
		return r.write(ctx, http.MethodPatch, r.path()+"/check-runs/"+url.PathEscape(s.ID), change, nil)
	}
	change.HeadSHA = commit
	err := r.write(ctx, http.MethodPost, r.path()+"/check-runs", change, nil)
	return r.denied(ctx, err, r.commit(commit))
}
