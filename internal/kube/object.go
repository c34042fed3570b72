package kube

import (
	"context"
	"encoding/json"
	"fmt"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// object is an object of the API with its type and metadata.
type object interface {
	metav1.Object
	GetObjectKind() schema.ObjectKind
}

// read sends r, and decodes the object of this kind, namespace and name into o. The error is
// ErrNotFound if the object or its namespace does not exist.
func (c *Client) read(ctx context.Context, r Request, kind, namespace, name string, o object) error {
	body, err := c.Do(ctx, r)
	if apierrors.IsNotFound(err) {
		err = fmt.Errorf("%w: %w", ErrNotFound, err)
	}
	if err == nil {
		err = json.Unmarshal(body, o)
	}
	if got := o.GetObjectKind().GroupVersionKind().Kind; err == nil && (got != kind || o.GetNamespace() != namespace || o.GetName() != name) {
		err = fmt.Errorf("the response is another object of kind %.50q", got)
	}
	if err != nil {
		return fmt.Errorf("read %s %s/%s: %w", kind, namespace, name, err)
	}
	return nil
}
