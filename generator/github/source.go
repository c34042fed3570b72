package github

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	gogithub "github.com/google/go-github/v62/github"

	"github.com/previewset/previewset/generator/forge"
)

// Options are where a repository is and how it may be read.
type Options struct {
	forge.Options
	// Owner and Repo name the repository.
	Owner, Repo string
	// APIURL is the root of a GitHub Enterprise API, as Argo CD's `api`:
	// https://ghe.acme.dev/api/v3, where /api/v3 may be left out. "" is
	// https://api.github.com.
	APIURL string
	// Token returns a personal or installation access token; see forge.Token.
	Token func() (string, error)
	// App reads as a GitHub App. At most one of Token and App is set; without
	// both requests are anonymous.
	App *App
}

// pagesAtOnce is how many pages are requested at a time. GitHub would rather have
// one request after the other, and refuses from a hundred at once on, counted over
// all that use the same credentials. Five take most of the waiting away and are far
// from that.
// https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api#about-secondary-rate-limits
const pagesAtOnce = 5

const userAgent = "previewset"

// New returns the source that o describes. It makes no request.
func New(o Options) (*forge.Source, error) {
	if err := o.validate(); err != nil {
		return nil, fmt.Errorf("github: %w", err)
	}
	base, err := baseURL(o.APIURL)
	if err != nil {
		return nil, fmt.Errorf("github %s/%s: %w", o.Owner, o.Repo, err)
	}
	connection, err := o.connect(base)
	if err != nil {
		return nil, fmt.Errorf("github %s/%s: %w", o.Owner, o.Repo, err)
	}
	client := gogithub.NewClient(connection.Client)
	client.BaseURL = base
	client.UserAgent = userAgent
	at := forge.Place{Forge: "github", ForgeHost: webHost(base), Owner: o.Owner, Name: o.Repo}
	return forge.New(at, newAPI(o.Owner, o.Repo, client), connection, pagesAtOnce), nil
}

func (o Options) validate() error {
	switch {
	case o.Token != nil && o.App != nil:
		return errors.New("a token and an App exclude each other")
	case o.App != nil && !o.App.complete():
		return errIncompleteApp
	}
	return forge.CheckNames(o.Owner, o.Repo)
}

// connect returns the connection to the API. An App's tokens come over a connection
// of their own, which shares its transport.
func (o Options) connect(base *url.URL) (*forge.Connection, error) {
	s := forge.Server{Base: base, Limit: limitOf, OnResponse: func(h http.Header, now time.Time) { report(h, now, o.OnRate) }}
	switch {
	case o.App != nil:
		tokens, err := newAppTokens(*o.App, base, o.Options)
		if err != nil {
			return nil, err
		}
		s.Credentials, o.Options = tokens.credentials, tokens.connection.Options
	case o.Token != nil:
		s.Credentials = forge.Token("Bearer", o.Token)
	}
	return forge.Connect(s, o.Options)
}

// baseURL returns the root of the API with a slash at its end. Where apiURL lacks
// /api/v3 it is completed as go-github does it for Argo CD.
func baseURL(apiURL string) (*url.URL, error) {
	if apiURL == "" {
		return gogithub.NewClient(nil).BaseURL, nil
	}
	if _, err := forge.ParseRoot("API's", apiURL); err != nil {
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
	host := forge.HostOf(api)
	if web, ok := strings.CutPrefix(host, "api."); ok && (web == "github.com" || strings.HasSuffix(web, ".ghe.com")) {
		return web
	}
	return host
}
