package github

import (
	"context"
	"net/http"
	"net/url"
	"strconv"

	"github.com/previewset/previewset/generator/forge"
)

// deployment holds the fields of a deployment that are read.
type deployment struct {
	ID          int64  `json:"id"`
	SHA         string `json:"sha"`
	Environment string `json:"environment"`
	Creator     user   `json:"creator"`
}

// deploymentStatus holds the fields of a deployment's status that are read.
type deploymentStatus struct {
	ID             int64  `json:"id"`
	State          string `json:"state"`
	Description    string `json:"description"`
	EnvironmentURL string `json:"environment_url"`
}

// maxDeployments bounds the deployments of one environment that are read. Each costs a
// request.
const maxDeployments = 20

// Deployments implements forge.Deployer. It returns at most maxDeployments. GitHub lists the
// newest first.
// https://docs.github.com/en/rest/deployments/deployments#list-deployments
func (r reporter) Deployments(ctx context.Context, environment string) ([]forge.Deployment, error) {
	own, err := r.identity.own(ctx)
	if err != nil {
		return nil, err
	}
	var listed []deployment
	query := url.Values{"environment": {environment}}.Encode()
	err = eachPage(ctx, r, r.path()+"/deployments?"+query, func(page []deployment) bool {
		for _, d := range page {
			if d.Environment == environment && own(d.Creator) && len(listed) < maxDeployments {
				listed = append(listed, d)
			}
		}
		return len(listed) < maxDeployments
	})
	if err != nil {
		return nil, err
	}
	found := make([]forge.Deployment, len(listed))
	for i, d := range listed {
		id := strconv.FormatInt(d.ID, 10)
		status, err := r.deploymentStatus(ctx, id)
		if err != nil {
			return nil, err
		}
		found[i] = forge.Deployment{ID: id, Environment: d.Environment, Commit: d.SHA, DeploymentStatus: status}
	}
	return found, nil
}

// deploymentStatus returns the newest status of a deployment.
func (r reporter) deploymentStatus(ctx context.Context, id string) (forge.DeploymentStatus, error) {
	var newest deploymentStatus
	err := eachPage(ctx, r, r.deploymentStatuses(id)+"?", func(page []deploymentStatus) bool {
		for _, s := range page {
			if s.ID > newest.ID {
				newest = s
			}
		}
		return true
	})
	return forge.DeploymentStatus{State: stateOf(newest.State), Description: newest.Description, URL: newest.EnvironmentURL}, err
}

func (r reporter) deploymentStatuses(id string) string {
	return r.path() + "/deployments/" + url.PathEscape(id) + "/statuses"
}

// CreateDeployment implements forge.Deployer. GitHub neither merges the default branch into
// the commit nor waits for statuses.
// https://docs.github.com/en/rest/deployments/deployments#create-a-deployment
func (r reporter) CreateDeployment(ctx context.Context, d forge.Deployment) (string, error) {
	var got deployment
	err := r.write(ctx, http.MethodPost, r.path()+"/deployments", map[string]any{
		"ref": d.Commit, "task": "deploy", "environment": d.Environment, "description": d.Description,
		"auto_merge": false, "required_contexts": []string{},
		"transient_environment": true, "production_environment": false,
	}, &got)
	if err != nil {
		return "", r.denied(ctx, err, r.commit(d.Commit))
	}
	if got.ID <= 0 {
		return "", forge.Incomplete("the new deployment has no id")
	}
	r.identity.wrote(got.Creator)
	return strconv.FormatInt(got.ID, 10), nil
}

// SetDeployment implements forge.Deployer. It adds a status. It does not change other
// deployments to the environment.
// https://docs.github.com/en/rest/deployments/statuses#create-a-deployment-status
func (r reporter) SetDeployment(ctx context.Context, id string, s forge.DeploymentStatus) error {
	body := map[string]any{"state": string(s.State), "description": s.Description, "auto_inactive": false}
	if s.URL != "" {
		body["environment_url"] = s.URL
	}
	err := r.write(ctx, http.MethodPost, r.deploymentStatuses(id), body, nil)
	return r.denied(ctx, err, r.deploymentStatuses(id)+"?per_page=1")
}
