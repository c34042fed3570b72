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

// refreshAnnotation makes the controller reconcile when its value is added or
// changes. The controller removes it after a successful reconcile.
// (argo-cd, common.AnnotationApplicationSetRefresh and
// shouldRequeueForApplicationSet.)
const refreshAnnotation = "argocd.argoproj.io/application-set-refresh"

const (
	// maxRefresh bounds one Refresh.
	maxRefresh = time.Minute
	// maxFailures is how many failures one error lists.
	maxFailures = 5
)

// Options select the ApplicationSets that use this service.
type Options struct {
	// Namespace of Argo CD and its ApplicationSets.
	Namespace string
	// ConfigMap is the name that plugin generators use to refer to this service.
	ConfigMap string
	// Now returns the time for the annotation.
	Now func() time.Time
	// Timeout bounds one request; 0 means 10 s.
	Timeout time.Duration
}

// Refresher annotates ApplicationSets. It is safe for concurrent use.
type Refresher struct {
	api       *api
	configMap string
	now       func() time.Time
}

// New returns a refresher for the cluster. It makes no request.
func New(cluster *rest.Config, o Options) (*Refresher, error) {
	client, err := kube.New(cluster, o.Timeout)
	if err != nil {
		return nil, fmt.Errorf("argocd: %w", err)
	}
	return &Refresher{api: &api{client, o.Namespace}, configMap: o.ConfigMap, now: o.Now}, nil
}

// Refresh annotates the ApplicationSets that use set, or may use it, and returns
// their names. After a failure it continues with the other ApplicationSets, and
// returns the names of those that succeeded and an error. It takes at most a minute.
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
	var annotated []string
	var failures []error
	for _, name := range users {
		switch err := r.api.patch(ctx, name, patch); {
		case err == nil:
			annotated = append(annotated, name)
		case apierrors.IsNotFound(err): // deleted since the list
		default:
			failures = append(failures, fmt.Errorf("argocd: annotate ApplicationSet %s/%s: %w", r.api.namespace, name, err))
		}
	}
	return annotated, joinFailures(failures)
}

// refreshPatch returns a JSON merge patch (RFC 7396) that changes only the
// annotation. It has no resourceVersion: concurrent changes of other fields do not
// matter.
func (r *Refresher) refreshPatch() ([]byte, error) {
	return json.Marshal(map[string]any{"metadata": map[string]any{"annotations": map[string]string{
		refreshAnnotation: r.now().UTC().Format(time.RFC3339Nano),
	}}})
}

// joinFailures joins the first failures and the number of the others, which usually
// have the same cause.
func joinFailures(failures []error) error {
	if more := len(failures) - maxFailures; more > 0 {
		failures = append(failures[:maxFailures], fmt.Errorf("argocd: and %d more", more))
	}
	return errors.Join(failures...)
}
