package argocd

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/client-go/rest"

	"github.com/previewset/previewset/internal/kube"
)

// refreshAnnotation makes the controller reconcile when it is added or gets
// another value. The controller removes it after a reconcile that succeeded.
// (argo-cd, common.AnnotationApplicationSetRefresh and
// shouldRequeueForApplicationSet.)
const refreshAnnotation = "argocd.argoproj.io/application-set-refresh"

const (
	// maxRefresh bounds one Refresh.
	maxRefresh = time.Minute
	// maxFailures is how many failures one error tells in full.
	maxFailures = 5
)

// Options are which ApplicationSets lead to this service.
type Options struct {
	// Namespace is that of Argo CD and its ApplicationSets.
	Namespace string
	// ConfigMap is the name by which their plugin generators refer to this
	// service.
	ConfigMap string
	// Now tells the time that an ApplicationSet is marked with.
	Now func() time.Time
	// Timeout is how long one request may take; 0 is 10 s.
	Timeout time.Duration
}

// Refresher marks ApplicationSets. It is safe for concurrent use.
type Refresher struct {
	api       *api
	configMap string
	now       func() time.Time
}

// New returns the refresher that o describes. It makes no request.
func New(cluster *rest.Config, o Options) (*Refresher, error) {
	client, err := kube.New(cluster, o.Timeout)
	if err != nil {
		return nil, fmt.Errorf("argocd: %w", err)
	}
	return &Refresher{api: &api{client, o.Namespace}, configMap: o.ConfigMap, now: o.Now}, nil
}

// Refresh marks the ApplicationSets that use set, or may use it, and returns
// their names. One that can't be marked keeps no other from it: then there are
// names and an error. It takes a minute at most.
func (r *Refresher) Refresh(ctx context.Context, set string) ([]string, error) {
	ctx, cancel := context.WithTimeout(ctx, maxRefresh)
	defer cancel()
	users, err := r.users(ctx, set)
	if err != nil {
		return nil, fmt.Errorf("argocd: list the ApplicationSets of namespace %s: %w", r.api.namespace, err)
	}
	patch, err := r.refreshPatch()
	if err != nil {
		return nil, fmt.Errorf("argocd: %w", err)
	}
	var marked []string
	var failures []error
	for _, name := range users {
		switch err := r.api.patch(ctx, name, patch); {
		case err == nil:
			marked = append(marked, name)
		case apierrors.IsNotFound(err): // it went since it was listed
		default:
			failures = append(failures, fmt.Errorf("argocd: mark ApplicationSet %s/%s: %w", r.api.namespace, name, err))
		}
	}
	return marked, joinFailures(failures)
}

// mark returns the JSON merge patch (RFC 7396) that leaves all but the
// annotation alone. It names no resourceVersion: the annotation is the same
// whatever else changed meanwhile.
func (r *Refresher) refreshPatch() ([]byte, error) {
	return json.Marshal(map[string]any{"metadata": map[string]any{"annotations": map[string]string{
		refreshAnnotation: r.now().UTC().Format(time.RFC3339Nano),
	}}})
}

// join tells a few failures and the number of the others, which mostly say the
// same.
func joinFailures(failures []error) error {
	if more := len(failures) - maxFailures; more > 0 {
		failures = append(failures[:maxFailures], fmt.Errorf("argocd: and %d ApplicationSets more", more))
	}
	return errors.Join(failures...)
}
