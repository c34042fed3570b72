package github

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	gogithub "github.com/google/go-github/v62/github"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/generator/forge"
)

// Options are the location of a repository and the credentials to read it.
type Options struct {
	forge.Options
	// Owner and Repo name the repository.
	Owner, Repo string
	// ID is the ID that the repository must have; 0 for any.
	ID int64
	// APIURL is the root of a GitHub Enterprise API, as in Argo CD's `api`:
	// https://ghe.acme.dev/api/v3, where /api/v3 may be omitted. "" means
	// https://api.github.com.
	APIURL string
	// Token returns a personal or installation access token; see forge.Token.
	Token func() (string, error)
	// App is the GitHub App to authenticate as. At most one of Token and App may be
	// set. Without both, requests are anonymous.
	App *App
}

// concurrentPages is the number of pages to request concurrently. GitHub recommends
// serial requests, and refuses more than 100 concurrent requests with the same
// credentials. Five concurrent requests avoid most of the waiting and stay far below that
// limit.
// https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api#about-secondary-rate-limits
const concurrentPages = 5

const userAgent = "previewset"

// New returns the source that o describes. It makes no request.
func New(o Options) (*forge.Source, error) {
	place, api, connection, err := o.open(false)
	if err != nil {
		return nil, err
	}
	return forge.New(place, api, connection, concurrentPages), nil
}

// open returns the API of the repository. writes is true for an API that writes.
func (o Options) open(writes bool) (forge.Place, *api, *forge.Connection, error) {
	if err := o.validate(); err != nil {
		return forge.Place{}, nil, nil, fmt.Errorf("github: %w", err)
	}
	base, err := baseURL(o.APIURL)
	if err != nil {
		return forge.Place{}, nil, nil, fmt.Errorf("github %s/%s: %w", o.Owner, o.Repo, err)
	}
	connection, tokens, err := o.connect(base, writes)
	if err != nil {
		return forge.Place{}, nil, nil, fmt.Errorf("github %s/%s: %w", o.Owner, o.Repo, err)
	}
	client := gogithub.NewClient(connection.Client)
	client.BaseURL = base
	client.UserAgent = userAgent
	place := forge.Place{Forge: "github", ForgeHost: webHost(base), Owner: o.Owner, Name: o.Repo, ID: forge.ID(o.ID)}
	api := newAPI(o.Owner, o.Repo, client)
	api.tokens = tokens
	return place, api, connection, nil
}

func (o Options) validate() error {
	switch {
	case o.Token != nil && o.App != nil:
		return errors.New("a token and an App can't be used together")
	case o.App != nil && !o.App.complete():
		return errIncompleteApp
	}
	return forge.CheckNames(o.Owner, o.Repo)
}

// connect returns the connection to the API. An App requests its access tokens over a
// separate connection with the same transport. tokens is nil without an App.
func (o Options) connect(base *url.URL, writes bool) (connection *forge.Connection, tokens *appTokens, err error) {
	s := forge.Server{Base: base, Writes: writes, Limit: rateLimit, OnResponse: func(h http.Header, now time.Time) { reportRate(h, now, o.OnRate) }}
	switch {
	case o.App != nil:
		if tokens, err = newAppTokens(*o.App, base, o.Options); err != nil {
			return nil, nil, err
		}
		s.Credentials, o.Options = tokens.credentials, tokens.connection.Options
	case o.Token != nil:
		s.Credentials = forge.Token("Bearer", o.Token)
	}
	connection, err = forge.Connect(s, o.Options)
	return connection, tokens, err
}

// baseURL returns the root of the API with a trailing slash. If apiURL lacks /api/v3,
// go-github adds it, as it does in Argo CD.
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

// webHost returns the host of the web pages for an API: github.com for api.github.com,
// acme.ghe.com for api.acme.ghe.com, and otherwise the host of the API.
func webHost(api *url.URL) string {
	host := generator.HostOf(api)
	if web, ok := strings.CutPrefix(host, "api."); ok && (web == "github.com" || strings.HasSuffix(web, ".ghe.com")) {
		return web
	}
	return host
}
