package github

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"sync"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/generator/forge"
)

// App is an installation of a GitHub App.
type App struct {
	ID, InstallationID int64
	// PrivateKey returns the App's key in PEM. It is called at each request, so that
	// a rotated key counts at once.
	PrivateKey func() ([]byte, error)
}

var errIncompleteApp = errors.New("an App needs its id, an installation id and a private key")

func (a App) complete() bool { return a.ID > 0 && a.InstallationID > 0 && a.PrivateKey != nil }

// AppLogin logs in to Git over https as the installation of an App. It is a
// gitrepo.Credentials.
type AppLogin struct {
	tokens *appTokens
}

// NewAppLogin returns the login of o.App. Of o it also uses APIURL, HTTP and Timeout.
// It makes no request.
func NewAppLogin(o Options) (*AppLogin, error) {
	if o.App == nil || !o.App.complete() {
		return nil, fmt.Errorf("github: %w", errIncompleteApp)
	}
	base, err := baseURL(o.APIURL)
	if err != nil {
		return nil, fmt.Errorf("github: %w", err)
	}
	tokens, err := newAppTokens(*o.App, base, o.Options)
	if err != nil {
		return nil, fmt.Errorf("github: %w", err)
	}
	return &AppLogin{tokens}, nil
}

// HTTP returns the access token of the moment, with the user name that belongs to
// it. The errors are those of a forge.Source. (docs.github.com, "Authenticating as a
// GitHub App installation": HTTP-based Git access.)
func (l *AppLogin) HTTP(ctx context.Context) (user, password string, err error) {
	ctx, cancel := context.WithTimeout(ctx, l.tokens.connection.Options.Timeout)
	defer cancel()
	token, err := l.tokens.token(ctx)
	if err != nil {
		return "", "", l.tokens.connection.Failure("github", err)
	}
	return "x-access-token", token, nil
}

// renewBefore is how long before its end an access token is replaced.
const renewBefore = time.Minute

// appTokens gets an installation's access tokens with the App's key, and replaces
// each before it expires. It is safe for concurrent use: callers share one request.
type appTokens struct {
	app        App
	url        string // for requests of access tokens
	connection *forge.Connection

	mu      sync.Mutex
	key     []byte // that current was requested with
	current accessToken
}

// accessToken is GitHub's answer to a request for one.
type accessToken struct {
	Token     string    `json:"token"`
	ExpiresAt time.Time `json:"expires_at"`
}

func newAppTokens(app App, base *url.URL, o forge.Options) (*appTokens, error) {
	t := &appTokens{app: app, url: base.JoinPath("app/installations", strconv.FormatInt(app.InstallationID, 10), "access_tokens").String()}
	var err error
	t.connection, err = forge.Connect(forge.Server{Base: base, Limit: limitOf, Credentials: t.assertion}, o)
	if err != nil {
		return nil, err
	}
	// A redirect is no answer to a request for a token.
	t.connection.Client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return t, nil
}

// credentials are those of the installation.
func (t *appTokens) credentials(ctx context.Context) (string, error) {
	token, err := t.token(ctx)
	if err != nil {
		return "", t.connection.Failure("get an access token", err)
	}
	return "Bearer " + token, nil
}

// token returns an access token that is good for another minute. A new key begins
// with a new access token.
func (t *appTokens) token(ctx context.Context) (string, error) {
	key, err := t.privateKey()
	if err != nil {
		return "", err
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if bytes.Equal(t.key, key) && time.Until(t.current.ExpiresAt) > renewBefore {
		return t.current.Token, nil
	}
	issued, err := t.request(ctx)
	if err != nil {
		return "", err
	}
	t.key, t.current = key, issued
	return issued.Token, nil
}

func (t *appTokens) privateKey() ([]byte, error) {
	key, err := t.app.PrivateKey()
	if err != nil {
		return nil, fmt.Errorf("read the App's private key: %w", err)
	}
	return key, nil
}

// request asks for an access token.
// https://docs.github.com/en/rest/apps/apps#create-an-installation-access-token-for-an-app
func (t *appTokens) request(ctx context.Context) (accessToken, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, t.url, nil)
	if err != nil {
		return accessToken{}, err
	}
	r.Header.Set("Accept", "application/vnd.github+json")
	r.Header.Set("User-Agent", userAgent)
	resp, err := t.connection.Client.Do(r)
	if err != nil {
		return accessToken{}, err
	}
	defer func() { _ = resp.Body.Close() }()
	if resp.StatusCode != http.StatusCreated {
		return accessToken{}, t.refused(resp.StatusCode)
	}
	var issued accessToken
	// The error of the decoder can hold the token.
	if json.NewDecoder(resp.Body).Decode(&issued) != nil || issued.Token == "" || issued.ExpiresAt.IsZero() {
		return accessToken{}, forge.Incomplete("the answer is no access token with its end")
	}
	return issued, nil
}

// assertion is the credential of the App itself: a JSON Web Token that its key
// signs. It begins a minute ago, because clocks differ.
// https://docs.github.com/en/apps/creating-github-apps/authenticating-with-a-github-app/generating-a-json-web-token-jwt-for-a-github-app
func (t *appTokens) assertion(context.Context) (string, error) {
	pem, err := t.privateKey()
	if err != nil {
		return "", err
	}
	key, err := jwt.ParseRSAPrivateKeyFromPEM(pem)
	if err != nil {
		return "", errors.New("read the App's private key: it is no RSA key in PEM")
	}
	now := time.Now()
	signed, err := jwt.NewWithClaims(jwt.SigningMethodRS256, jwt.RegisteredClaims{
		Issuer:    strconv.FormatInt(t.app.ID, 10),
		IssuedAt:  jwt.NewNumericDate(now.Add(-time.Minute)),
		ExpiresAt: jwt.NewNumericDate(now.Add(5 * time.Minute)),
	}).SignedString(key)
	if err != nil {
		return "", fmt.Errorf("sign with the App's private key: %w", err)
	}
	return "Bearer " + signed, nil
}

// refused returns what the refusal of an access token means: a wrong key, a
// suspended App, or an installation that is gone.
func (t *appTokens) refused(status int) error {
	switch status {
	case http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound:
		return fmt.Errorf("%w: status %d for a token of the App's installation %d", generator.ErrUnauthorized, status, t.app.InstallationID)
	}
	return fmt.Errorf("status %d for a token of the App's installation %d", status, t.app.InstallationID)
}
