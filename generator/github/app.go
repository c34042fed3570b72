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
	"strings"
	"sync"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/generator/forge"
	"github.com/previewset/previewset/internal/network"
	"github.com/previewset/previewset/internal/secret"
)

// App is an installation of a GitHub App.
type App struct {
	ID, InstallationID int64
	// PrivateKey returns the App's key in PEM. It is called for each request, so that
	// a rotated key takes effect immediately.
	PrivateKey func() ([]byte, error)
}

var errIncompleteApp = errors.New("an App needs its ID, an installation ID and a private key")

func (a App) complete() bool { return a.ID > 0 && a.InstallationID > 0 && a.PrivateKey != nil }

// AppLogin logs in to Git over https as the installation of an App. It is a
// gitrepo.Credentials.
type AppLogin struct {
	tokens *appTokens
}

// NewAppLogin returns the login of o.App. It also uses o.APIURL and o.Options. It makes
// no request.
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

// HTTP returns the current access token and the user name for it. refused is a token that
// the server has refused with status 401, or "": HTTP replaces it if it is the current
// one. The errors are those of a forge.Source. (docs.github.com, "Authenticating as a
// GitHub App installation": HTTP-based Git access.)
func (l *AppLogin) HTTP(ctx context.Context, refused string) (user, password string, err error) {
	ctx, cancel := context.WithTimeout(ctx, l.tokens.connection.Options.Timeout)
	defer cancel()
	token, err := l.tokens.token(ctx, refused)
	if err != nil {
		return "", "", l.tokens.connection.Failure("github", err)
	}
	return "x-access-token", token, nil
}

const (
	// renewBefore is the remaining lifetime at which an access token is replaced.
	renewBefore = time.Minute
	// revokedInterval is the minimum time between two requests for a token that replaces
	// a refused one. If GitHub refuses each new token too, these requests would
	// otherwise double the number of requests.
	revokedInterval = 10 * time.Second
)

// appTokens requests an installation's access tokens with the App's key, and replaces
// each token before it expires, or when the server has refused it: GitHub can revoke a
// token earlier. It is safe for concurrent use: callers share one request.
type appTokens struct {
	app        App
	url        string // to request access tokens
	connection *forge.Connection

	mu      sync.Mutex
	key     []byte // the key that current was requested with
	current accessToken
	revoked time.Time // of the last request for a token that replaces a refused one
	signer  []byte    // the key of the last assertion
}

// accessToken is GitHub's answer to a request for an access token.
type accessToken struct {
	Token     string    `json:"token"`
	ExpiresAt time.Time `json:"expires_at"`
}

func newAppTokens(app App, base *url.URL, o forge.Options) (*appTokens, error) {
	t := &appTokens{app: app, url: base.JoinPath("app/installations", strconv.FormatInt(app.InstallationID, 10), "access_tokens").String()}
	var err error
	t.connection, err = forge.Connect(forge.Server{Base: base, Limit: rateLimit, Credentials: t.assertion}, o)
	if err != nil {
		return nil, err
	}
	// A redirect is not followed: request accepts only a status 201.
	t.connection.Client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return t, nil
}

// credentials are the forge.Credentials of the installation. A status 403 does not mean
// that the token is invalid: the installation lacks a permission.
func (t *appTokens) credentials(ctx context.Context, r forge.Refusal) (string, error) {
	refused := ""
	if r.Status == http.StatusUnauthorized {
		refused = strings.TrimPrefix(r.Authorization, bearer)
	}
	token, err := t.token(ctx, refused)
	if err != nil {
		return "", t.connection.Failure("get an access token", err)
	}
	return bearer + token, nil
}

const bearer = "Bearer "

// token returns an access token that is valid for at least renewBefore. It requests a new
// token if the private key has changed, or if the server has refused the current token
// (refused, "" for none).
func (t *appTokens) token(ctx context.Context, refused string) (string, error) {
	key, err := t.privateKey()
	if err != nil {
		return "", err
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if bytes.Equal(t.key, key) && time.Until(t.current.ExpiresAt) > renewBefore && !t.isRevoked(refused) {
		return t.current.Token, nil
	}
	issued, err := t.request(ctx)
	if err != nil {
		return "", err
	}
	t.key, t.current = t.signer, issued
	return issued.Token, nil
}

// isRevoked reports whether the current token must be replaced because the server has
// refused it. It returns true at most once in revokedInterval.
func (t *appTokens) isRevoked(refused string) bool {
	//promise:revoked-tokens-are-replaced
	if refused != t.current.Token || time.Since(t.revoked) < revokedInterval {
		return false
	}
	t.revoked = time.Now()
	return true
}

func (t *appTokens) privateKey() ([]byte, error) {
	key, err := t.app.PrivateKey()
	if err != nil {
		return nil, fmt.Errorf("the App's private key: %w", err)
	}
	return key, nil
}

// request requests an access token.
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
	// The error of the decoder can contain the token.
	if json.NewDecoder(resp.Body).Decode(&issued) != nil || issued.Token == "" || issued.ExpiresAt.IsZero() {
		return accessToken{}, forge.Incomplete("the answer has no access token or no expiry time")
	}
	return issued, nil
}

// assertion are the forge.Credentials of the App itself: a JSON Web Token that is signed
// with the App's key. It is issued one minute in the past, because clocks differ. After a
// refusal it is the same token unless the key has changed. The caller holds mu.
// https://docs.github.com/en/apps/creating-github-apps/authenticating-with-a-github-app/generating-a-json-web-token-jwt-for-a-github-app
func (t *appTokens) assertion(_ context.Context, r forge.Refusal) (string, error) {
	pem, err := t.privateKey()
	if err != nil {
		return "", err
	}
	if r.Authorization != "" && bytes.Equal(t.signer, pem) {
		return r.Authorization, nil
	}
	t.signer = pem
	key, err := jwt.ParseRSAPrivateKeyFromPEM(pem)
	if err != nil {
		return "", secret.Unusable(errors.New("the App's private key is not an RSA key in PEM: write the key that GitHub has generated to privateKeyFile or privateKeyEnv"))
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
	return bearer + signed, nil
}

// refused returns the error for a refused access token. The statuses 401, 403 and 404
// mean a wrong key, a suspended App or a deleted installation.
func (t *appTokens) refused(status int) error {
	switch status {
	case http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound:
		return fmt.Errorf("%w: status %d for an access token of the App's installation %d", generator.ErrUnauthorized, status, t.app.InstallationID)
	}
	return fmt.Errorf("%w for an access token of the App's installation %d", network.Status(status), t.app.InstallationID)
}
