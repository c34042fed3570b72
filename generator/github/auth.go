package github

import (
	"crypto/sha256"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"

	"github.com/bradleyfalzon/ghinstallation/v2"
	tokenoptions "github.com/google/go-github/v88/github" // the version that ghinstallation has in its interface
)

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
