package gitea

import (
	"fmt"
	"net/http"

	"github.com/previewset/previewset/generator/forge"
)

// Webhooks returns the verifier for the webhooks of Gitea and Forgejo, in both content
// types that they offer. secrets returns the secrets that are valid now: more than one
// during a rotation. Empty secrets are ignored. Without a secret, every webhook is
// refused.
//
// The signature covers the payload, also if the payload is in a form
// (services/webhook/deliver.go of Gitea 1.26.0).
func Webhooks(secrets func() [][]byte) forge.Verifier {
	return webhooks{secrets}
}

type webhooks struct {
	secrets func() [][]byte
}

// Verify implements forge.Verifier.
func (w webhooks) Verify(header http.Header, body []byte) (forge.Event, bool, error) {
	data, err := forge.JSONPayload(header.Get("Content-Type"), body)
	if err != nil {
		return forge.Event{}, false, err
	}
	if err := forge.VerifySHA256(header.Get("X-Gitea-Signature"), data, w.secrets()); err != nil {
		return forge.Event{}, false, err
	}
	name := header.Get("X-Gitea-Event")
	if name == "" {
		return forge.Event{}, false, fmt.Errorf("%w: no X-Gitea-Event", forge.ErrMalformed)
	}
	return forge.ReadPayload(data, func(action string) bool { return changesList(name, action) })
}

// changesList reports whether an event can change a list of pull requests or branches, or
// a fact in it. Gitea's events differ from GitHub's (modules/webhook/type.go and
// modules/structs/hook.go of 1.26.0): reviews are separate events, and there is no event
// for a renamed label.
func changesList(event, action string) bool {
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
