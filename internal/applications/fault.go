package applications

import (
	"errors"
	"fmt"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"

	"github.com/previewset/previewset/internal/kube"
)

const (
	// grace is the time for which requests may fail before that is a problem. An API server
	// that restarts takes less.
	grace = 30 * time.Second
	// minBackoff and maxBackoff bound the time between two failed requests.
	minBackoff = time.Second
	maxBackoff = time.Minute
)

// fault is the state of the connection. The zero value is that of one that works.
type fault struct {
	// since is the time of the first failure, and failures is their number.
	since    time.Time
	failures int
	// kind is the kind of failure that problem is about.
	kind    string
	problem string
}

// add adds a failure, and returns the time to wait. problem does not change while failures are
// of one kind.
func (f *fault) add(err error, namespace string, known bool, now time.Time) time.Duration {
	if f.failures == 0 {
		f.since = now
	}
	f.failures++
	kind, remedy := describe(err, namespace)
	due := kind != "" || !known || now.Sub(f.since) >= grace
	if due && (f.problem == "" || kind != f.kind) {
		f.kind = kind
		f.problem = fmt.Sprintf("the Applications can't be read since %s: %s", f.since.UTC().Format(time.RFC3339), remedy)
	}
	return min(minBackoff<<min(f.failures-1, 10), maxBackoff)
}

// describe returns the kind of a failure, and a text with the remedy. The kind is "" for a
// failure that may end by itself.
func describe(err error, namespace string) (kind, remedy string) {
	switch {
	case errors.Is(err, kube.ErrForbidden):
		return "forbidden", fmt.Sprintf("the service may not list and watch them in namespace %s: apply manifests/components/applications, "+
			"which has the Role previewset-applications", namespace)
	case apierrors.IsNotFound(err):
		return "not installed", "the cluster has no resource Application: install Argo CD, or remove the key argocd from the configuration"
	}
	return "", line(err.Error())
}
