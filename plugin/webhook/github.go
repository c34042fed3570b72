package webhook

import (
	"fmt"
	"net/http"
	"strings"
)

// GitHub returns what understands GitHub's webhooks, in both content types that
// it offers. secrets returns the secrets that are good now: several while one
// is rotated. Empty ones count for nothing; without any, all is refused.
//
// https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries
func GitHub(secrets func() [][]byte) Verifier {
	return gitHub{secrets}
}

type gitHub struct {
	secrets func() [][]byte
}

func (g gitHub) Verify(header http.Header, body []byte) (Event, bool, error) {
	const prefix = "sha256="
	signature, prefixed := strings.CutPrefix(header.Get("X-Hub-Signature-256"), prefix)
	if !prefixed {
		return Event{}, false, fmt.Errorf("%w: it does not start with %s", ErrSignature, prefix)
	}
	if err := verifySHA256(signature, body, g.secrets()); err != nil {
		return Event{}, false, err
	}
	name := header.Get("X-GitHub-Event")
	if name == "" {
		return Event{}, false, fmt.Errorf("%w: no X-GitHub-Event", ErrMalformed)
	}
	data, err := jsonOf(header.Get("Content-Type"), body)
	if err != nil {
		return Event{}, false, err
	}
	return read(data, func(action string) bool { return changesGitHubList(name, action) })
}

// changesGitHubList reports whether an event can change a list of pull requests
// or branches, or what is told of them. Actions that are not known here count,
// for looking once too often is cheap.
func changesGitHubList(event, action string) bool {
	switch event {
	case "push", "create", "delete", "repository":
		return true
	case "label":
		return action != "created" // on no pull request yet
	case "pull_request":
		switch action {
		case "assigned", "unassigned", "auto_merge_enabled", "auto_merge_disabled", "dequeued", "enqueued",
			"locked", "unlocked", "milestoned", "demilestoned", "review_requested", "review_request_removed":
			return false
		}
		return true
	}
	return false
}
