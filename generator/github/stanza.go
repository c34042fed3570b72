package github

import (
	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/generator/forge"
	"github.com/previewset/previewset/internal/secret"
)

var _ forge.FeedbackStanza = (*Stanza)(nil)

// Stanza is source.github of the configuration: a repository on GitHub or GitHub
// Enterprise.
type Stanza struct {
	Owner string `yaml:"owner"`
	Repo  string `yaml:"repo"`
	// ID of the repository; 0 accepts the repository that the name belongs to.
	ID int64 `yaml:"id,omitempty"`
	// APIURL of GitHub Enterprise, such as https://ghe.acme.dev/api/v3.
	APIURL       string `yaml:"apiURL,omitempty"`
	forge.Access `yaml:",inline"`
	App          *AppStanza `yaml:"app,omitempty"`
}

// AppStanza is an installation of a GitHub App.
type AppStanza struct {
	ID             int64  `yaml:"id"`
	InstallationID int64  `yaml:"installationID"`
	PrivateKeyFile string `yaml:"privateKeyFile,omitempty"`
	PrivateKeyEnv  string `yaml:"privateKeyEnv,omitempty"`
	// APIURL of GitHub Enterprise, for an App that reads a Git URL. source.github has
	// its own apiURL: its App must have the same one, or none.
	APIURL string `yaml:"apiURL,omitempty"`
}

// Check implements forge.Stanza.
func (s *Stanza) Check(r forge.Report) {
	r.Names(s.Owner, s.Repo)
	r.RepositoryID(s.ID)
	r.HTTPURL("apiURL", s.APIURL)
	app := ""
	if s.App != nil {
		app = "app"
		s.App.Check(r.Below("app"))
		if s.App.APIURL != "" && s.App.APIURL != s.APIURL {
			r("app.apiURL", "the App uses the apiURL of its source: remove this key, or set both keys to the same URL")
		}
	}
	r.AtMostOne("tokenFile, tokenEnv or app", s.TokenFile, s.TokenEnv, app)
	r.AtMostOne("webhookSecretFile or webhookSecretEnv", s.WebhookSecretFile, s.WebhookSecretEnv)
}

// Check reports every mistake in s.
func (s *AppStanza) Check(r forge.Report) {
	if s.ID <= 0 {
		r("id", "set the ID of the App, a positive number")
	}
	if s.InstallationID <= 0 {
		r("installationID", "set the ID of the installation, a positive number")
	}
	r.OneOf("privateKeyFile or privateKeyEnv", s.PrivateKeyFile, s.PrivateKeyEnv)
	r.HTTPURL("apiURL", s.APIURL)
}

// TLS reports whether the URL of the API is https.
func (s *Stanza) TLS() bool {
	base, err := baseURL(s.APIURL)
	return err != nil || base.Scheme == "https"
}

// Open implements forge.Stanza.
func (s *Stanza) Open(o forge.Options) (generator.Source, error) {
	options := Options{Options: o, Owner: s.Owner, Repo: s.Repo, ID: s.ID, APIURL: s.APIURL}
	if s.App != nil {
		options.App, options.Token = s.App.app("source.github"), s.Token("github")
	} else {
		options.Token = s.TokenOr(o.Login, "github")
	}
	return New(options)
}

// WritesAsApp implements forge.FeedbackStanza.
func (s *Stanza) WritesAsApp() bool { return s.App != nil }

// Feedback implements forge.FeedbackStanza.
func (s *Stanza) Feedback(o forge.Options, access forge.Access) (forge.Feedback, error) {
	options := Options{Options: o, Owner: s.Owner, Repo: s.Repo, ID: s.ID, APIURL: s.APIURL, Token: access.FeedbackToken()}
	if options.Token == nil && s.App != nil {
		options.App = s.App.app("source.github")
	}
	return NewFeedback(options)
}

// Login returns the App's login to Git over https. key is the key that app is below, for
// errors, such as gitops. Login makes no request.
func (s *AppStanza) Login(key string) (*AppLogin, error) {
	return NewAppLogin(Options{App: s.app(key), APIURL: s.APIURL})
}

func (s *AppStanza) app(key string) *App {
	ref := secret.Ref{File: s.PrivateKeyFile, Env: s.PrivateKeyEnv, Key: key + ".app.privateKey"}
	return &App{ID: s.ID, InstallationID: s.InstallationID, PrivateKey: func() ([]byte, error) {
		text, err := ref.Read()
		return []byte(text), err
	}}
}

// Repository implements forge.Stanza.
func (s *Stanza) Repository() generator.Repository {
	base, err := baseURL(s.APIURL)
	if err != nil {
		return generator.Repository{}
	}
	return generator.Repository{ID: forge.ID(s.ID), ForgeHost: webHost(base), Organization: s.Owner, Name: s.Repo}
}
