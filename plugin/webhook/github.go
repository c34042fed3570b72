package webhook

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"mime"
	"net/http"
	"net/url"
	"regexp"
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

// payload is all that is read.
type payload struct {
	Action     string `json:"action"`
	Repository *struct {
		FullName string `json:"full_name"`
		HTMLURL  string `json:"html_url"`
	} `json:"repository"`
}

func (g gitHub) Verify(header http.Header, body []byte) (Event, bool, error) {
	if err := verifySHA256(header.Get("X-Hub-Signature-256"), body, g.secrets()); err != nil {
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
	var p payload
	if err := json.Unmarshal(data, &p); err != nil {
		return Event{}, false, fmt.Errorf("%w: not a JSON object", ErrMalformed)
	}
	if !changesList(name, p.Action) {
		return Event{}, false, nil
	}
	event, err := p.event()
	return event, err == nil, err
}

// verifySHA256 compares in constant time, and with every secret.
func verifySHA256(signature string, body []byte, secrets [][]byte) error {
	const prefix = "sha256="
	told, err := hex.DecodeString(strings.TrimPrefix(signature, prefix))
	if err != nil || !strings.HasPrefix(signature, prefix) || len(told) != sha256.Size {
		return fmt.Errorf("%w: none of the form sha256=<64 hexadecimal digits>", ErrSignature)
	}
	valid := false
	for _, secret := range secrets {
		if len(secret) == 0 {
			continue
		}
		mac := hmac.New(sha256.New, secret)
		mac.Write(body)
		if hmac.Equal(mac.Sum(nil), told) {
			valid = true
		}
	}
	if !valid {
		return ErrSignature
	}
	return nil
}

// jsonOf returns the JSON in a body: the body itself, or the form field that
// GitHub puts it in by default.
func jsonOf(contentType string, body []byte) ([]byte, error) {
	media, _, err := mime.ParseMediaType(contentType)
	if err != nil {
		return nil, ErrUnsupported
	}
	switch media {
	case "application/json":
		return body, nil
	case "application/x-www-form-urlencoded":
		form, err := url.ParseQuery(string(body))
		if err != nil {
			return nil, fmt.Errorf("%w: not a form", ErrMalformed)
		}
		return []byte(form.Get("payload")), nil
	}
	return nil, ErrUnsupported
}

// changesList reports whether an event can change a list of pull requests or
// branches, or what is told of them. Actions that are not known here count, for
// looking once too often is cheap.
func changesList(event, action string) bool {
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

var fullName = regexp.MustCompile(`^[A-Za-z0-9._-]{1,100}/[A-Za-z0-9._-]{1,100}$`)

func (p payload) event() (Event, error) {
	if p.Repository == nil || !fullName.MatchString(p.Repository.FullName) {
		return Event{}, fmt.Errorf("%w: no name of a repository", ErrMalformed)
	}
	page, err := url.Parse(p.Repository.HTMLURL)
	if err != nil || page.Host == "" || page.Scheme != "https" && page.Scheme != "http" {
		return Event{}, fmt.Errorf("%w: no page of the repository", ErrMalformed)
	}
	host := strings.ToLower(page.Host)
	if page.Scheme == "https" {
		host = strings.TrimSuffix(host, ":443")
	} else {
		host = strings.TrimSuffix(host, ":80")
	}
	return Event{Host: host, FullName: p.Repository.FullName}, nil
}
