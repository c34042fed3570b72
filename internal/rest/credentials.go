package rest

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
)

// WithToken returns next with an Authorization of scheme and the token of the
// moment: token is asked at each request, so that a rotated one counts at once.
// Spaces around it are ignored.
func WithToken(next http.RoundTripper, scheme string, token func() (string, error)) http.RoundTripper {
	return tokenAuth{next: next, scheme: scheme, token: token}
}

type tokenAuth struct {
	next   http.RoundTripper
	scheme string
	token  func() (string, error)
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
	r.Header.Set("Authorization", t.scheme+" "+token)
	return t.next.RoundTrip(r)
}

func notPrintable(c rune) bool {
	return c <= ' ' || c > '~'
}

// witness stands below what adds credentials: it lets them go to the API's host
// only and notes them, so that they can be kept out of errors.
type witness struct {
	next    http.RoundTripper
	base    *url.URL
	secrets *Secrets
}

func (t witness) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.URL.Scheme != t.base.Scheme || r.URL.Host != t.base.Host {
		return nil, errors.New("refused to leave the API's host")
	}
	if _, credential, ok := strings.Cut(r.Header.Get("Authorization"), " "); ok {
		t.secrets.note(credential)
	}
	if proxy, err := http.ProxyFromEnvironment(r); err == nil && proxy != nil && proxy.User != nil {
		password, _ := proxy.User.Password()
		t.secrets.note(proxy.User.Username() + ":" + password)
	}
	return t.next.RoundTrip(r)
}

// maxSecrets is how many credentials are remembered: what a client uses at a
// time (at most a token, a signed assertion and a proxy's), and as many before a
// rotation.
const maxSecrets = 6

// Secrets are the credentials in use. Its zero value is ready; it is safe for
// concurrent use.
type Secrets struct {
	mu    sync.Mutex
	known []string // newest last
}

func (s *Secrets) note(secret string) {
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
func (s *Secrets) all() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.known)
}
