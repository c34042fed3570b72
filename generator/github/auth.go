package github

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"

	"github.com/bradleyfalzon/ghinstallation/v2"
	tokenoptions "github.com/google/go-github/v88/github" // the version that ghinstallation has in its interface
)

// tokenAuth adds the token of the moment.
type tokenAuth struct {
	next  http.RoundTripper
	token func() (string, error)
}

func (t tokenAuth) RoundTrip(r *http.Request) (*http.Response, error) {
	token, err := t.token()
	if err != nil {
		return nil, fmt.Errorf("read the token: %w", err)
	}
	token = strings.TrimSpace(token)
	if token == "" || strings.ContainsFunc(token, notPrintable) {
		return nil, errors.New("read the token: it is empty or has characters that no token has")
	}
	r = r.Clone(r.Context())
	r.Header.Set("Authorization", "Bearer "+token)
	return t.next.RoundTrip(r)
}

func notPrintable(c rune) bool {
	return c <= ' ' || c > '~'
}

// appAuth adds an installation's access token, which it gets with the App's key
// and renews before it expires.
type appAuth struct {
	next    http.RoundTripper
	app     App
	baseURL string // without a slash at its end

	mu        sync.Mutex
	key       [sha256.Size]byte // of the key that transport was made with
	transport *ghinstallation.Transport
}

func newAppAuth(app App, base *url.URL, next http.RoundTripper) *appAuth {
	return &appAuth{next: next, app: app, baseURL: strings.TrimRight(base.String(), "/")}
}

func (t *appAuth) RoundTrip(r *http.Request) (*http.Response, error) {
	transport, err := t.current()
	if err != nil {
		return nil, fmt.Errorf("read the App's private key: %w", err)
	}
	return transport.RoundTrip(r)
}

// current returns the transport of the key of the moment. A new key begins with
// a new access token.
func (t *appAuth) current() (*ghinstallation.Transport, error) {
	key, err := t.app.PrivateKey()
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(key)
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.transport != nil && t.key == sum {
		return t.transport, nil
	}
	transport, err := ghinstallation.New(t.next, t.app.ID, t.app.InstallationID, key)
	if err != nil {
		return nil, err
	}
	transport.BaseURL = t.baseURL
	// Without options ghinstallation sends the body `null`, which GitHub's
	// description does not allow.
	transport.InstallationTokenOptions = &tokenoptions.InstallationTokenOptions{}
	t.transport, t.key = transport, sum
	return transport, nil
}

// witness stands below what adds credentials: it lets them go to the API's host
// only and notes them, so that they can be kept out of errors.
type witness struct {
	next    http.RoundTripper
	base    *url.URL
	secrets *secrets
}

func (t witness) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.URL.Scheme != t.base.Scheme || r.URL.Host != t.base.Host {
		return nil, errors.New("refused to leave the API's host")
	}
	if _, credential, ok := strings.Cut(r.Header.Get("Authorization"), " "); ok {
		t.secrets.note(credential)
	}
	return t.next.RoundTrip(r)
}

// maxSecrets is how many credentials are remembered: what an App uses at a time
// (a token and a signed assertion), and as many before a rotation.
const maxSecrets = 4

// secrets are the credentials in use, newest last.
type secrets struct {
	mu    sync.Mutex
	known []string
}

func (s *secrets) note(secret string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, known := range s.known {
		if known == secret {
			return
		}
	}
	if len(s.known) == maxSecrets {
		s.known = s.known[1:]
	}
	s.known = append(s.known, secret)
}

// redact returns text without credentials, control characters and excess.
func (s *secrets) redact(text string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, secret := range s.known {
		text = strings.ReplaceAll(text, secret, "REDACTED")
	}
	text = strings.Map(func(c rune) rune {
		if c < ' ' || c == 0x7f {
			return ' '
		}
		return c
	}, text)
	if len(text) > maxErrorText {
		text = strings.ToValidUTF8(text[:maxErrorText], "") + "…"
	}
	return text
}
