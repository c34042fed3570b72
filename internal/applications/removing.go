package applications

import (
	"slices"
	"strings"
	"time"

	"github.com/previewset/previewset/generator"
)

// maxRemoval is the time after which the removal of an Application takes long.
const maxRemoval = 5 * time.Minute

// removal is what Argo CD does until it removes a finalizer, and what to look at if that takes
// long.
type removal struct{ finalizer, waits, look string }

// removals returns the finalizers of Argo CD in the order in which it works on them. (argo-cd,
// finalizeApplicationDeletion in controller/appcontroller.go, and application_defaults.go.)
func removals() []removal {
	return []removal{
		{"pre-delete-finalizer.argocd.argoproj.io", "Argo CD runs its PreDelete hooks", "the Jobs and events"},
		{"resources-finalizer.argocd.argoproj.io", "Argo CD deletes its resources", "the finalizers of the objects"},
		{"post-delete-finalizer.argocd.argoproj.io", "Argo CD runs its PostDelete hooks", "the Jobs and events"},
		{"pre-delete-finalizer.argocd.argoproj.io/cleanup", "Argo CD deletes its PreDelete hooks", "the Jobs"},
		{"post-delete-finalizer.argocd.argoproj.io/cleanup", "Argo CD deletes its PostDelete hooks", "the Jobs"},
	}
}

// removing returns the state of an Application that is being deleted.
func (a *application) removing(now time.Time) verdict {
	v := verdict{state: generator.StateRemoving, reason: generator.ReasonDeletion, revision: a.revision, since: a.deleted}
	waits, look := a.waitsFor()
	if bound := a.deleted.Add(maxRemoval); now.Before(bound) {
		v.until = bound
	} else {
		waits += "; this takes more than 5 minutes: look at " + look
	}
	v.message = withDetail(waits, a.deletion)
	return v
}

// waitsFor returns what the deletion waits for, and where to look if it takes long.
func (a *application) waitsFor() (waits, look string) {
	in := "its namespace"
	if a.destination != "" {
		in = "the namespace " + a.destination
	}
	for _, r := range removals() {
		// The finalizer of resources can have a propagation policy, such as "/background".
		if slices.ContainsFunc(a.finalizers, func(f string) bool {
			return f == r.finalizer || strings.HasPrefix(r.finalizer, "resources-") && strings.HasPrefix(f, r.finalizer+"/")
		}) {
			return r.waits, r.look + " in " + in + ", and the log of the application controller"
		}
	}
	if len(a.finalizers) > 0 {
		return "it waits for the finalizer " + a.finalizers[0], "the controller that owns the finalizer"
	}
	return "the API server deletes it", "the API server"
}
