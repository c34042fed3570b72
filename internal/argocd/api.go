package argocd

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/rest"
)

// maxBytes bounds one answer, decompressed.
const maxBytes = 32 << 20

// api is the two calls to the Kubernetes API. client-go brings the connection:
// the ServiceAccount's token and CA, which it reads again, proxies and
// kubeconfig. Its typed clients would read answers of any size.
type api struct {
	client    *http.Client
	resource  *url.URL
	namespace string
	timeout   time.Duration
}

func newAPI(cluster *rest.Config, o Options) (*api, error) {
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
	return &api{
		// The transport would send the token to wherever a redirect leads.
		client: &http.Client{Transport: transport, CheckRedirect: func(*http.Request, []*http.Request) error {
			return http.ErrUseLastResponse
		}},
		resource:  root.JoinPath("apis/argoproj.io/v1alpha1/namespaces", o.Namespace, "applicationsets"),
		namespace: o.Namespace,
		timeout:   o.Timeout,
	}, nil
}

// list returns one page, the first where next is "".
func (a *api) list(ctx context.Context, next string) ([]byte, error) {
	target := *a.resource
	query := url.Values{"limit": {strconv.Itoa(perPage)}}
	if next != "" {
		query.Set("continue", next)
	}
	target.RawQuery = query.Encode()
	body, err := a.do(ctx, http.MethodGet, &target, nil)
	switch {
	case apierrors.IsForbidden(err):
		return nil, forbidden("list", err)
	case apierrors.IsNotFound(err):
		return nil, fmt.Errorf("%w: %w", ErrNotInstalled, err)
	}
	return body, err
}

func (a *api) patch(ctx context.Context, name string, patch []byte) error {
	_, err := a.do(ctx, http.MethodPatch, a.resource.JoinPath(name), patch)
	if apierrors.IsForbidden(err) {
		return forbidden("patch", err)
	}
	return err
}

// do returns the body of a success.
func (a *api) do(ctx context.Context, method string, target *url.URL, content []byte) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, a.timeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, method, target.String(), bytes.NewReader(content))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Accept", "application/json")
	if content != nil {
		req.Header.Set("Content-Type", string(types.MergePatchType))
	}
	res, err := a.client.Do(req)
	if err != nil {
		return nil, plain(err)
	}
	defer func() { _ = res.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(res.Body, maxBytes+1))
	switch {
	case err != nil:
		return nil, err
	case len(body) > maxBytes:
		return nil, fmt.Errorf("%w: an answer of more than %d MiB", ErrTooLarge, maxBytes>>20)
	case res.StatusCode != http.StatusOK:
		return nil, statusError(res.StatusCode, body)
	}
	return body, nil
}
