package argocd

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strconv"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/types"

	"github.com/previewset/previewset/internal/kube"
)

// resource is the resource that a Role must allow.
const resource = "applicationsets.argoproj.io"

// api sends requests for the ApplicationSets of a namespace.
type api struct {
	client    *kube.Client
	namespace string
}

func (a *api) path() string {
	return "apis/argoproj.io/v1alpha1/namespaces/" + a.namespace + "/applicationsets"
}

// list returns one page: the first if next is "".
func (a *api) list(ctx context.Context, next string) ([]byte, error) {
	query := url.Values{"limit": {strconv.Itoa(perPage)}}
	if next != "" {
		query.Set("continue", next)
	}
	body, err := a.client.Do(ctx, kube.Request{
		Method: http.MethodGet, Path: a.path(), Query: query, Verb: "list", Resource: resource,
	})
	if apierrors.IsNotFound(err) {
		return nil, fmt.Errorf("%w: %w", ErrNotInstalled, err)
	}
	return body, err
}

func (a *api) patch(ctx context.Context, name string, patch []byte) error {
	_, err := a.client.Do(ctx, kube.Request{
		Method: http.MethodPatch, Path: a.path() + "/" + name,
		Content: patch, ContentType: string(types.MergePatchType), Verb: "patch", Resource: resource,
	})
	return err
}
