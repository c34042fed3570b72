package kustomize

import (
	"slices"
	"strings"

	"sigs.k8s.io/kustomize/api/resource"
)

// onlyHooks keeps everything but hooks out of the administration namespace,
// which all previews share and which has credentials that none of them may have.
func onlyHooks(r *resource.Resource, in scope) (reason, fix string) {
	if !in.isAdmin(r) {
		return "", ""
	}
	switch have := phasesOf(r); {
	case r.GetKind() != "Job" || r.GetApiVersion() != "batch/v1":
		return "only Jobs (batch/v1) can be in the administration namespace, " + in.admin,
			"take out its namespace, so that it goes into the preview's own, or install it once for all previews"
	case len(have) == 0 || slices.ContainsFunc(have, unknownPhase):
		return "in the administration namespace, " + in.admin + ", a Job must be a hook of Argo CD's",
			"annotate it with " + hook + " and some of " + strings.Join(phases, ", ")
	case atDeletion(have) && !deletedWhenDone(r):
		return "it would stay in the administration namespace, " + in.admin + ", and be taken for done when the preview is deleted a second time",
			"annotate it with " + deletePolicy + ": HookSucceeded"
	}
	return "", ""
}

// noLateHook refuses hooks that Argo CD would create after everything else of
// the preview was deleted, into its namespace that was, too.
func noLateHook(r *resource.Resource, in scope) (reason, fix string) {
	if in.isAdmin(r) || !slices.Contains(phasesOf(r), postDelete) {
		return "", ""
	}
	reason = "a PostDelete hook runs when the preview's own namespace is gone, so it could not be created, and the deletion would hang"
	if in.admin == "" {
		return reason, "set overlay.adminNamespace, and write that namespace into the metadata of the Job"
	}
	return reason, "make it a Job with metadata.namespace: " + in.admin + " (overlay.adminNamespace)"
}
