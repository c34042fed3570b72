package environment

import (
	"fmt"

	"code.gitea.io/sdk/gitea"
)

// Comments returns the comments of an account on a pull request, oldest first.
func (r *Repository) Comments(number int64, account string) (bodies []string, err error) {
	all, _, err := r.gitea.API.ListIssueComments(Owner, r.name, number, gitea.ListIssueCommentOptions{})
	if err != nil {
		return nil, fmt.Errorf("comments of %d: %w", number, err)
	}
	for _, c := range all {
		if c.Poster.UserName == account {
			bodies = append(bodies, c.Body)
		}
	}
	return bodies, nil
}

// Comment writes a comment as the administrator.
func (r *Repository) Comment(number int64, body string) error {
	_, _, err := r.gitea.API.CreateIssueComment(Owner, r.name, number, gitea.CreateIssueCommentOption{Body: body})
	return err
}

// Status returns the newest state and description of a commit status with this name, "" if
// there is none.
func (r *Repository) Status(commit, name string) (state, description string, err error) {
	all, _, err := r.gitea.API.ListStatuses(Owner, r.name, commit, gitea.ListStatusesOption{})
	if err != nil {
		return "", "", fmt.Errorf("statuses of %s: %w", commit, err)
	}
	var newest *gitea.Status
	for _, s := range all {
		if s.Context == name && (newest == nil || s.ID > newest.ID) {
			newest = s
		}
	}
	if newest == nil {
		return "", "", nil
	}
	return string(newest.State), newest.Description, nil
}
