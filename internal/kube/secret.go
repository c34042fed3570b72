package kube

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// Secret is a Secret with all fields of the API. (kubernetes, Secret in
// k8s.io/api/core/v1.)
type Secret struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata"`
	Immutable         *bool             `json:"immutable,omitempty"`
	Data              map[string][]byte `json:"data,omitempty"`
	Type              string            `json:"type,omitempty"`
}

// minRedacted is the length of the shortest value of a Secret that is redacted in
// errors, in bytes. Shorter values, such as a port, are part of many words.
const minRedacted = 16

// Secret returns one Secret. The error is ErrNotFound if the Secret or its namespace
// does not exist.
func (c *Client) Secret(ctx context.Context, namespace, name string) (*Secret, error) {
	var s Secret
	if err := c.read(ctx, secretRequest(http.MethodGet, "get", namespace, name), "Secret", namespace, name, &s); err != nil {
		return nil, err
	}
	return &s, nil
}

// CreateSecret creates a Secret. The errors are ErrNoNamespace, and ErrConflict if the
// Secret exists.
func (c *Client) CreateSecret(ctx context.Context, s *Secret) error {
	err := c.write(ctx, secretRequest(http.MethodPost, "create", s.Namespace, ""), s)
	switch {
	case apierrors.IsAlreadyExists(err):
		err = fmt.Errorf("%w: %w", ErrConflict, err)
	case isTerminating(err):
		err = fmt.Errorf("%w: %s is being deleted: %w", ErrNoNamespace, s.Namespace, err)
	case apierrors.IsNotFound(err):
		err = fmt.Errorf("%w: create %s first: %w", ErrNoNamespace, s.Namespace, err)
	}
	if err != nil {
		return fmt.Errorf("create Secret %s/%s: %w", s.Namespace, s.Name, err)
	}
	return nil
}

// UpdateSecret replaces a Secret that Secret has returned. The error is ErrConflict if
// the Secret was changed or removed since.
func (c *Client) UpdateSecret(ctx context.Context, s *Secret) error {
	err := c.write(ctx, secretRequest(http.MethodPut, "update", s.Namespace, s.Name), s)
	if apierrors.IsConflict(err) || apierrors.IsNotFound(err) {
		err = fmt.Errorf("%w: %w", ErrConflict, err)
	}
	if err != nil {
		return fmt.Errorf("update Secret %s/%s: %w", s.Namespace, s.Name, err)
	}
	return nil
}

func (c *Client) write(ctx context.Context, r Request, s *Secret) error {
	object := *s
	object.TypeMeta = metav1.TypeMeta{APIVersion: "v1", Kind: "Secret"}
	content, err := json.Marshal(object)
	if err != nil {
		return err
	}
	for _, value := range s.Data {
		if len(value) >= minRedacted {
			r.Secrets = append(r.Secrets, string(value))
		}
	}
	r.Content, r.ContentType = content, "application/json"
	_, err = c.Do(ctx, r)
	return err
}

// secretRequest returns a request for one Secret, or if name is "", for the Secrets of
// the namespace.
func secretRequest(method, verb, namespace, name string) Request {
	path := "api/v1/namespaces/" + namespace + "/secrets"
	if name != "" {
		path += "/" + name
	}
	return Request{Method: method, Path: path, Verb: verb, Resource: "secrets"}
}
