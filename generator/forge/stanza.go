package forge

import (
	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/internal/secret"
)

// Stanza is the part of the configuration with the location of a repository and the
// credentials to read it. It is decoded from YAML, and its tags are the keys.
type Stanza interface {
	// Check reports every mistake in the stanza.
	Check(r Report)
	// Open returns the source of the repository. It makes no request.
	Open(o Options) (generator.Source, error)
	// Repository returns the repository as the configuration names it: its ID, if there
	// is one, its host and its name. It is zero if the repository has no webhooks.
	Repository() generator.Repository
	// WebhookSecret returns the reference to the secret of the repository's webhook.
	// The reference is empty if there is no secret.
	WebhookSecret() secret.Ref
}

// Access is the part of a stanza that forges have in common: a token that may read the
// repository, and the secret of its webhook. Each secret is in a file or an environment
// variable.
type Access struct {
	TokenFile         string `yaml:"tokenFile,omitempty"`
	TokenEnv          string `yaml:"tokenEnv,omitempty"`
	WebhookSecretFile string `yaml:"webhookSecretFile,omitempty"`
	WebhookSecretEnv  string `yaml:"webhookSecretEnv,omitempty"`
}

// Token returns a function that reads the token; nil if no token is configured. forge is the
// key of the stanza, for errors.
func (a Access) Token(forge string) func() (string, error) {
	return a.tokenAt("source." + forge + ".token")
}

// FeedbackToken is Token for the token that writes feedback.
func (a Access) FeedbackToken() func() (string, error) { return a.tokenAt("feedback.token") }

// tokenAt returns a function that reads the token; nil if no token is configured. key is
// the key of the configuration, for errors.
func (a Access) tokenAt(key string) func() (string, error) {
	if token := (secret.Ref{File: a.TokenFile, Env: a.TokenEnv, Key: key}); token.Given() {
		return token.Read
	}
	return nil
}

// TokenOr is Token, with the login that applies if no token is configured. login may be
// nil.
func (a Access) TokenOr(login Login, forge string) func() (string, error) {
	if token := a.Token(forge); token != nil || login == nil {
		return token
	}
	return login.Token
}

// WebhookSecret implements Stanza.
func (a Access) WebhookSecret() secret.Ref {
	return secret.Ref{File: a.WebhookSecretFile, Env: a.WebhookSecretEnv}
}

// Report records a mistake in a part of the configuration. key is relative to that part;
// "" is the part itself.
type Report func(key, format string, args ...any)

// Below returns the Report for the part of the configuration below a key.
func (r Report) Below(key string) Report {
	return func(inner, format string, args ...any) {
		if inner != "" {
			inner = "." + inner
		}
		r(key+inner, format, args...)
	}
}

// OneOf reports a mistake unless exactly one of the values is not empty. keys are the
// names of their keys, for the message.
func (r Report) OneOf(keys string, values ...string) {
	if countGiven(values) == 0 {
		r("", "set %s", keys)
	}
	r.AtMostOne(keys, values...)
}

// AtMostOne reports a mistake if more than one of the values is not empty. keys are the
// names of their keys, for the message.
func (r Report) AtMostOne(keys string, values ...string) {
	if countGiven(values) > 1 {
		r("", "more than one key is set: keep %s", keys)
	}
}

func countGiven(values []string) (n int) {
	for _, v := range values {
		if v != "" {
			n++
		}
	}
	return n
}

// HTTPURL reports a mistake if raw is not the URL of a server or an API. It accepts "".
func (r Report) HTTPURL(key, raw string) {
	if raw == "" {
		return
	}
	if _, err := ParseRoot("", raw); err != nil {
		r(key, "the URL is not valid: use https://host/path, without credentials, query and fragment")
	}
}

// Names reports an owner or a repository whose name is not valid.
func (r Report) Names(owner, repo string) {
	if !isSegment(owner) {
		r("owner", "%q is not the login of an owner: use the name of a user or an organization", owner)
	}
	if !isSegment(repo) {
		r("repo", "%q is not the name of a repository: write the name without its owner", repo)
	}
}

// RepositoryID reports a repository ID that is not valid. It accepts 0: the ID is not
// configured.
func (r Report) RepositoryID(id int64) {
	if id < 0 {
		r("id", "%d is not the id of a repository: use the number that the forge's API returns as the repository's id, or remove the key", id)
	}
}
