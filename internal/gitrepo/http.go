package gitrepo

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"time"

	"github.com/go-git/go-git/v5/plumbing/transport"
	githttp "github.com/go-git/go-git/v5/plumbing/transport/http"
)

const (
	// maxAdvertBytes bounds an advertisement. It has room for about a million
	// references.
	maxAdvertBytes = 64 << 20
	// maxMessages bounds what a server sends besides an advertisement and a pack, in bytes:
	// reports, output of hooks, and the frames and other lines of the protocol.
	maxMessages = 8 << 20
	// maxErrorPage bounds how much is read of a response that is not a success.
	maxErrorPage = 64 << 10
	// maxDrain bounds how much is read of the rest of a response, so that its
	// connection can be reused.
	maxDrain = 64 << 10
)

// errBound is recognized by its text when go-git keeps only an error's text.
var errBound = fmt.Errorf("%w: the answer exceeds its bound", ErrTooLarge)

type httpConnector struct {
	timeout     time.Duration
	endpoint    transport.Endpoint
	credentials Credentials
	bounded     *boundedTransport
}

// newHTTPConnector leaves redirects on the server of the URL to go-git, which follows at
// most ten, and only for the advertisement.
func newHTTPConnector(endpoint transport.Endpoint, o Options) *httpConnector {
	base := &http.Transport{
		Proxy:                  http.ProxyFromEnvironment,
		DialContext:            (&net.Dialer{Timeout: 15 * time.Second, KeepAlive: 30 * time.Second}).DialContext,
		ForceAttemptHTTP2:      true,
		TLSHandshakeTimeout:    15 * time.Second,
		ResponseHeaderTimeout:  o.Timeout,
		IdleConnTimeout:        60 * time.Second,
		MaxIdleConns:           8,
		MaxIdleConnsPerHost:    4,
		MaxResponseHeaderBytes: 64 << 10,
	}
	bounded := &boundedTransport{next: base, maxBytes: o.MaxPackBytes + maxMessages}
	return &httpConnector{
		timeout:     o.Timeout,
		endpoint:    endpoint,
		credentials: o.Credentials,
		bounded:     bounded,
	}
}

func (*httpConnector) stateless() bool { return true }

// direct is false after the server has redirected: only an advertisement may follow
// a redirect. Later requests of the same session then use the new URL.
func (c *httpConnector) direct() bool { return !c.bounded.redirected.Load() }

func (c *httpConnector) upload(ctx context.Context) (transport.UploadPackSession, *login, error) {
	client, l, err := c.logIn(ctx)
	if err != nil {
		return nil, nil, err
	}
	endpoint := c.endpoint // a copy: a session changes it to follow redirects
	s, err := client.NewUploadPackSession(&endpoint, l.auth())
	return s, l, err
}

func (c *httpConnector) receive(ctx context.Context) (transport.ReceivePackSession, *login, error) {
	client, l, err := c.logIn(ctx)
	if err != nil {
		return nil, nil, err
	}
	endpoint := c.endpoint
	s, err := client.NewReceivePackSession(&endpoint, l.auth())
	return s, l, err
}

// logIn returns a client for one session, and its login. It sends no request.
func (c *httpConnector) logIn(ctx context.Context) (transport.Transport, *login, error) {
	client := &http.Client{Transport: c.bounded, Timeout: c.timeout}
	l, err := newLogin(ctx, c.credentials, c.bounded)
	if l != nil {
		client.Transport = l
	}
	return githttp.NewClient(client), l, err
}

// boundedTransport bounds the size of every response body, and refuses redirects to other
// servers.
type boundedTransport struct {
	next       http.RoundTripper
	maxBytes   int64
	redirected atomic.Bool
}

func (b *boundedTransport) RoundTrip(req *http.Request) (*http.Response, error) {
	res, err := b.next.RoundTrip(req)
	if err != nil {
		return nil, err
	}
	moved, err := redirected(res)
	if err != nil {
		_ = res.Body.Close()
		return nil, err
	}
	if moved {
		b.redirected.Store(true)
	}
	body := &boundedBody{body: res.Body, remaining: b.maxBytes, boundErr: errBound}
	switch {
	case res.StatusCode != http.StatusOK:
		body.remaining, body.boundErr = maxErrorPage, io.EOF
	case strings.HasSuffix(req.URL.Path, "/"+transport.ReceivePackServiceName):
		body.remaining = maxMessages
	case req.Method == http.MethodGet:
		body.remaining = maxAdvertBytes
		res.Body = advertBody{&advertLines{from: body}, body}
		return res, nil
	}
	res.Body = body
	return res, nil
}

// advertBody is the body of an advertisement.
type advertBody struct {
	io.Reader
	io.Closer
}

// boundedBody returns boundErr after the remaining bytes.
type boundedBody struct {
	body      io.ReadCloser
	remaining int64
	boundErr  error
}

func (b *boundedBody) Read(p []byte) (int, error) {
	if b.remaining <= 0 {
		return 0, b.boundErr
	}
	n, err := b.body.Read(p[:min(int64(len(p)), b.remaining)])
	b.remaining -= int64(n)
	return n, err
}

func (b *boundedBody) Close() error {
	_, err := io.CopyN(io.Discard, b.body, maxDrain)
	if err != nil && !errors.Is(err, io.EOF) {
		return errors.Join(err, b.body.Close())
	}
	return b.body.Close()
}
