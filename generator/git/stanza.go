package git

import (
	"fmt"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/generator/forge"
	"github.com/previewset/previewset/internal/gitrepo"
	"github.com/previewset/previewset/internal/secret"
)

// Stanza is source.git of the configuration: a repository on any Git server.
type Stanza struct {
	URL   string `yaml:"url"`
	Login `yaml:",inline"`
}

// Check implements forge.Stanza.
func (s *Stanza) Check(r forge.Report) {
	CheckURL(r, s.URL)
	if _, err := RepositoryOf(s.URL); err != nil && gitrepo.CheckURL(s.URL) == nil {
		r("url", "%v", err)
	}
	s.Login.Check(r)
}

// Open implements forge.Stanza. Plain Git uses no option except Login.
func (s *Stanza) Open(o forge.Options) (generator.Source, error) {
	remote, err := gitrepo.Open(s.URL, s.OptionsOr(o.Login, "source.git", 1))
	if err != nil {
		return nil, fmt.Errorf("source.git: %w", err)
	}
	return New(remote)
}

// Repository implements forge.Stanza. Git has no webhooks.
func (*Stanza) Repository() generator.Repository { return generator.Repository{} }

// WebhookSecret implements forge.Stanza. Git has no webhooks.
func (*Stanza) WebhookSecret() secret.Ref { return secret.Ref{} }
