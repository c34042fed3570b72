package webhook

import (
	"fmt"
	"net/http"
)

// Gitea returns what understands the webhooks of Gitea and Forgejo, in both
// content types that they offer. secrets is as for GitHub.
//
// The signature is over the payload, also where a form wraps it
// (services/webhook/deliver.go of Gitea 1.26.0).
func Gitea(secrets func() [][]byte) Verifier {
	return gitea{secrets}
}

type gitea struct {
	secrets func() [][]byte
}

func (g gitea) Verify(header http.Header, body []byte) (Event, bool, error) {
	data, err := jsonOf(header.Get("Content-Type"), body)
	if err != nil {
		return Event{}, false, err
	}
	if err := verifySHA256(header.Get("X-Gitea-Signature"), data, g.secrets()); err != nil {
		return Event{}, false, err
	}
	name := header.Get("X-Gitea-Event")
	if name == "" {
		return Event{}, false, fmt.Errorf("%w: no X-Gitea-Event", ErrMalformed)
	}
	return read(data, func(action string) bool { return changesGiteaList(name, action) })
}

// changesGiteaList is changesGitHubList for Gitea, which has other words
// (modules/webhook/type.go and modules/structs/hook.go of 1.26.0). Reviews are
// events of their own there, and a label that is renamed is told of by none.
func changesGiteaList(event, action string) bool {
	switch event {
	case "push", "create", "delete", "repository":
		return true
	case "pull_request":
		switch action {
		case "assigned", "unassigned", "milestoned", "demilestoned", "review_requested", "review_request_removed":
			return false
		}
		return true
	}
	return false
}
