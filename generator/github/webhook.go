package github

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/previewset/previewset/generator/forge"
)

// Webhooks returns the verifier for GitHub's webhooks, in both content types that GitHub
// offers. secrets returns the secrets that are valid now: more than one during a
// rotation. Empty secrets are ignored. Without a secret, every webhook is refused.
//
// https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries
func Webhooks(secrets func() [][]byte) forge.Verifier {
	return webhooks{secrets}
}

// maxPayload bounds a payload, in bytes. GitHub sends no larger one: "Payloads are capped at
// 25 MB".
//
// https://docs.github.com/en/webhooks/webhook-events-and-payloads#payload-cap
const maxPayload = 25 << 20

type webhooks struct {
	secrets func() [][]byte
}

// MaxBody implements forge.Verifier.
func (w webhooks) MaxBody(header http.Header) (int64, error) {
	signature, err := signatureOf(header)
	if err != nil {
		return 0, err
	}
	if _, err := forge.ParseSHA256(signature); err != nil {
		return 0, err
	}
	return forge.MaxBody(header.Get("Content-Type"), maxPayload)
}

// signatureOf returns the hexadecimal digits of the signature. The error is ErrSignature.
func signatureOf(header http.Header) (string, error) {
	const prefix = "sha256="
	signature, prefixed := strings.CutPrefix(header.Get("X-Hub-Signature-256"), prefix)
	if !prefixed {
		return "", fmt.Errorf("%w: it does not start with %s", forge.ErrSignature, prefix)
	}
	return signature, nil
}

// Verify implements forge.Verifier.
func (w webhooks) Verify(header http.Header, body []byte) (forge.Event, bool, error) {
	signature, err := signatureOf(header)
	if err != nil {
		return forge.Event{}, false, err
	}
	signer, err := forge.SignerSHA256(signature, body, w.secrets())
	if err != nil {
		return forge.Event{}, false, err
	}
	name := header.Get("X-GitHub-Event")
	if name == "" {
		return forge.Event{}, false, fmt.Errorf("%w: no X-GitHub-Event", forge.ErrMalformed)
	}
	data, err := forge.JSONPayload(header.Get("Content-Type"), body)
	if err != nil {
		return forge.Event{}, false, err
	}
	event, relevant, err := forge.ReadPayload(name, data, func(action string) bool { return changesList(name, action) })
	if relevant {
		event.Signer = signer
	}
	return event, relevant, err
}

// changesList reports whether an event can change a list of pull requests or branches, or
// a fact in it. It returns true for unknown actions, because an unnecessary list is
// cheap.
func changesList(event, action string) bool {
	switch event {
	case "push", "create", "delete", "repository":
		return true
	case "label":
		return action != "created" // no pull request has a new label yet
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
