package forge

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"time"
)

// Server describes how to reach a forge's API.
type Server struct {
	// Base is a URL of the API. Requests to another scheme or host are refused.
	Base *url.URL
	// Credentials authorise each request; nil for anonymous requests.
	Credentials Credentials
	// Limit reports whether a response is a rate limit, and how long to wait. nil
	// applies the rules of HTTP: a status 429, or a status 403 or 503 with Retry-After.
	Limit func(resp *http.Response, now time.Time) (wait time.Duration, limited bool)
	// OnResponse is called with the header of each response before Limit, and may
	// modify it. It may be nil.
	OnResponse func(h http.Header, now time.Time)
	// Refused converts a response with a status of 400 or more to an error. If it is
	// nil, the client gets such responses.
	Refused func(status int, body []byte) error
	// Writes is true if requests other than GET follow redirects. They keep their method
	// and body.
	Writes bool
}

// Connection carries requests to one server. It is safe for concurrent use.
type Connection struct {
	// Client follows only redirects that keep the host and the query.
	Client *http.Client
	// Options are the options passed to Connect, with their defaults.
	Options Options
	secrets *secrets
}

// Connect returns a connection to a server. It makes no request. It returns an error if
// a bound in o is negative.
func Connect(s Server, o Options) (*Connection, error) {
	o, err := o.withDefaults()
	if err != nil {
		return nil, err
	}
	if s.Limit == nil {
		s.Limit = standardLimit
	}
	inUse := &secrets{}
	var t http.RoundTripper = bodyGuard{next: o.HTTP, max: o.MaxBytes}
	t = hostGuard{next: t, base: s.Base, secrets: inUse}
	if s.Credentials != nil {
		t = authorizer{next: t, credentials: s.Credentials, limit: s.Limit}
	}
	// The gate comes before the credentials: while a limit lasts, no request is made to
	// get credentials.
	t = &rateGate{next: t, limit: s.Limit, onResponse: s.OnResponse}
	if s.Refused != nil {
		t = statusErrors{next: t, refused: s.Refused}
	}
	if s.Writes {
		t = writeRedirects{next: t}
	}
	return &Connection{Client: &http.Client{Transport: t, CheckRedirect: checkRedirect}, Options: o, secrets: inUse}, nil
}

// headerTimeout bounds the time until the server begins to answer a request.
const headerTimeout = 30 * time.Second

func defaultTransport() http.RoundTripper {
	return &http.Transport{
		Proxy:                  http.ProxyFromEnvironment,
		DialContext:            (&net.Dialer{Timeout: 10 * time.Second, KeepAlive: 30 * time.Second}).DialContext,
		ForceAttemptHTTP2:      true,
		MaxIdleConns:           8,
		MaxConnsPerHost:        8,
		IdleConnTimeout:        90 * time.Second,
		TLSHandshakeTimeout:    10 * time.Second,
		ResponseHeaderTimeout:  headerTimeout,
		MaxResponseHeaderBytes: 256 << 10,
	}
}

// maxRedirects bounds the redirects of one request. A renamed repository needs one
// redirect.
const maxRedirects = 5

var (
	errTooManyRedirects = fmt.Errorf("the server redirects more than %d times", maxRedirects)
	errNotRepeatable    = errors.New("the server redirects a request that can't be repeated")
)

// checkRedirect refuses a redirect to another query, because that would return another
// page of a list, and a redirect of a request that writes to one that reads. hostGuard
// refuses a redirect to another host.
func checkRedirect(r *http.Request, via []*http.Request) error {
	switch {
	case r.URL.Query().Encode() != via[0].URL.Query().Encode():
		return errors.New("the server redirects to a URL with another query")
	case r.Method != via[0].Method:
		return errNotRepeatable
	case len(via) > maxRedirects:
		return errTooManyRedirects
	}
	return nil
}
