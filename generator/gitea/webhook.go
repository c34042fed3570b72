package gitea

import (
	"fmt"
	"net/http"
	"slices"

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

// maxPayload bounds a payload, in bytes. Gitea and Forgejo document no maximum. A push has at most
// five commits ([ui] FEED_MAX_COMMIT_NUM), each with the names of all its files.
const maxPayload = 25 << 20

type webhooks struct {
	secrets func() [][]byte
}

// MaxBody implements forge.Verifier.
func (w webhooks) MaxBody(header http.Header) (int64, error) {
	signatures, err := signaturesOf(header)
	if err != nil {
		return 0, err
	}
	for _, signature := range signatures {
		if _, err := forge.ParseSHA256(signature); err != nil {
			return 0, err
		}
	}
	return forge.MaxBody(header.Get("Content-Type"), maxPayload)
}

// Verify implements forge.Verifier.
func (w webhooks) Verify(header http.Header, body []byte) (forge.Event, bool, error) {
	data, err := forge.JSONPayload(header.Get("Content-Type"), body)
	if err != nil {
		return forge.Event{}, false, err
	}
	if err := w.verifySignatures(header, data); err != nil {
		return forge.Event{}, false, err
	}
	names := valuesOf(header, "Event")
	if len(names) == 0 || names[0] == "" {
		return forge.Event{}, false, fmt.Errorf("%w: no X-Forgejo-Event or X-Gitea-Event", forge.ErrMalformed)
	}
	name := names[0]
	if slices.ContainsFunc(names, func(other string) bool { return other != name }) {
		return forge.Event{}, false, fmt.Errorf("%w: X-Forgejo-Event and X-Gitea-Event differ", forge.ErrMalformed)
	}
	return forge.ReadPayload(name, data, func(action string) bool { return changesList(name, action) })
}

// valuesOf returns the values of a header that has a name of Forgejo and one of Gitea.
// Forgejo sends both, or only its own.
func valuesOf(header http.Header, name string) []string {
	return slices.Concat(header.Values("X-Forgejo-"+name), header.Values("X-Gitea-"+name))
}

// signaturesOf returns all signatures: one, or one for each of the two names. Each costs a hash of
// the payload with every secret. The error is ErrSignature.
func signaturesOf(header http.Header) ([]string, error) {
	signatures := valuesOf(header, "Signature")
	if len(signatures) == 0 {
		return nil, fmt.Errorf("%w: no X-Forgejo-Signature or X-Gitea-Signature", forge.ErrSignature)
	}
	if len(signatures) > 2 {
		return nil, fmt.Errorf("%w: more than two signatures", forge.ErrSignature)
	}
	return signatures, nil
}

// verifySignatures checks that there is a signature, and that all signatures are valid.
func (w webhooks) verifySignatures(header http.Header, data []byte) error {
	signatures, err := signaturesOf(header)
	if err != nil {
		return err
	}
	secrets := w.secrets()
	for _, signature := range signatures {
		if err := forge.VerifySHA256(signature, data, secrets); err != nil {
			return err
		}
	}
	return nil
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
