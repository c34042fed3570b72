package rest

import (
	"errors"
	"net"
	"net/http"
	"net/url"
	"time"
)

// Options are what a transport is made of.
type Options struct {
	// Base is the API's root: requests to another scheme or host are refused.
	Base *url.URL
	// HTTP carries the requests; nil is a transport with time limits of its
	// own that honours the proxy variables of the environment.
	HTTP http.RoundTripper
	// MaxBytes bounds one answer's body, decompressed. A longer one is
	// generator.ErrIncomplete.
	MaxBytes int64
	// Secrets take note of the credentials that pass.
	Secrets *Secrets
	// Limit reports whether an answer is a rate limit, and how long to wait.
	// nil takes a status 429, or a refusal with Retry-After, for one.
	Limit func(resp *http.Response, now time.Time) (wait time.Duration, limited bool)
	// Answered is told of each answer's header before that, and may change it;
	// nil drops it.
	Answered func(h http.Header, now time.Time)
}

// New returns the transport that o describes. Credentials are added above it.
func New(o Options) http.RoundTripper {
	if o.HTTP == nil {
		o.HTTP = defaultTransport()
	}
	var t http.RoundTripper = whole{next: o.HTTP, max: o.MaxBytes}
	if o.Limit == nil {
		o.Limit = limitOf
	}
	t = &gate{next: t, limit: o.Limit, answered: o.Answered}
	return witness{next: t, base: o.Base, secrets: o.Secrets}
}

// Client returns a client that follows redirects only where the answer is still
// one to what was asked.
func Client(t http.RoundTripper) *http.Client {
	return &http.Client{Transport: t, CheckRedirect: sameQuestion}
}

func defaultTransport() http.RoundTripper {
	return &http.Transport{
		Proxy:                  http.ProxyFromEnvironment,
		DialContext:            (&net.Dialer{Timeout: 10 * time.Second, KeepAlive: 30 * time.Second}).DialContext,
		ForceAttemptHTTP2:      true,
		MaxIdleConns:           8,
		MaxConnsPerHost:        8,
		IdleConnTimeout:        90 * time.Second,
		TLSHandshakeTimeout:    10 * time.Second,
		ResponseHeaderTimeout:  30 * time.Second,
		MaxResponseHeaderBytes: 256 << 10,
	}
}

// maxRedirects is how many times one request may be sent elsewhere. A renamed
// repository takes one.
const maxRedirects = 5

// sameQuestion lets redirects go on with the same query only, for another page
// is no answer to this one. That they don't leave the host is the witness's part.
func sameQuestion(r *http.Request, via []*http.Request) error {
	if r.URL.Query().Encode() != via[0].URL.Query().Encode() {
		return errors.New("redirected to another query")
	}
	if len(via) > maxRedirects {
		return errors.New("redirected too often")
	}
	return nil
}
