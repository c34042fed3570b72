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

// Errors of this package, for errors.Is. Any other error is a temporary fault of the
// network or the cluster.
var (
	// ErrNoCluster means that neither a ServiceAccount's token nor a kubeconfig gives
	// access to a cluster.
	ErrNoCluster = errors.New("no access to a cluster")
	// ErrForbidden means that the cluster's access rules do not allow a request.
	ErrForbidden = errors.New("forbidden")
	// ErrTooLarge means that a response exceeds the bound on bytes or pages.
	ErrTooLarge = errors.New("too large")
	// ErrNotFound means that no object has the name.
	ErrNotFound = errors.New("not found")
	// ErrNoNamespace means that the namespace of an object does not exist, or is being
	// deleted.
	ErrNoNamespace = errors.New("no such namespace")
	// ErrConflict means that an object has changed since it was read.
	ErrConflict = errors.New("the object has changed in the meantime")
)

// statusError returns the error for a status code and body of the Kubernetes API,
// without secrets. It does not repeat a body that is no Status object.
func statusError(code int, body []byte, secrets []string) *apierrors.StatusError {
	var status metav1.Status
	if err := json.Unmarshal(body, &status); err != nil || status.Kind != "Status" {
		status = metav1.Status{Message: http.StatusText(code)}
	}
	status.Code = int32(code) //nolint:gosec // a status of HTTP has three digits
	status.Message = fmt.Sprintf("status %d: %s", code, redact.Text(status.Message, secrets...))
	return &apierrors.StatusError{ErrStatus: status}
}

// forbidden adds the missing permission to err. It keeps the server's message, because
// an admission policy can be the cause.
func forbidden(verb, resource string, err error) error {
	return fmt.Errorf("%w: bind a Role with the verb %q on %s to this ServiceAccount: %w",
		ErrForbidden, verb, resource, err)
}

// withoutURL removes the method and URL that net/http adds to its errors.
func withoutURL(err error) error {
	var request *url.Error
	if errors.As(err, &request) {
		return request.Err
	}
	return err
}
