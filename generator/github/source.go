package github

import (
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"time"

	gogithub "github.com/google/go-github/v62/github"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/internal/rest"
)

// Options are where a repository is and how it may be read.
type Options struct {
	// Owner and Repo name the repository.
	Owner, Repo string
	// APIURL is the root of a GitHub Enterprise API, as Argo CD's `api`:
	// https://ghe.acme.dev/api/v3, where /api/v3 may be left out. "" is
	// https://api.github.com.
	APIURL string
	// Token returns a personal or installation access token. It is asked at
	// each request, so that a rotated one counts at once. Spaces around it are
	// ignored.
	Token func() (string, error)
	// App reads as a GitHub App. At most one of Token and App is set; without
	// both requests are anonymous.
	App *App
	// HTTP carries the requests; nil is a transport with time limits of its
	// own that honours the proxy variables of the environment.
	HTTP http.RoundTripper
	// Timeout is how long one List, Ending or Describe may take; 0 is 60 s.
	Timeout time.Duration
	// MaxPages is the bound of pages, of 100 each, that one list may have; 0
	// is 200. A longer list is generator.ErrIncomplete.
	MaxPages int
	// MaxBytes is the bound of one answer's body, decompressed; 0 is 16 MiB. A
	// longer one is generator.ErrIncomplete.
	MaxBytes int64
	// OnRate is told of the rate limit with each answer that tells it. It may
	// be called from several goroutines.
	OnRate func(resource string, remaining, limit int, reset time.Time)
	// Log takes what is worth knowing but no error; nil drops it.
	Log *slog.Logger
}

// App is an installation of a GitHub App.
type App struct {
	ID, InstallationID int64
	// PrivateKey returns the App's key in PEM. It is asked at each request, so
	// that a rotated one counts at once.
	PrivateKey func() ([]byte, error)
}

var errIncompleteApp = errors.New("an App needs its id, an installation id and a private key")

func (a App) complete() bool { return a.ID > 0 && a.InstallationID > 0 && a.PrivateKey != nil }

const (
	defaultTimeout  = time.Minute
	defaultMaxPages = 200
	defaultMaxBytes = 16 << 20
)

// Source is a repository on GitHub. It is safe for concurrent use.
type Source struct {
	owner, repo string
	host        string
	timeout     time.Duration
	maxPages    int
	log         *slog.Logger
	secrets     *rest.Secrets
	client      *gogithub.Client
	answers     *lru[string, answer] // of lists, by path
	believed    *rest.Lists
	commits     *commits
}

var (
	_ generator.Source    = (*Source)(nil)
	_ generator.Describer = (*Source)(nil)
)

// New returns the source that o describes. It makes no request.
func New(o Options) (*Source, error) {
	if err := o.validate(); err != nil {
		return nil, fmt.Errorf("github: %w", err)
	}
	o = o.withDefaults()
	s := &Source{
		owner: o.Owner, repo: o.Repo, timeout: o.Timeout, maxPages: o.MaxPages, log: o.Log,
		secrets: &rest.Secrets{}, answers: newAnswers(), commits: newCommits(),
	}
	s.believed = rest.NewLists(o.Log.With("repository", s.fullName()))
	base, err := baseURL(o.APIURL)
	if err != nil {
		return nil, fmt.Errorf("github %s: %w", s.fullName(), err)
	}
	s.host = webHost(base)
	s.client = newClient(base, o.transport(base, s.secrets))
	return s, nil
}

func (s *Source) fullName() string {
	return s.owner + "/" + s.repo
}

// path is the repository's below the root of the API.
func (s *Source) path() string {
	return "repos/" + s.fullName()
}

func (o Options) validate() error {
	if err := rest.CheckNames(o.Owner, o.Repo); err != nil {
		return err
	}
	switch {
	case o.Token != nil && o.App != nil:
		return errors.New("a token and an App exclude each other")
	case o.App != nil && !o.App.complete():
		return errIncompleteApp
	case o.Timeout < 0 || o.MaxPages < 0 || o.MaxBytes < 0:
		return errors.New("a bound is negative")
	}
	return nil
}

func (o Options) withDefaults() Options {
	if o.Timeout == 0 {
		o.Timeout = defaultTimeout
	}
	if o.MaxPages == 0 {
		o.MaxPages = defaultMaxPages
	}
	if o.MaxBytes == 0 {
		o.MaxBytes = defaultMaxBytes
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	return o
}

// baseURL returns the root of the API with a slash at its end. Where apiURL
// lacks /api/v3 it is completed as go-github does it for Argo CD.
func baseURL(apiURL string) (*url.URL, error) {
	if apiURL == "" {
		return gogithub.NewClient(nil).BaseURL, nil
	}
	if _, err := rest.ParseRoot("API's", apiURL); err != nil {
		return nil, err
	}
	client, err := gogithub.NewClient(nil).WithEnterpriseURLs(apiURL, apiURL)
	if err != nil {
		return nil, fmt.Errorf("the API's URL: %w", err)
	}
	return client.BaseURL, nil
}

// webHost returns the host of the pages that belong to an API: github.com for
// api.github.com, acme.ghe.com for api.acme.ghe.com, else the API's own.
func webHost(api *url.URL) string {
	host := rest.Host(api)
	if web, ok := strings.CutPrefix(host, "api."); ok && (web == "github.com" || strings.HasSuffix(web, ".ghe.com")) {
		return web
	}
	return host
}
