package kube

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
)

// Access is a request that the cluster's access rules allow or not.
type Access struct {
	Namespace, Group, Resource, Verb string
	// Name of the object; "" means all objects.
	Name string
}

// ServiceAccount names a ServiceAccount. The zero value is the user of the connection.
type ServiceAccount struct {
	Namespace, Name string
}

// review is a SelfSubjectAccessReview or a SubjectAccessReview. (kubernetes,
// k8s.io/api/authorization/v1.)
type review struct {
	APIVersion string       `json:"apiVersion"`
	Kind       string       `json:"kind"`
	Spec       reviewSpec   `json:"spec"`
	Status     reviewStatus `json:"status"`
}

type reviewSpec struct {
	ResourceAttributes attributes `json:"resourceAttributes"`
	User               string     `json:"user,omitempty"`
	Groups             []string   `json:"groups,omitempty"`
}

type attributes struct {
	Namespace string `json:"namespace"`
	Group     string `json:"group"`
	Resource  string `json:"resource"`
	Verb      string `json:"verb"`
	Name      string `json:"name,omitempty"`
}

type reviewStatus struct {
	Allowed bool `json:"allowed"`
}

// Allowed reports whether the access rules allow the access to the account. It creates a
// review, which the cluster does not store.
func (c *Client) Allowed(ctx context.Context, a Access, account ServiceAccount) (bool, error) {
	resource := "selfsubjectaccessreviews"
	r := review{
		APIVersion: "authorization.k8s.io/v1", Kind: "SelfSubjectAccessReview",
		Spec: reviewSpec{ResourceAttributes: attributes(a)},
	}
	if account != (ServiceAccount{}) {
		resource, r.Kind = "subjectaccessreviews", "SubjectAccessReview"
		r.Spec.User = "system:serviceaccount:" + account.Namespace + ":" + account.Name
		r.Spec.Groups = []string{"system:serviceaccounts", "system:serviceaccounts:" + account.Namespace, "system:authenticated"}
	}
	content, err := json.Marshal(r)
	if err != nil {
		return false, err
	}
	body, err := c.Do(ctx, Request{
		Method: http.MethodPost, Path: "apis/authorization.k8s.io/v1/" + resource, Content: content, ContentType: "application/json",
		Verb: "create", Resource: resource + ".authorization.k8s.io",
	})
	var answer review
	if err == nil {
		err = json.Unmarshal(body, &answer)
	}
	if err == nil && answer.Kind != r.Kind {
		err = fmt.Errorf("the response is another object of kind %.50q", answer.Kind)
	}
	if err != nil {
		return false, fmt.Errorf("review the access to %s: %w", a.Resource, err)
	}
	return answer.Status.Allowed, nil
}
