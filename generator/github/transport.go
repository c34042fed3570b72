package github

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	gogithub "github.com/google/go-github/v62/github"

	"github.com/previewset/previewset/generator"
)

// maxRedirects is how many times one request may be sent elsewhere. A renamed
// repository takes one.
const maxRedirects = 5

// transport builds what carries requests.
func (o Options) transport(base *url.URL, seen *secrets) http.RoundTripper {
	wire := o.wire(base, seen)
	switch {
	case o.App != nil:
		return newAppAuth(*o.App, base, wire)
	case o.Token != nil:
		return tokenAuth{next: wire, token: o.Token}
	}
	return wire
}

// wire is what stands below credentials, from the wire up: whole answers, rate
// limits, and a witness of the credentials.
func (o Options) wire(base *url.URL, seen *secrets) http.RoundTripper {
	var t http.RoundTripper = whole{next: o.HTTP, max: o.MaxBytes}
	t = &gate{next: t, report: o.OnRate}
	return witness{next: t, base: base, secrets: seen}
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

func newClient(base *url.URL, transport http.RoundTripper) *gogithub.Client {
	client := gogithub.NewClient(&http.Client{Transport: transport, CheckRedirect: sameQuestion})
	client.BaseURL = base
	client.UserAgent = "previewset"
	return client
}

// sameQuestion lets redirects go on within one host only, for the transport
// would send the credentials wherever it is asked to, and with the same query,
// for another page is no answer to this one.
func sameQuestion(r *http.Request, via []*http.Request) error {
	first := via[0].URL
	if r.URL.Scheme != first.Scheme || r.URL.Host != first.Host {
		return errors.New("redirected away from the API's host")
	}
	if r.URL.Query().Encode() != first.Query().Encode() {
		return errors.New("redirected to another query")
	}
	if len(via) > maxRedirects {
		return errors.New("redirected too often")
	}
	return nil
}

// whole reads each body to its end before it gives it on, so that a body that
// is cut off, too long or not what was asked for is an error and never a
// shorter answer. A JSON decoder on a stream would stop after the first value,
// and take an empty body for an empty list.
type whole struct {
	next http.RoundTripper
	max  int64
}

func (t whole) RoundTrip(r *http.Request) (*http.Response, error) {
	resp, err := t.next.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	body, err := io.ReadAll(io.LimitReader(resp.Body, t.max+1))
	_ = resp.Body.Close() // read to its end or given up; nothing follows from this error
	if err != nil {
		return nil, fmt.Errorf("%w: the answer broke off: %w", generator.ErrIncomplete, err)
	}
	if int64(len(body)) > t.max {
		return nil, fmt.Errorf("%w: the answer is over %d bytes", generator.ErrIncomplete, t.max)
	}
	if resp.StatusCode/100 == 2 {
		if err := sound(r, resp, body); err != nil {
			return nil, fmt.Errorf("%w: %w", generator.ErrIncomplete, err)
		}
	}
	resp.Body = io.NopCloser(bytes.NewReader(body))
	resp.ContentLength = int64(len(body))
	return resp, nil
}

// sound returns why a success is not one.
func sound(r *http.Request, resp *http.Response, body []byte) error {
	if r.Method == http.MethodGet && resp.StatusCode != http.StatusOK {
		return fmt.Errorf("unexpected status %d", resp.StatusCode)
	}
	media, _, err := mime.ParseMediaType(resp.Header.Get("Content-Type"))
	if err != nil || media != "application/json" && !strings.HasSuffix(media, "+json") {
		return fmt.Errorf("the answer is not JSON but %.80q", media)
	}
	if !json.Valid(body) {
		return errors.New("the answer is not valid JSON")
	}
	if r.Method != http.MethodGet && !bytes.HasPrefix(bytes.TrimSpace(body), []byte("{")) {
		return errors.New("the answer is not an object") // ghinstallation panics on null
	}
	return nil
}
