package kube

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// Lease has the fields of a Lease that an election needs. (kubernetes, Lease in
// k8s.io/api/coordination/v1.)
type Lease struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata"`
	Spec              LeaseSpec `json:"spec"`
}

// LeaseSpec says who holds a Lease.
type LeaseSpec struct {
	// HolderIdentity is "" if nobody holds the Lease.
	HolderIdentity       string            `json:"holderIdentity,omitempty"`
	LeaseDurationSeconds int               `json:"leaseDurationSeconds,omitempty"`
	AcquireTime          *metav1.MicroTime `json:"acquireTime,omitempty"`
	RenewTime            *metav1.MicroTime `json:"renewTime,omitempty"`
	// LeaseTransitions counts the changes of the holder.
	LeaseTransitions int `json:"leaseTransitions,omitempty"`
}

// Lease returns one Lease. The error is ErrNotFound if the Lease or its namespace does not
// exist.
func (c *Client) Lease(ctx context.Context, namespace, name string) (*Lease, error) {
	var l Lease
	if err := c.read(ctx, leaseRequest(http.MethodGet, "get", namespace, name), "Lease", namespace, name, &l); err != nil {
		return nil, err
	}
	return &l, nil
}

// CreateLease creates a Lease, and returns it as it is stored. The error is ErrConflict if
// the Lease exists.
func (c *Client) CreateLease(ctx context.Context, l *Lease) (*Lease, error) {
	stored, err := c.writeLease(ctx, leaseRequest(http.MethodPost, "create", l.Namespace, ""), l)
	if apierrors.IsAlreadyExists(err) {
		err = fmt.Errorf("%w: %w", ErrConflict, err)
	}
	if err != nil {
		return nil, fmt.Errorf("create Lease %s/%s: %w", l.Namespace, l.Name, err)
	}
	return stored, nil
}

// UpdateLease replaces a Lease that one of these methods has returned, and returns it as it
// is stored. The error is ErrConflict if the Lease was changed or removed since.
func (c *Client) UpdateLease(ctx context.Context, l *Lease) (*Lease, error) {
	stored, err := c.writeLease(ctx, leaseRequest(http.MethodPut, "update", l.Namespace, l.Name), l)
	if apierrors.IsConflict(err) || apierrors.IsNotFound(err) {
		err = fmt.Errorf("%w: %w", ErrConflict, err)
	}
	if err != nil {
		return nil, fmt.Errorf("update Lease %s/%s: %w", l.Namespace, l.Name, err)
	}
	return stored, nil
}

func (c *Client) writeLease(ctx context.Context, r Request, l *Lease) (*Lease, error) {
	object := *l
	object.TypeMeta = metav1.TypeMeta{APIVersion: "coordination.k8s.io/v1", Kind: "Lease"}
	content, err := json.Marshal(object)
	if err != nil {
		return nil, err
	}
	r.Content, r.ContentType = content, "application/json"
	body, err := c.Do(ctx, r)
	if err != nil {
		return nil, err
	}
	var stored Lease
	if err := json.Unmarshal(body, &stored); err != nil {
		return nil, err
	}
	return &stored, nil
}

// leaseRequest returns a request for one Lease, or if name is "", for the Leases of the
// namespace.
func leaseRequest(method, verb, namespace, name string) Request {
	path := "apis/coordination.k8s.io/v1/namespaces/" + namespace + "/leases"
	if name != "" {
		path += "/" + name
	}
	return Request{Method: method, Path: path, Verb: verb, Resource: "leases.coordination.k8s.io"}
}
