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

// maxBytes bounds one answer, decompressed.
const maxBytes = 32 << 20

// Client sends requests to one cluster. It is safe for concurrent use.
type Client struct {
	client  *http.Client
	root    *url.URL
	timeout time.Duration
}

// New returns a client of cluster. timeout bounds one request; 0 is 10 s. It
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
		// The transport would send the token to wherever a redirect leads.
		client: &http.Client{Transport: transport, CheckRedirect: func(*http.Request, []*http.Request) error {
			return http.ErrUseLastResponse
		}},
		root:    root,
		timeout: timeout,
	}, nil
}

// Request is one request.
type Request struct {
	Method string
	// Path below the API's root: "api/v1/namespaces/shop/secrets".
	Path  string
	Query url.Values
	// Content and its type; nil for none.
	Content     []byte
	ContentType string
	// Verb and Resource are what a Role must allow.
	Verb, Resource string
	// Secrets in Content, which no error may repeat.
	Secrets []string
}

// Do returns the body of a success. The errors are ErrForbidden, ErrTooLarge and
// those that apierrors tells apart.
func (c *Client) Do(ctx context.Context, r Request) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
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
	defer func() { _ = res.Body.Close() }()
	body, err := limit.ReadAll(res.Body, maxBytes)
	switch {
	case errors.Is(err, limit.ErrTooLarge):
		return nil, fmt.Errorf("%w: an answer of more than %d MiB", ErrTooLarge, maxBytes>>20)
	case err != nil:
		return nil, err
	case res.StatusCode == http.StatusOK, res.StatusCode == http.StatusCreated:
		return body, nil
	}
	failure := statusError(res.StatusCode, body, r.Secrets)
	if apierrors.IsForbidden(failure) && !isTerminating(failure) {
		return nil, forbidden(r.Verb, r.Resource, failure)
	}
	return nil, failure
}

// isTerminating reports whether an object was refused since its namespace is
// being deleted. (kubernetes, NamespaceTerminatingCause in k8s.io/api/core/v1.)
func isTerminating(err error) bool { return apierrors.HasStatusCause(err, "NamespaceTerminating") }
