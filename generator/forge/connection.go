package forge

import (
	"errors"
	"net"
	"net/http"
	"net/url"
	"time"
)

// Server is how a forge's API is reached.
type Server struct {
	// Base is a URL of the API: requests to another scheme or host are refused.
	Base *url.URL
	// Credentials authorise each request; nil is anonymous.
	Credentials Credentials
	// Limit reports whether an answer is a rate limit, and how long to wait. nil is
	// the rule of HTTP: a status 429, or a refusal with Retry-After.
	Limit func(resp *http.Response, now time.Time) (wait time.Duration, limited bool)
	// Answered is called with the header of each answer before Limit, and may change
	// it; nil drops it.
	Answered func(h http.Header, now time.Time)
	// Refused makes an error of an answer of 400 and more; nil leaves such answers
	// to the client.
	Refused func(status int, body []byte) error
}

// Connection carries requests to one server. It is safe for concurrent use.
type Connection struct {
	// Client follows redirects only where the answer still is one to the question.
	Client *http.Client
	// Options are those of Connect, with their defaults.
	Options Options
	secrets *secrets
}

// Connect returns the connection to a server. It makes no request. The error is a
// bound of o that is negative.
func Connect(s Server, o Options) (*Connection, error) {
	o, err := o.withDefaults()
	if err != nil {
		return nil, err
	}
	if s.Limit == nil {
		s.Limit = standardLimit
	}
	seen := &secrets{}
	var t http.RoundTripper = bodyGuard{next: o.HTTP, max: o.MaxBytes}
	t = hostGuard{next: t, base: s.Base, seen: seen}
	if s.Credentials != nil {
		t = authorizer{next: t, credentials: s.Credentials}
	}
	// The gate is above the credentials: while a limit lasts, it costs no request to
	// get some.
	t = &rateGate{next: t, limit: s.Limit, answered: s.Answered}
	if s.Refused != nil {
		t = refusals{next: t, refused: s.Refused}
	}
	return &Connection{Client: &http.Client{Transport: t, CheckRedirect: sameQuestion}, Options: o, secrets: seen}, nil
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

// maxRedirects bounds how often one request may be sent elsewhere. A renamed
// repository takes one redirect.
const maxRedirects = 5

// sameQuestion lets redirects go on with the same query only, because another page
// is no answer to this question. hostGuard sees to it that they stay on the host.
func sameQuestion(r *http.Request, via []*http.Request) error {
	if r.URL.Query().Encode() != via[0].URL.Query().Encode() {
		return errors.New("redirected to another query")
	}
	if len(via) > maxRedirects {
		return errors.New("redirected too often")
	}
	return nil
}
