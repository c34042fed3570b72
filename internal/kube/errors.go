package kube

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/previewset/previewset/internal/redact"
)

// Errors of this package, for errors.Is. An error that is none of them is a
// passing fault of the network or the cluster.
var (
	// ErrNoCluster means that there is no way to a cluster: neither a
	// ServiceAccount's token nor a kubeconfig.
	ErrNoCluster = errors.New("no access to a cluster")
	// ErrForbidden means that the cluster's rules don't allow a request.
	ErrForbidden = errors.New("forbidden")
	// ErrTooLarge means that a bound on bytes or pages was reached.
	ErrTooLarge = errors.New("too large")
	// ErrNotFound means that there is no object of that name.
	ErrNotFound = errors.New("not found")
	// ErrNoNamespace means that an object's namespace is not there, or is being
	// deleted.
	ErrNoNamespace = errors.New("no such namespace")
	// ErrConflict means that an object was changed since it was read.
	ErrConflict = errors.New("it was changed meanwhile")
)

// statusError returns the error that a status and a body of the Kubernetes API
// stand for, without secrets. A body that isn't the API's own is not repeated.
func statusError(code int, body []byte, secrets []string) *apierrors.StatusError {
	var status metav1.Status
	if err := json.Unmarshal(body, &status); err != nil || status.Kind != "Status" {
		status = metav1.Status{Message: http.StatusText(code)}
	}
	status.Code = int32(code) //nolint:gosec // a status of HTTP has three digits
	status.Message = fmt.Sprintf("status %d: %s", code, redact.Text(status.Message, secrets...))
	return &apierrors.StatusError{ErrStatus: status}
}

// forbidden says which right is missing, and keeps the server's words: an
// admission policy can be what forbids.
func forbidden(verb, resource string, err error) error {
	return fmt.Errorf("%w: this takes a Role with the verb %q on %s, bound to this ServiceAccount: %w",
		ErrForbidden, verb, resource, err)
}

// plain takes the method and URL off that net/http puts before its errors.
func withoutURL(err error) error {
	var request *url.Error
	if errors.As(err, &request) {
		return request.Err
	}
	return err
}
