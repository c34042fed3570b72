package gitea

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/previewset/previewset/generator/forge"
)

// commitStatus holds the fields of a commit status that are read. Its ID counts the
// statuses of the commit.
type commitStatus struct {
	ID          int64  `json:"id"`
	State       string `json:"status"`
	Description string `json:"description"`
	TargetURL   string `json:"target_url"`
	Context     string `json:"context"`
	Creator     user   `json:"creator"`
}

// Status implements forge.Feedback. The sort order "leastindex" is the newest first
// (CommitStatusOptions.ToOrders in Gitea's models/git/commit_status.go). The default order
// does not distinguish statuses of the same second.
func (r *reporter) Status(ctx context.Context, commit, name string) (forge.CommitStatus, error) {
	me, err := r.me(ctx)
	if err != nil {
		return forge.CommitStatus{}, err
	}
	name = contextOf(name)
	var newest commitStatus
	err = eachPage(ctx, r, fmt.Sprintf("%s?sort=leastindex&limit=%d", statusesPath(commit), perPage), func(page []commitStatus) bool {
		for _, s := range page {
			if s.Context == name && s.Creator.id() == me && s.ID > newest.ID {
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

// contextOf returns the context that Gitea stores for the name of a status.
func contextOf(name string) string { return strings.TrimSpace(name) }

// stateOf returns the state for a state of Gitea. Statuses of feedback have no other one.
func stateOf(state string) forge.StatusState {
	if state == "error" {
		return forge.StatusFailure
	}
	return forge.StatusState(state)
}

// SetStatus implements forge.Feedback. It adds a status.
func (r *reporter) SetStatus(ctx context.Context, commit string, s forge.CommitStatus) error {
	var got commitStatus
	err := r.write(ctx, http.MethodPost, statusesPath(commit), map[string]string{
		"state": string(s.State), "context": contextOf(s.Name), "description": s.Description, "target_url": s.URL,
	}, &got)
	if err != nil {
		return r.missing(ctx, err, "/git/commits/"+url.PathEscape(commit))
	}
	r.author.Wrote(got.Creator.id())
	return nil
}

func statusesPath(commit string) string { return "/statuses/" + url.PathEscape(commit) }
