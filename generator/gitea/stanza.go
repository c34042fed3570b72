package gitea

import (
	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/generator/forge"
)

var _ forge.FeedbackStanza = (*Stanza)(nil)

// Stanza is source.gitea of the configuration: a repository on Gitea or Forgejo.
type Stanza struct {
	// URL of the server's root, as in its ROOT_URL: https://gitea.acme.dev.
	URL   string `yaml:"url"`
	Owner string `yaml:"owner"`
	Repo  string `yaml:"repo"`
	// ID of the repository; 0 accepts the repository that the name belongs to.
	ID           int64 `yaml:"id,omitempty"`
	forge.Access `yaml:",inline"`
}

// Check implements forge.Stanza.
func (s *Stanza) Check(r forge.Report) {
	if s.URL == "" {
		r("url", "the URL is missing: set it to the root of the server, such as https://gitea.acme.dev")
	}
	r.HTTPURL("url", s.URL)
	r.Names(s.Owner, s.Repo)
	r.RepositoryID(s.ID)
	r.AtMostOne("tokenFile or tokenEnv", s.TokenFile, s.TokenEnv)
	r.AtMostOne("webhookSecretFile or webhookSecretEnv", s.WebhookSecretFile, s.WebhookSecretEnv)
}

// TLS reports whether the URL of the API is https.
func (s *Stanza) TLS() bool {
	root, err := rootURL(s.URL)
	return err != nil || root.Scheme == "https"
}

// Open implements forge.Stanza.
func (s *Stanza) Open(o forge.Options) (generator.Source, error) {
	return New(Options{Options: o, URL: s.URL, Owner: s.Owner, Repo: s.Repo, ID: s.ID, Token: s.TokenOr(o.Login, "gitea")})
}

// WritesAsApp implements forge.FeedbackStanza.
func (s *Stanza) WritesAsApp() bool { return false }

// Feedback implements forge.FeedbackStanza.
func (s *Stanza) Feedback(o forge.Options, access forge.Access) (forge.Feedback, error) {
	return NewFeedback(Options{Options: o, URL: s.URL, Owner: s.Owner, Repo: s.Repo, ID: s.ID, Token: access.FeedbackToken()})
}

// Repository implements forge.Stanza.
func (s *Stanza) Repository() generator.Repository {
	root, err := rootURL(s.URL)
	if err != nil {
		return generator.Repository{}
	}
	return generator.Repository{ID: forge.ID(s.ID), ForgeHost: generator.HostOf(root), Organization: s.Owner, Name: s.Repo}
}
