package kube

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/client-go/rest"

	"github.com/previewset/previewset/internal/limit"
)

// maxBytes bounds one decompressed response.
const maxBytes = 32 << 20

// Client sends requests to one cluster. It is safe for concurrent use.
type Client struct {
	client  *http.Client
	root    *url.URL
	timeout time.Duration
}

// New returns a client of cluster. timeout bounds one request; 0 means 10 s. New
// makes no request.
func New(cluster *rest.Config, timeout time.Duration) (*Client, error) {
	if timeout == 0 {
		timeout = 10 * time.Second
	}
	cluster = rest.CopyConfig(cluster)
	cluster.UserAgent = "previewset"
	root, _, err := rest.DefaultServerUrlFor(cluster)
	if err != nil {
		return nil, err
	}
	transport, err := rest.TransportFor(cluster)
	if err != nil {
		return nil, err
	}
	return &Client{
		// A redirect is not followed: the transport would send the token to its target.
		client: &http.Client{Transport: transport, CheckRedirect: func(*http.Request, []*http.Request) error {
			return http.ErrUseLastResponse
		}},
		root:    root,
		timeout: timeout,
	}, nil
}

// Request is a request to the API.
type Request struct {
	Method string
	// Path is relative to the API's root: "api/v1/namespaces/shop/secrets".
	Path  string
	Query url.Values
	// Content is the body; nil for none.
	Content     []byte
	ContentType string
	// Verb and Resource are the permission that a Role must grant.
	Verb, Resource string
	// Secrets are parts of Content that no error may repeat.
	Secrets []string
}

// Do sends a request and returns the body of a successful response. The errors are
// ErrForbidden, ErrTooLarge and the API's status errors, for package apierrors.
func (c *Client) Do(ctx context.Context, r Request) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	res, err := c.send(ctx, r)
	if err != nil {
		return nil, err
	}
	defer func() { _ = res.Body.Close() }()
	body, err := content(res)
	switch {
	case err != nil:
		return nil, err
	case res.StatusCode == http.StatusOK, res.StatusCode == http.StatusCreated:
		return body, nil
	}
	return nil, r.refused(res.StatusCode, body)
}

// content reads the body of a response.
func content(res *http.Response) ([]byte, error) {
	body, err := limit.ReadAll(res.Body, maxBytes)
	if errors.Is(err, limit.ErrTooLarge) {
		return nil, fmt.Errorf("%w: the response has more than %d MiB", ErrTooLarge, maxBytes>>20)
	}
	return body, err
}

// send sends r and returns the response, of any status. The caller closes its body.
func (c *Client) send(ctx context.Context, r Request) (*http.Response, error) {
	target := c.root.JoinPath(r.Path)
	target.RawQuery = r.Query.Encode()
	req, err := http.NewRequestWithContext(ctx, r.Method, target.String(), bytes.NewReader(r.Content))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Accept", "application/json")
	if r.Content != nil {
		req.Header.Set("Content-Type", r.ContentType)
	}
	res, err := c.client.Do(req)
	if err != nil {
		return nil, withoutURL(err)
	}
	return res, nil
}

// refused returns the error for a response that is no success.
func (r Request) refused(code int, body []byte) error {
	failure := statusError(code, body, r.Secrets)
	if apierrors.IsForbidden(failure) && !isTerminating(failure) {
		return forbidden(r.Verb, r.Resource, failure)
	}
	return failure
}

// isTerminating reports whether the API refused an object because its namespace is
// being deleted. (kubernetes, NamespaceTerminatingCause in k8s.io/api/core/v1.)
func isTerminating(err error) bool { return apierrors.HasStatusCause(err, "NamespaceTerminating") }
