package kube

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// ConfigMap returns the data of one ConfigMap. The error is ErrNotFound if the ConfigMap
// or its namespace does not exist.
func (c *Client) ConfigMap(ctx context.Context, namespace, name string) (map[string]string, error) {
	body, err := c.Do(ctx, Request{
		Method: http.MethodGet, Path: "api/v1/namespaces/" + namespace + "/configmaps/" + name, Verb: "get", Resource: "configmaps",
	})
	if apierrors.IsNotFound(err) {
		err = fmt.Errorf("%w: %w", ErrNotFound, err)
	}
	var m struct {
		metav1.TypeMeta   `json:",inline"`
		metav1.ObjectMeta `json:"metadata"`
		Data              map[string]string `json:"data"`
	}
	if err == nil {
		err = json.Unmarshal(body, &m)
	}
	if err == nil && (m.Kind != "ConfigMap" || m.Namespace != namespace || m.Name != name) {
		err = fmt.Errorf("the response is another object of kind %.50q", m.Kind)
	}
	if err != nil {
		return nil, fmt.Errorf("read ConfigMap %s/%s: %w", namespace, name, err)
	}
	return m.Data, nil
}
