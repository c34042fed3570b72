package policy

import (
	"slices"
	"strings"

	"sigs.k8s.io/kustomize/api/resource"

	"github.com/previewset/previewset/kustomize/object"
)

// onlyHooks keeps everything but hooks out of the administration namespace,
// which all previews share and which has credentials that none of them may have.
func onlyHooks(r *resource.Resource, in Scope) (reason, fix string) {
	if !in.IsAdmin(r) {
		return "", ""
	}
	switch have := phasesOf(r); {
	case r.GetKind() != "Job" || r.GetApiVersion() != "batch/v1":
		return "only Jobs (batch/v1) can be in the administration namespace, " + in.Admin,
			"take out its namespace, so that it goes into the preview's own, or install it once for all previews"
	case len(have) == 0 || slices.ContainsFunc(have, unknownPhase):
		return "in the administration namespace, " + in.Admin + ", a Job must be a hook of Argo CD's",
			"annotate it with " + object.Hook + " and some of " + strings.Join(phases, ", ")
	case atDeletion(have) && !deletedWhenDone(r):
		return "it would stay in the administration namespace, " + in.Admin + ", and be taken for done when the preview is deleted a second time",
			"annotate it with " + deletePolicy + ": HookSucceeded"
	}
	return "", ""
}

// noLateHook refuses hooks that Argo CD would create after everything else of
// the preview was deleted, into its namespace that was, too.
func noLateHook(r *resource.Resource, in Scope) (reason, fix string) {
	if in.IsAdmin(r) || !slices.Contains(phasesOf(r), postDelete) {
		return "", ""
	}
	reason = "a PostDelete hook runs when the preview's own namespace is gone, so it could not be created, and the deletion would hang"
	if in.Admin == "" {
		return reason, "set overlay.adminNamespace, and write that namespace into the metadata of the Job"
	}
	return reason, "make it a Job with metadata.namespace: " + in.Admin + " (overlay.adminNamespace)"
}
