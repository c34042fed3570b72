package kube

import (
	"context"
	"net/http"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// ConfigMap returns the data of one ConfigMap. The error is ErrNotFound if the ConfigMap
// or its namespace does not exist.
func (c *Client) ConfigMap(ctx context.Context, namespace, name string) (map[string]string, error) {
	var m struct {
		metav1.TypeMeta   `json:",inline"`
		metav1.ObjectMeta `json:"metadata"`
		Data              map[string]string `json:"data"`
	}
	request := Request{
		Method: http.MethodGet, Path: "api/v1/namespaces/" + namespace + "/configmaps/" + name, Verb: "get", Resource: "configmaps",
	}
	if err := c.read(ctx, request, "ConfigMap", namespace, name, &m); err != nil {
		return nil, err
	}
	return m.Data, nil
}
