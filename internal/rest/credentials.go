package rest

import (
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
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
		t.secrets.note(base64.StdEncoding.EncodeToString([]byte(proxy.User.Username() + ":" + password)))
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

// formsOf returns what a secret looks like where a server, or an error of Go's
// library, gives it back: as it is, quoted, in a URL, or in base64 at each of the
// three ways it can lie in there.
func formsOf(secret string) []string {
	quoted := strconv.Quote(secret)
	forms := []string{secret, quoted[1 : len(quoted)-1], url.QueryEscape(secret), url.PathEscape(secret)}
	for lead := range min(3, len(secret)) {
		for _, encoding := range []*base64.Encoding{base64.StdEncoding, base64.URLEncoding} {
			rest := secret[lead:]
			if whole := encoding.EncodeToString([]byte(rest[:len(rest)/3*3])); whole != "" {
				forms = append(forms, whole)
			}
		}
	}
	return forms
}

// redact returns text without credentials, control characters and excess.
func (s *Secrets) redact(text string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, secret := range s.known {
		for _, form := range formsOf(secret) {
			text = strings.ReplaceAll(text, form, "REDACTED")
		}
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
