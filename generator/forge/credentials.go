package forge

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"

	"github.com/previewset/previewset/internal/redact"
)

// Credentials return the value of the header Authorization at the moment. They are
// called at each request, so that a rotated secret counts at once. A secret in any other
// header would not be kept out of errors.
type Credentials func(ctx context.Context) (string, error)

// Token returns credentials of a scheme, such as "Bearer", and a token. White space
// around the token is ignored.
func Token(scheme string, token func() (string, error)) Credentials {
	return func(context.Context) (string, error) {
		text, err := token()
		if err != nil {
			return "", fmt.Errorf("read the token: %w", err)
		}
		text = strings.TrimSpace(text)
		if text == "" || strings.ContainsFunc(text, notPrintable) {
			return "", errors.New("read the token: it is empty or has characters that no token has")
		}
		return scheme + " " + text, nil
	}
}

func notPrintable(c rune) bool { return c <= ' ' || c > '~' }

type authorizer struct {
	next        http.RoundTripper
	credentials Credentials
}

func (a authorizer) RoundTrip(r *http.Request) (*http.Response, error) {
	authorization, err := a.credentials(r.Context())
	if err != nil {
		return nil, err
	}
	r = r.Clone(r.Context())
	r.Header.Set("Authorization", authorization)
	return a.next.RoundTrip(r)
}

// hostGuard stands below what adds credentials: it sends them to the host of the
// API only and remembers them, so that they can be kept out of errors.
type hostGuard struct {
	next http.RoundTripper
	base *url.URL
	seen *secrets
}

func (g hostGuard) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.URL.Scheme != g.base.Scheme || r.URL.Host != g.base.Host {
		return nil, errors.New("refused to leave the API's host")
	}
	if _, credential, ok := strings.Cut(r.Header.Get("Authorization"), " "); ok {
		g.seen.note(credential)
	}
	if proxy, err := http.ProxyFromEnvironment(r); err == nil && proxy != nil && proxy.User != nil {
		password, _ := proxy.User.Password()
		for _, secret := range redact.Basic(proxy.User.Username(), password) {
			if len(secret) >= minProxySecret {
				g.seen.note(secret)
			}
		}
	}
	return g.next.RoundTrip(r)
}

const (
	// maxSecrets bounds how many credentials are remembered: those that a connection
	// uses at a time (a token and the three of a proxy), and as many from before a
	// rotation.
	maxSecrets = 8
	// minProxySecret is the length from which a part of a proxy's login is a secret,
	// in bytes. A shorter one is in most words, so that no error would be left.
	minProxySecret = 4
)

// secrets are the credentials in use. Its zero value is ready; it is safe for
// concurrent use.
type secrets struct {
	mu    sync.Mutex
	known []string // newest last
}

func (s *secrets) note(secret string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if slices.Contains(s.known, secret) {
		return
	}
	if len(s.known) == maxSecrets {
		s.known = s.known[1:]
	}
	s.known = append(s.known, secret)
}

// all returns the remembered credentials.
func (s *secrets) all() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.known)
}
