package forge

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/previewset/previewset/internal/redact"
	"github.com/previewset/previewset/internal/secret"
)

// Credentials return the current value of the Authorization header. They are called for
// each request, so that a rotated secret takes effect immediately, and again if the server
// refuses their value: if the new value differs, the request is repeated once with it. r is
// that refusal, and the zero Refusal for the first call. A secret in any other header would
// not be redacted from errors.
type Credentials func(ctx context.Context, r Refusal) (string, error)

// Refusal is the answer of a server that refused credentials.
type Refusal struct {
	// Authorization is the value that the server refused.
	Authorization string
	// Status is 401, or 403 without a rate limit.
	Status int
}

// ErrToken means that a token can't be read, or that no server accepts it as a token.
var ErrToken error = &failure{"read the token", secret.ErrUnusable}

// Token returns credentials that consist of a scheme, such as "Bearer", and a token.
// White space around the token is ignored.
func Token(scheme string, token func() (string, error)) Credentials {
	return func(context.Context, Refusal) (string, error) {
		text, err := token()
		if err != nil {
			return "", fmt.Errorf("%w: %w", ErrToken, err)
		}
		text = strings.TrimSpace(text)
		if text == "" || strings.ContainsFunc(text, notPrintable) {
			return "", fmt.Errorf("%w: it is empty or contains characters that are not valid in a token", ErrToken)
		}
		return scheme + " " + text, nil
	}
}

func notPrintable(c rune) bool { return c <= ' ' || c > '~' }

type authorizer struct {
	next        http.RoundTripper
	credentials Credentials
	limit       func(*http.Response, time.Time) (time.Duration, bool)
}

func (a authorizer) RoundTrip(r *http.Request) (*http.Response, error) {
	authorization, err := a.credentials(r.Context(), Refusal{})
	if err != nil {
		return nil, err
	}
	resp, err := a.send(r, r.Body, authorization)
	//promise:refused-credentials-are-read-again
	if err != nil || !a.isRefusal(resp) {
		return resp, err
	}
	replacement, err := a.credentials(r.Context(), Refusal{Authorization: authorization, Status: resp.StatusCode})
	if err != nil {
		_ = resp.Body.Close()
		return nil, err
	}
	body, ok := bodyAgain(r)
	if !ok || replacement == authorization {
		return resp, nil
	}
	_ = resp.Body.Close()
	return a.send(r, body, replacement)
}

func (a authorizer) send(r *http.Request, body io.ReadCloser, authorization string) (*http.Response, error) {
	r = r.Clone(r.Context())
	r.Body = body
	r.Header.Set("Authorization", authorization)
	return a.next.RoundTrip(r)
}

// isRefusal reports whether the server refused the credentials. A rate limit is no
// refusal, although its status can be 403.
func (a authorizer) isRefusal(resp *http.Response) bool {
	switch resp.StatusCode {
	case http.StatusUnauthorized:
		return true
	case http.StatusForbidden:
		_, limited := a.limit(resp, time.Now())
		return !limited
	}
	return false
}

// bodyAgain returns another reader of the body of a request that was sent. It returns
// false if the body can't be read again.
func bodyAgain(r *http.Request) (io.ReadCloser, bool) {
	if r.Body == nil {
		return nil, true
	}
	if r.GetBody == nil {
		return nil, false
	}
	body, err := r.GetBody()
	return body, err == nil
}

// hostGuard sends requests only to the host of the API. It comes after the transport
// that adds credentials, and records the credentials, so that errors can redact them.
type hostGuard struct {
	next    http.RoundTripper
	base    *url.URL
	secrets *secrets
}

func (g hostGuard) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.URL.Scheme != g.base.Scheme || r.URL.Host != g.base.Host {
		return nil, errors.New("refused to send a request to a host other than the API's")
	}
	if _, credential, ok := strings.Cut(r.Header.Get("Authorization"), " "); ok {
		g.secrets.add(credential)
	}
	if proxy, err := http.ProxyFromEnvironment(r); err == nil && proxy != nil && proxy.User != nil {
		password, _ := proxy.User.Password()
		for _, secret := range redact.Basic(proxy.User.Username(), password) {
			if len(secret) >= minProxySecret {
				g.secrets.add(secret)
			}
		}
	}
	return g.next.RoundTrip(r)
}

const (
	// maxSecrets bounds how many credentials are recorded: the ones that a connection
	// uses at a time (a token and three forms of a proxy login), and as many from before
	// a rotation.
	maxSecrets = 8
	// minProxySecret is the minimum length in bytes of a part of a proxy's login that
	// is redacted. Shorter parts occur in ordinary words, so that redacting them would
	// make errors unreadable.
	minProxySecret = 4
)

// secrets records the credentials in use. The zero value is ready to use. It is safe for
// concurrent use.
type secrets struct {
	mu    sync.Mutex
	known []string // newest last
}

// add records a credential. If there are maxSecrets, it forgets the oldest.
func (s *secrets) add(secret string) {
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

// all returns the recorded credentials.
func (s *secrets) all() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.known)
}
