package forge

import (
	"strings"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/internal/secret"
)

// Stanza is the part of the configuration that says where a repository is and how
// it may be read. It is decoded from YAML; its tags are the keys.
type Stanza interface {
	// Check reports all that is wrong with the stanza.
	Check(r Report)
	// Open returns the source of the repository. It makes no request.
	Open(o Options) (generator.Source, error)
	// Concerns reports whether a webhook is about the repository.
	Concerns(e Event) bool
	// WebhookSecret returns where the secret of the repository's webhook is, if
	// anywhere.
	WebhookSecret() secret.Ref
}

// Access is the part of a stanza that forges have in common: a token that may read the
// repository, and the secret of its webhook. Each is in a file or in an environment
// variable.
type Access struct {
	TokenFile         string `yaml:"tokenFile,omitempty"`
	TokenEnv          string `yaml:"tokenEnv,omitempty"`
	WebhookSecretFile string `yaml:"webhookSecretFile,omitempty"`
	WebhookSecretEnv  string `yaml:"webhookSecretEnv,omitempty"`
}

// Token returns how to read the token; nil where there is none.
func (a Access) Token() func() (string, error) {
	if token := (secret.Ref{File: a.TokenFile, Env: a.TokenEnv}); token.Given() {
		return token.Read
	}
	return nil
}

// WebhookSecret implements Stanza.
func (a Access) WebhookSecret() secret.Ref {
	return secret.Ref{File: a.WebhookSecretFile, Env: a.WebhookSecretEnv}
}

// Report records a mistake in a part of the configuration, by its key below that
// part; "" is the part itself.
type Report func(key, format string, args ...any)

// Below returns the report for the part below a key.
func (r Report) Below(key string) Report {
	return func(inner, format string, args ...any) {
		if inner != "" {
			inner = "." + inner
		}
		r(key+inner, format, args...)
	}
}

// OneOf reports unless exactly one of values is there. what names their keys.
func (r Report) OneOf(what string, values ...string) {
	if count(values) == 0 {
		r("", "want %s", what)
	}
	r.AtMostOne(what, values...)
}

// AtMostOne reports if more than one of values is there. what names their keys.
func (r Report) AtMostOne(what string, values ...string) {
	if count(values) > 1 {
		r("", "want only one of %s", what)
	}
}

func count(values []string) (n int) {
	for _, v := range values {
		if v != "" {
			n++
		}
	}
	return n
}

// HTTPURL reports a URL that is not that of a server or an API. "" is none.
func (r Report) HTTPURL(key, raw string) {
	if raw == "" {
		return
	}
	if _, err := ParseRoot("", raw); err != nil {
		r(key, "want http(s)://host/path, without credentials, query and fragment")
	}
}

// Names reports an owner or a repository that can't have this name.
func (r Report) Names(owner, repo string) {
	if !isSegment(owner) {
		r("owner", "%q is not an owner's login", owner)
	}
	if !isSegment(repo) {
		r("repo", "%q is not a repository's name (without its owner)", repo)
	}
}

// IsAbout reports whether e is about a repository on a host. Forges ignore case in
// both.
func (e Event) IsAbout(host, owner, repo string) bool {
	return strings.EqualFold(host, e.ForgeHost) && strings.EqualFold(owner+"/"+repo, e.FullName)
}
